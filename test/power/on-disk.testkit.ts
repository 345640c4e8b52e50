/** Files and folders of a disk: what is on it for sure, and what may be. */
import { type Random } from './random.testkit.ts';

export type OnDisk = FileOnDisk | FolderOnDisk;

/** Bytes that a disk writes as one, those that the system does, and all of a write. */
const GRAINS = [512, 4_096, Infinity];

type Change =
  | { readonly at: number; readonly bytes: Uint8Array; readonly done: number }
  | { readonly size: number; readonly done: number };

class Bytes {
  #buffer = Buffer.alloc(0);
  #size = 0;

  constructor(of?: Bytes, room = 0) {
    if (!of) return;
    this.#buffer = Buffer.alloc(Math.max(room, of.#size));
    of.#buffer.copy(this.#buffer, 0, 0, of.#size);
    this.#size = of.#size;
  }

  get size(): number {
    return this.#size;
  }

  /** What was never written of it is zeros. */
  resize(size: number): void {
    if (size > this.#buffer.length) {
      const grown = Buffer.alloc(Math.max(size, this.#buffer.length * 2));
      this.#buffer.copy(grown, 0, 0, this.#size);
      this.#buffer = grown;
    }
    if (size < this.#size) this.#buffer.fill(0, size, this.#size);
    this.#size = size;
  }

  put(at: number, bytes: Uint8Array): void {
    if (at + bytes.length > this.#size) this.resize(at + bytes.length);
    this.#buffer.set(bytes, at);
  }

  get all(): Uint8Array {
    return this.#buffer.subarray(0, this.#size);
  }
}

/** How a cut goes for one file or folder: nothing may be left of what was not synced, or all, or any part. */
function keeperOf(random: Random): () => boolean {
  const share = random.oneOf([0, 1, random.next(), random.next()]);
  return () => random.next() < share;
}

export class FileOnDisk {
  readonly #synced = new Bytes();
  #unsynced: Change[] = [];
  /** As the processes see it. */
  size = 0;

  write(at: number, bytes: Uint8Array, done: number): void {
    this.#unsynced.push({ at, bytes, done });
    this.size = Math.max(this.size, at + bytes.length);
  }

  resize(size: number, done: number): void {
    this.#unsynced.push({ size, done });
    this.size = size;
  }

  /** @param begun what was done before then is on the disk */
  sync(begun: number): void {
    for (const change of this.#unsynced) {
      if (change.done >= begun) continue;
      if ('size' in change) this.#synced.resize(change.size);
      else this.#synced.put(change.at, change.bytes);
    }
    this.#unsynced = this.#unsynced.filter(({ done }) => done >= begun);
  }

  remains(random: Random): Uint8Array {
    const left = new Bytes(this.#synced, this.size);
    const keeps = keeperOf(random);
    const grain = random.oneOf(GRAINS);
    for (const change of this.#unsynced) {
      if ('bytes' in change) putParts(left, change, grain, keeps);
      else if (keeps()) left.resize(change.size);
    }
    // The size may be there before what it makes room for.
    if (left.size < this.size && keeps()) left.resize(this.size);
    return left.all;
  }
}

function putParts(
  left: Bytes,
  { at, bytes }: { readonly at: number; readonly bytes: Uint8Array },
  grain: number,
  keeps: () => boolean,
): void {
  const end = at + bytes.length;
  for (let from = at; from < end;) {
    const to = grain === Infinity ? end : Math.min(end, (Math.floor(from / grain) + 1) * grain);
    if (keeps()) left.put(from, bytes.subarray(from - at, to - at));
    from = to;
  }
}

type Names = readonly (readonly [name: string, node: OnDisk | undefined])[];

export class FolderOnDisk {
  readonly #synced = new Map<string, OnDisk>();
  readonly #seen = new Map<string, OnDisk>();
  #unsynced: { readonly names: Names; readonly done: number }[] = [];

  find(name: string): OnDisk | undefined {
    return this.#seen.get(name);
  }

  /** Names that are given or taken together, as by a rename, come to the disk together. */
  rename(names: Names, done: number): void {
    this.#unsynced.push({ names, done });
    give(this.#seen, names);
  }

  sync(begun: number): void {
    for (const { names, done } of this.#unsynced) if (done < begun) give(this.#synced, names);
    this.#unsynced = this.#unsynced.filter(({ done }) => done >= begun);
  }

  remains(random: Random): ReadonlyMap<string, OnDisk> {
    const left = new Map(this.#synced);
    const keeps = keeperOf(random);
    for (const { names } of this.#unsynced) if (keeps()) give(left, names);
    return left;
  }
}

function give(to: Map<string, OnDisk>, names: Names): void {
  for (const [name, node] of names) {
    if (node) to.set(name, node);
    else to.delete(name);
  }
}
