/** A real server that is emptied, and taken by another folder's log, while a store is open on it. */
import { randomUUID } from 'node:crypto';
import { openEventStoreDb } from '#infra/event-store/eventstoredb/eventstoredb-event-store';
import { OtherLog } from '#infra/event-store/eventstoredb/store-name';
import { idsIn, someEvents } from '../../libs/infra/event-store/contract/rig.contract.ts';
import { describeWithEmptyServer } from './server-under-test.ts';

describeWithEmptyServer('EventStoreDB: another log at the address', (fresh) => {
  it('gets nothing of what an open store appends, and answers none of its reads', async () => {
    const connectionString = await fresh();
    const log = () => ({ name: randomUUID(), begin: true });
    const store = await openEventStoreDb({ connectionString, log: log() });
    await store.append('case-1', 'no-stream', someEvents(1));

    await fresh();
    await expect(store.append('case-1', 0, someEvents(1))).rejects.toMatchObject({
      holds: 'nothing',
    });
    const other = await openEventStoreDb({ connectionString, log: log() });
    const its = someEvents(1);
    await other.append('case-1', 'no-stream', its);
    for (const call of [
      () => store.append('case-1', 0, someEvents(1)),
      () => store.append('case-2', 'no-stream', someEvents(1)),
      () => idsIn(store.readStream('case-1')),
      () => idsIn(store.readAll()),
      () => store.head(),
      () => store.ready(),
    ]) {
      await expect(call()).rejects.toBeInstanceOf(OtherLog);
    }
    expect(await idsIn(other.readAll())).toEqual(its.map(({ id }) => id));
    await store.close();
    await other.close();
  }, 60_000);
});
