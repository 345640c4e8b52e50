/** A log that cannot be read on: who follows it stands still before the damage, says so once, and goes on after the mend. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreUnusable } from '../event-store/event-store.errors.ts';
import { caughtUp, documentOf, newRig, type Rig, tallyView } from './projector.testkit.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await newRig();
});
afterEach(() => rig.dispose());

/** What something else than the server does to the file. */
function setData(position: number, data: string): void {
  const db = new DatabaseSync(join(rig.folder, 'events.sqlite'));
  db.prepare('UPDATE events SET data = ? WHERE position = ?').run(data, position);
  db.close();
}

it('an event that is no JSON stops the views before it, is told once with place and remedy, and is passed when it is mended', async () => {
  await rig.append('a', 'Counted', 'Counted');
  const readStore = rig.openViews();
  const troubles: unknown[] = [];
  let pauses = 0;
  const projector = rig.projector({
    readStore,
    views: [tallyView(), tallyView({ name: 'another' })],
    onTrouble: ({ error }) => troubles.push(error),
    pause: async (_, signal) => {
      pauses++;
      await sleep(1, undefined, { signal }).catch(() => undefined);
    },
  });
  setData(2, '{"n":');
  await projector.start();
  while (pauses < 4) await sleep(1);
  expect(projector.damage).toBeInstanceOf(StoreUnusable);
  expect(projector.damage!.message).toMatch(
    /at position 2 \(a@1\) is damaged: it is no JSON\. Restore the log from its backup\.$/,
  );
  expect(new Set(troubles.map(String)).size).toBe(troubles.length);
  setData(2, '{"n":2}');
  await caughtUp(projector, rig.eventStore);
  expect(projector.damage).toBeUndefined();
  expect(await documentOf(readStore, 'a')).toMatchObject({ folded: ['1', '2'] });
});
