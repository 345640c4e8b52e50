/**
 * All tests, also what `npm test` skips: random lives in their thousands, every process killed twice over. The
 * seed is printed before the first test, so that whatever ends the run, it can be repeated:
 * `CASETRAIL_SEED=<seed> npm run test:full`. Arguments are jest's.
 */
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { fileURLToPath } from 'node:url';

const RUNS = '2000';
const SEED_MAX = 2 ** 31;

const root = fileURLToPath(new URL('..', import.meta.url));
const { CASETRAIL_SEED: seed = String(randomInt(SEED_MAX)), CASETRAIL_RUNS: runs = RUNS } =
  process.env;
const say = (when: string) =>
  console.log(`${when} CASETRAIL_SEED=${seed} CASETRAIL_RUNS=${runs} npm run test:full`);

say('To repeat this run:');
const jest = spawn(
  process.execPath,
  [
    '--disable-warning=ExperimentalWarning',
    '--experimental-vm-modules',
    'node_modules/jest/bin/jest.js',
    ...process.argv.slice(2),
  ],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, CASETRAIL_FULL: '1', CASETRAIL_SEED: seed, CASETRAIL_RUNS: runs },
  },
);
jest.on('close', (code, signal) => {
  say('This run was:');
  process.exitCode = code ?? (signal ? 1 : 0);
});
