/** What a subscription says of how far it has looked, over restarts of the server between which nothing is appended. */
import { START, type Position } from '#kernel/position';
import { openEventStoreDb } from '#infra/event-store/eventstoredb/eventstoredb-event-store';
import { ownNames, someEvents } from '../../libs/infra/event-store/contract/rig.contract.ts';
import { describeWithServerProcess } from './server-under-test.ts';

const RESTARTS = 3;
/** So long a subscription may tell of what it has looked at, when it has caught up. */
const QUIET_MS = 1_000;

describeWithServerProcess('EventStoreDB: restarts', (connectionString, server) => {
  /** Where a subscription has come to when it says nothing more. */
  async function lookedTo(after: Position): Promise<Position> {
    const store = await openEventStoreDb({ connectionString, openMs: 30_000 });
    const quiet = new AbortController();
    const filter = { eventTypes: ['NeverHappened'] };
    let reached = after;
    try {
      for await (const batch of store.subscribe({ after, filter, signal: quiet.signal })) {
        reached = batch.position;
        if (batch.live) setTimeout(() => quiet.abort(), QUIET_MS);
      }
      for await (const event of store.readAll({ after: reached })) void event;
      return reached;
    } finally {
      await store.close();
    }
  }

  it('leave each position that was given one to go on from', async () => {
    const store = await openEventStoreDb({ connectionString });
    await store.append(ownNames().stream('a'), 'no-stream', someEvents(1));
    await store.close();
    const positions = [await lookedTo(START)];
    for (let restart = 0; restart < RESTARTS; restart++) {
      await server.kill();
      await server.start();
      positions.push(await lookedTo(positions.at(-1)!));
    }
    // Each restart leaves a note in the log, and no event: the position moves all the same.
    expect(positions.at(-1)! > positions[0]!).toBe(true);
    expect([...positions].sort()).toEqual(positions);
  }, 180_000);
});
