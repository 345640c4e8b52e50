/** A folder for one measuring, on the disk that BENCH_FOLDER names or else the system's temporary one. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface BenchFolder {
  readonly path: string;
  /** A path in it that no call before has given. */
  file(label: string): string;
  /** At the end of the process it is removed in any case. */
  remove(): void;
}

const left = new Set<string>();

export function benchFolder(): BenchFolder {
  const { BENCH_FOLDER: parent = tmpdir() } = process.env;
  const path = mkdtempSync(join(parent, 'casetrail-bench-'));
  let files = 0;
  left.add(path);
  return {
    path,
    file: (label) => join(path, `${++files}-${label}`),
    remove: () => removeFolder(path),
  };
}

function removeFolder(path: string): void {
  rmSync(path, { recursive: true, force: true });
  left.delete(path);
}

/** Gigabytes must not stay behind where a part fails. */
process.once('exit', () => left.forEach(removeFolder));
