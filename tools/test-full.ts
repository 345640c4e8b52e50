/**
 * All tests, also what `npm test` skips: random lives in their thousands, every process killed twice over,
 * and, after them and by itself, a hundred kills of servers under load. The seed is printed before the
 * first test, so that whatever ends the run, it can be repeated: `CASETRAIL_SEED=<seed> npm run test:full`.
 * Arguments are jest's, and leave the kills out.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomInt } from 'node:crypto';
import { fileURLToPath } from 'node:url';

const RUNS = '2000';
const KILLS = '100';
const SEED_MAX = 2 ** 31;

const root = fileURLToPath(new URL('..', import.meta.url));
const { CASETRAIL_SEED: seed = String(randomInt(SEED_MAX)), CASETRAIL_RUNS: runs = RUNS } =
  process.env;
const say = (when: string) =>
  console.log(`${when} CASETRAIL_SEED=${seed} CASETRAIL_RUNS=${runs} npm run test:full`);

/** @returns whether it ended well */
async function ran(args: readonly string[]): Promise<boolean> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, CASETRAIL_FULL: '1', CASETRAIL_SEED: seed, CASETRAIL_RUNS: runs },
  });
  await once(child, 'close');
  return child.exitCode === 0;
}

say('To repeat this run:');
const asked = process.argv.slice(2);
const tested = await ran(['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', ...asked]);
const survived =
  asked.length > 0 ||
  (await ran(['--conditions=source', 'tools/test-crash.ts', '--kills', KILLS, `--seed=${seed}`]));
say('This run was:');
process.exitCode = tested && survived ? 0 : 1;
