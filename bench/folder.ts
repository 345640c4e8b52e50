/** A folder for one measuring, on the disk that BENCH_FOLDER names or else the system's temporary one. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removedWithUs } from './endings.ts';

export interface BenchFolder {
  readonly path: string;
  /** A path in it that no call before has given. */
  file(label: string): string;
  /** At the end of the process it is removed in any case. */
  remove(): void;
}

export function benchFolder(): BenchFolder {
  const { BENCH_FOLDER: parent = tmpdir() } = process.env;
  const path = mkdtempSync(join(parent, 'casetrail-bench-'));
  let files = 0;
  return {
    path,
    file: (label) => join(path, `${++files}-${label}`),
    remove: removedWithUs(path),
  };
}
