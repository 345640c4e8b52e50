/**
 * Disks that are full or can only be read, and files that cannot be written, made by what the system has
 * for it: a small tmpfs, an ext4 in a file that is told of an error, and the immutable flag of ext4. All
 * need root and Linux; elsewhere the specs say that they were skipped.
 */
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const works = (command: string, ...args: readonly string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0;

function must(command: string, ...args: readonly string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`Failed: ${command} ${args.join(' ')}: ${stderr}`);
}

/** Of mounts: whoever looks at every disk of the machine in passing may hold one for a moment. */
function mustSoon(command: string, ...args: readonly string[]): void {
  for (let tries = 1; tries < 50; tries++) {
    if (works(command, ...args)) return;
    spawnSync('sleep', ['0.1']);
  }
  must(command, ...args);
}

const temporary = (): string => mkdtempSync(join(tmpdir(), 'casetrail-faults-'));

/** A folder with a disk of its own under `data`, which can be filled and emptied. */
export class SmallDisk {
  readonly folder = temporary();
  readonly #filler = join(this.folder, 'data', 'filler');

  static isPossible(): boolean {
    const folder = temporary();
    const mounted = works('mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder);
    if (mounted) must('umount', folder);
    rmSync(folder, { recursive: true });
    return mounted;
  }

  constructor(mebibytes: number) {
    const data = join(this.folder, 'data');
    mkdirSync(data);
    must('mount', '-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', data);
  }

  /** Until not one block is left. */
  fill(): void {
    for (let bytes = 1 << 20; bytes >= 512; bytes >>= 1) {
      while (this.#append(bytes));
    }
  }

  empty(): void {
    rmSync(this.#filler, { force: true });
  }

  remove(): void {
    must('umount', join(this.folder, 'data'));
    rmSync(this.folder, { recursive: true });
  }

  #append(bytes: number): boolean {
    try {
      appendFileSync(this.#filler, Buffer.alloc(bytes));
      return true;
    } catch (error) {
      if ((error as { code?: string }).code === 'ENOSPC') return false;
      throw error;
    }
  }
}

/**
 * A folder on an ext4 of its own, which the system makes read-only under whoever works there, as it does
 * after an error of the disk: also through what is open already, and until it is mounted anew. (A plain
 * remount for reading is refused while a file is open for writing.)
 */
export class FailingDisk {
  readonly #place = temporary();
  readonly #image = join(this.#place, 'image');
  readonly folder = join(this.#place, 'disk');

  static isPossible(): boolean {
    const place = temporary();
    const [image, folder] = [join(place, 'image'), join(place, 'disk')];
    mkdirSync(folder);
    const mounted =
      works('truncate', '-s', '16M', image) &&
      works('mkfs.ext4', '-q', image) &&
      works('mount', '-o', 'loop', image, folder);
    const failed = mounted && works('mount', '-o', 'remount,abort', folder);
    if (mounted) must('umount', folder);
    rmSync(place, { recursive: true });
    return failed;
  }

  constructor(mebibytes: number) {
    mkdirSync(this.folder);
    must('truncate', '-s', `${mebibytes}M`, this.#image);
    must('mkfs.ext4', '-q', this.#image);
    this.#mount();
  }

  fail(): void {
    must('mount', '-o', 'remount,abort', this.folder);
  }

  /** Nobody may have a file open there. */
  mountAnew(): void {
    mustSoon('umount', this.folder);
    this.#mount();
  }

  /** As somebody mounts a disk for reading, which no error has befallen; nobody may have a file open there. */
  mountForReading(): void {
    // What is still in the journal is written at a mount for writing alone.
    this.mountAnew();
    mustSoon('umount', this.folder);
    this.#mount('ro');
  }

  remove(): void {
    mustSoon('umount', this.folder);
    rmSync(this.#place, { recursive: true });
  }

  #mount(access: 'ro' | 'rw' = 'rw'): void {
    mustSoon('mount', '-o', `loop,errors=remount-ro,${access}`, this.#image, this.folder);
  }
}

/**
 * Keeps everybody, root too, from writing the files of a folder, also through what is open already, and
 * from making or removing one there.
 */
export const writeLock = {
  isPossible(): boolean {
    const folder = temporary();
    writeFileSync(join(folder, 'file'), '');
    const locked = works('chattr', '+i', join(folder, 'file'));
    if (locked) must('chattr', '-i', join(folder, 'file'));
    rmSync(folder, { recursive: true });
    return locked;
  },

  /** All but the files that SQLite maps into memory: the flag would end the process there (SIGBUS). */
  set(folder: string, locked: boolean): void {
    const files = readdirSync(folder).filter((name) => !name.endsWith('-shm'));
    must('chattr', locked ? '+i' : '-i', folder, ...files.map((name) => join(folder, name)));
  },
};
