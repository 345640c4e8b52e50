import { cpSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { missingBuild, ROOT, serverOfBuild } from './build.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'casetrail-build-'));
  cpSync(join(ROOT, 'tsconfig.build.json'), join(root, 'tsconfig.build.json'));
  write('apps/server/src/main.ts', 1);
  write('libs/kernel/clock.ts', 1);
});
afterEach(() => rmSync(root, { recursive: true }));

/** @param at seconds of the epoch */
function write(file: string, at: number): void {
  const path = join(root, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '');
  utimesSync(path, at, at);
}

const built = (at: number) => write(serverOfBuild('.'), at);

describe('the build', () => {
  it('is missing before it was made', () => {
    expect(missingBuild(root)).toBe('there is no build; npm run build makes it');
  });

  it('is measured where no source was changed after it', () => {
    built(2);
    expect(missingBuild(root)).toBeUndefined();
  });

  it.each(['apps/server/src/main.ts', 'libs/kernel/clock.ts', 'libs/kernel/new/new.ts'])(
    'is stale where %s was changed after it',
    (source) => {
      built(2);
      write(source, 3);
      expect(missingBuild(root)).toBe(
        `the build is older than ${source}; npm run build makes it anew`,
      );
    },
  );

  it.each([
    'libs/kernel/clock.spec.ts',
    'libs/kernel/testing/full-run.ts',
    'libs/kernel/a.testkit.ts',
    'bench/run.ts',
  ])('has nothing of %s', (other) => {
    built(2);
    write(other, 3);
    expect(missingBuild(root)).toBeUndefined();
  });
});
