/**
 * `casetrail init` killed at every single thing that it writes: whatever is left, the next commands make
 * the folder or go on with it, and serve from it. Nobody has to delete anything first.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describeInFull } from '#kernel/testing/full-run';
import { FIRST_START_POINT } from './points.testkit.ts';
import { casetrail, type Ended } from './victim.testkit.ts';

/** More than it writes. */
const WRITES_MAX = 200;
const AT_ONCE = 2;

const root = mkdtempSync(join(tmpdir(), 'casetrail-first-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Outcome {
  readonly n: number;
  readonly killed: Ended;
  readonly founded: Ended;
  readonly keyFiles: readonly string[];
}

async function killedAtWrite(n: number): Promise<Outcome> {
  const folder = join(root, String(n));
  const places = { dataFolder: join(folder, 'data'), keyFile: join(folder, 'keys', 'root.key') };
  const killed = await casetrail(['init'], places, { point: FIRST_START_POINT, n });
  await casetrail(['init'], places);
  const founded = await casetrail(['platform', 'add', 'shop', '--admin', 'ada'], places);
  return { n, killed, founded, keyFiles: readdirSync(dirname(places.keyFile)) };
}

describeInFull('a first start', () => {
  it('is made good by the next, at whichever write it was killed', async () => {
    const outcomes: Outcome[] = [];
    let next = 1;
    const lane = async (): Promise<void> => {
      for (let whole = false; !whole && next < WRITES_MAX;) {
        const outcome = await killedAtWrite(next++);
        outcomes.push(outcome);
        whole = !outcome.killed.killed;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    const stuck = outcomes.filter(({ founded, keyFiles }) => {
      return founded.code !== 0 || !keyFiles.includes('root.key');
    });
    expect(stuck).toEqual([]);
    const killed = outcomes.filter((outcome) => outcome.killed.killed);
    expect(killed.length).toBeGreaterThan(40);
    expect(outcomes.length).toBeGreaterThan(killed.length);
  }, 600_000);
});
