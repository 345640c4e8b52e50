import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFolder, sync } from './durable.ts';

let root: string;
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'casetrail-durable-'))));
afterEach(() => rmSync(root, { recursive: true }));

// That they are on the disk then is what test/power shows, where a process can be looked on at.
describe('makeFolder', () => {
  it('makes what is missing above it, for its owner alone', () => {
    makeFolder(join(root, 'a', 'b'));
    const modes = ['a', 'a/b'].map((path) => statSync(join(root, path)).mode & 0o777);
    expect(modes).toEqual([0o700, 0o700]);
  });

  it('leaves a folder as it is that is there', () => {
    mkdirSync(join(root, 'a'), { mode: 0o755 });
    makeFolder(join(root, 'a'));
    expect(statSync(join(root, 'a')).mode & 0o777).toBe(0o755);
  });

  it('makes one of a path from where the process stands', () => {
    const before = process.cwd();
    process.chdir(root);
    try {
      makeFolder('a/b');
    } finally {
      process.chdir(before);
    }
    expect(existsSync(join(root, 'a', 'b'))).toBe(true);
  });
});

describe('sync', () => {
  it('takes a folder as it takes a file', () => {
    expect(() => sync(root)).not.toThrow();
    expect(() => sync(join(root, 'none'))).toThrow('ENOENT');
  });
});
