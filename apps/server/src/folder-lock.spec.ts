import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FolderInUse, lockFolder } from './folder-lock.ts';

const SINCE = '2026-11-25T12:00:00.000Z';
let folder: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'casetrail-lock-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** Another process that holds the lock until it is killed. */
async function holderElsewhere(): Promise<ChildProcess> {
  const module = new URL('./folder-lock.ts', import.meta.url).href;
  const script = `
    const { lockFolder } = await import(${JSON.stringify(module)});
    lockFolder(${JSON.stringify(folder)}, ${JSON.stringify(SINCE)});
    console.log('locked');
    setInterval(() => undefined, 60_000);`;
  const child = spawn(
    process.execPath,
    ['--conditions=source', '--input-type=module', '-e', script],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  children.push(child);
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The other process ended with ${code}.`);
  });
  ended.catch(() => undefined);
  await Promise.race([once(child.stdout, 'data'), ended]);
  return child;
}

describe('the lock of a data folder', () => {
  it('is refused to a second holder within the process, which is told so', () => {
    const lock = lockFolder(folder, SINCE);
    expect(() => lockFolder(folder, SINCE)).toThrow(FolderInUse);
    expect(() => lockFolder(folder, SINCE)).toThrow(`in use by this very process ${process.pid} `);
    lock.release();
  });

  it('is refused to another process, which is told who holds it and since when', async () => {
    const { pid } = await holderElsewhere();
    expect(() => lockFolder(folder, SINCE)).toThrow(FolderInUse);
    expect(() => lockFolder(folder, SINCE)).toThrow(`in use by process ${pid} on `);
    expect(() => lockFolder(folder, SINCE)).toThrow(`since ${SINCE}`);
  });

  it('ends with a process that is killed, and its note misleads nobody', async () => {
    const child = await holderElsewhere();
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(existsSync(join(folder, 'LOCK.holder'))).toBe(true);
    const lock = lockFolder(folder, SINCE);
    expect(() => lockFolder(folder, SINCE)).toThrow(`this very process ${process.pid} `);
    lock.release();
  });

  it('is free once it is released, which may be done twice', () => {
    const first = lockFolder(folder, SINCE);
    first.release();
    const second = lockFolder(folder, SINCE);
    first.release();
    expect(() => lockFolder(folder, SINCE)).toThrow(FolderInUse);
    second.release();
    expect(existsSync(join(folder, 'LOCK.holder'))).toBe(false);
  });

  it('of one folder says nothing of another', () => {
    const other = mkdtempSync(join(tmpdir(), 'casetrail-lock-'));
    const locks = [lockFolder(folder, SINCE), lockFolder(other, SINCE)];
    for (const lock of locks) lock.release();
    rmSync(other, { recursive: true });
    expect(locks).toHaveLength(2);
  });
});
