/** A log that cannot be read on stops the processes before the damage, which is told once; after the mend they go on. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ProcessRig, until } from './process-runner.testkit.ts';

let rig: ProcessRig;
beforeEach(async () => {
  rig = await ProcessRig.open();
});
afterEach(() => rig.dispose());

/** What something else than the server does to the file. @returns what stood there */
function setData(position: number, data: string): string {
  const db = new DatabaseSync(join(rig.folder, 'events.sqlite'));
  const before = db.prepare('SELECT data FROM events WHERE position = ?').get(position)!;
  db.prepare('UPDATE events SET data = ? WHERE position = ?').run(data, position);
  db.close();
  return before['data'] as string;
}

it('an event that is no JSON is tried again and again, and told once', async () => {
  const views = rig.openViews();
  await rig.ask('a');
  const sound = setData(1, '{"n":');
  await rig.runner(views).start();
  await until(() => rig.pauses.length > 3);
  expect(rig.troubles).toMatchObject([
    {
      parked: false,
      error: {
        code: 'store-unusable',
        message: expect.stringMatching(/position 1 \(a@0\) is damaged: it is no JSON/) as string,
      },
    },
  ]);
  setData(1, sound);
  await rig.caughtUp(views);
  expect(await rig.told('a')).toEqual(['>1.0']);
});
