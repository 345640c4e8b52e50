/** A bench that is ended in the middle, as a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT } from './build.ts';

/** Serves nothing, heeds no signal but SIGKILL, writes without a break, and has started another like it. */
const STUBBORN = `
  const { writeFileSync } = require('node:fs');
  const { spawn } = require('node:child_process');
  const [folder, depth] = process.argv.slice(-2);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);
  writeFileSync(folder + '/' + process.pid + '.pid', '');
  setInterval(() => writeFileSync(folder + '/' + process.pid + '-' + Math.random(), 'x'), 1);
  const again = () => spawn(process.execPath, [...process.execArgv, folder, '0'], { detached: true });
  if (depth === '1') again();
  console.log('http://127.0.0.1:' + Object.keys(process.env).filter((name) => /^CASETRAIL_/.test(name)).length);
`;
const BENCH = `
  import { startChild } from './bench/child.ts';
  import { benchFolder } from './bench/folder.ts';
  const { path } = benchFolder();
  const { url } = await startChild(
    ['-e', ${JSON.stringify(STUBBORN)}, path, '1'],
    { CASETRAIL_PORT: '0', CASETRAIL_DATA_FOLDER: path },
  );
  console.log(url);
  process.once('SIGUSR2', () => {
    throw new Error('A defect.');
  });
  setInterval(() => undefined, 1_000);
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'casetrail-endings-'));
});
afterEach(() => {
  for (const pid of alive()) process.kill(pid, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

let pids: readonly number[] = [];
const alive = () =>
  pids.filter((pid) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  });

function bench(): ChildProcess {
  const flags = ['--conditions=source', '--disable-warning=ExperimentalWarning'];
  return spawn(process.execPath, [...flags, '--input-type=module', '-e', BENCH], {
    cwd: ROOT,
    env: { ...process.env, BENCH_FOLDER: folder, CASETRAIL_EVENT_STORE: 'esdb://elsewhere' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

/** Both of its processes write. @returns what the first has said */
async function underWay(child: ChildProcess): Promise<string> {
  const [said] = (await once(child.stdout!, 'data')) as [Buffer];
  const made = () => readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const found = () => made().flatMap((name) => /(\d+)\.pid$/.exec(name)?.[1] ?? []);
  while (found().length < 2) await sleep(5);
  pids = found().map(Number);
  expect(alive()).toHaveLength(2);
  return said.toString();
}

/** Killed processes are gone a moment later. */
async function expectNothingLeft(): Promise<void> {
  while (alive().length > 0) await sleep(5);
  expect(existsSync(folder)).toBe(true);
  expect(readdirSync(folder)).toEqual([]);
}

describe('a bench that is ended', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('by %s leaves no process and no folder, and ends with %i', async (signal, code) => {
    const child = bench();
    await underWay(child);
    const ended = once(child, 'exit');
    child.kill(signal);
    // As npm passes on what the terminal has sent already.
    child.kill(signal);
    expect(await ended).toEqual([code, null]);
    await expectNothingLeft();
  });

  it('by a defect leaves no process and no folder either', async () => {
    const child = bench();
    await underWay(child);
    const ended = once(child, 'exit');
    child.kill('SIGUSR2');
    expect(await ended).toEqual([1, null]);
    await expectNothingLeft();
  });
});

it('what is measured has the settings that its part gives it, and none of the bench', async () => {
  const child = bench();
  expect(await underWay(child)).toBe('http://127.0.0.1:2\n');
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
});
