/** What a cut leaves, and a folder of it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Remains } from './disk.testkit.ts';
import { type Told } from './lives.testkit.ts';
import { Random } from './random.testkit.ts';

export interface Cut {
  readonly seed: number;
  /** How many moments came before it, of all lives. */
  readonly after: number;
}

export interface Left extends Cut {
  readonly remains: Remains;
  /** What was acknowledged before. */
  readonly told: readonly Told[];
}

/** Makes a folder of what is left. SQLite makes its shared memory anew: what a cut leaves of it is anything. */
export function layOut({ remains, seed }: Left, folder: string): void {
  const random = new Random(seed);
  mkdirSync(folder);
  for (const [path, node] of remains) {
    const whole = join(folder, path);
    if (node === 'folder') {
      mkdirSync(whole, { mode: 0o700 });
      continue;
    }
    writeFileSync(whole, node, { mode: 0o600 });
    if (path.endsWith('.sqlite') && random.next() < 0.5) {
      const bytes = Buffer.from(Array.from({ length: 32_768 }, () => random.below(256)));
      writeFileSync(`${whole}-shm`, bytes, { mode: 0o600 });
    }
  }
}
