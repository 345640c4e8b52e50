import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataFolderUnusable } from './data-folder.ts';
import { FolderInUse, lockFolder, refuseReadOnly } from './folder-lock.ts';

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
    // What nobody refers to any more is collected: the lock is none of it.
    await new Promise((resolve) => setImmediate(resolve));
    gc();
    await new Promise((resolve) => setImmediate(resolve));
    console.log('locked');
    setInterval(() => undefined, 60_000);`;
  const child = spawn(
    process.execPath,
    ['--conditions=source', '--expose-gc', '--input-type=module', '-e', script],
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

  it('is free once it is released, also where the note of its holder cannot be taken away', () => {
    const note = join(folder, 'LOCK.holder');
    const first = lockFolder(folder, SINCE);
    rmSync(note);
    mkdirSync(note);
    first.release();
    rmdirSync(note);
    lockFolder(folder, SINCE).release();
  });

  it('is not kept where it cannot be noted whose it is', () => {
    const note = join(folder, 'LOCK.holder');
    mkdirSync(note);
    expect(() => lockFolder(folder, SINCE)).toThrow(DataFolderUnusable);
    expect(() => lockFolder(folder, SINCE)).toThrow('cannot be written (EISDIR');
    rmdirSync(note);
    lockFolder(folder, SINCE).release();
  });

  it.each(['nothing', 'what an earlier build left', 'what a killed process left'])(
    'is made of files for their owner alone, out of %s',
    (left) => {
      if (left !== 'nothing') writeFileSync(join(folder, 'LOCK'), '', { mode: 0o644 });
      if (left.includes('killed')) writeFileSync(join(folder, 'LOCK-journal'), '', { mode: 0o644 });
      const lock = lockFolder(folder, SINCE);
      const modes = readdirSync(folder).map((name) => [
        name,
        statSync(join(folder, name)).mode & 0o777,
      ]);
      lock.release();
      expect(Object.fromEntries(modes)).toEqual({
        LOCK: 0o600,
        'LOCK-journal': 0o600,
        'LOCK.holder': 0o600,
      });
    },
  );

  it('of one folder says nothing of another', () => {
    const other = mkdtempSync(join(tmpdir(), 'casetrail-lock-'));
    const locks = [lockFolder(folder, SINCE), lockFolder(other, SINCE)];
    for (const lock of locks) lock.release();
    rmSync(other, { recursive: true });
    expect(locks).toHaveLength(2);
  });
});

describe('a folder that can only be read', () => {
  const access = (code: string) => () => {
    throw Object.assign(new Error('the words of the system'), { code, syscall: 'access' });
  };

  it.each([
    ['EROFS', 'it lies on a disk that is mounted read-only. Mount it for writing'],
    ['EACCES', 'the user of the server may only read it. Give that user the right'],
    ['EPERM', 'the user of the server may only read it. Give that user the right'],
  ])('is refused with what to do: %s', (code, said) => {
    expect(() => refuseReadOnly(folder, access(code))).toThrow(DataFolderUnusable);
    expect(() => refuseReadOnly(folder, access(code))).toThrow(
      `The data folder ${folder} is read-only: ${said}`,
    );
    expect(() => refuseReadOnly(folder, access(code))).toThrow(code);
  });

  it('is told by the system from one that can be written', () => {
    expect(() => refuseReadOnly(folder)).not.toThrow();
  });
});
