/**
 * A folder as a disk without power has it, from the calls of the processes that wrote there. What was
 * synced is there. Of what was not, any part may be: whole writes or sectors of them, in any order, each
 * file and each folder for itself. A name is there for sure once its folder was synced, and every folder
 * above it. That is less than file systems keep, and all that POSIX promises.
 */
import { dirname, relative } from 'node:path';
import { type Call, textOf } from './strace.testkit.ts';
import { FileOnDisk, FolderOnDisk, type OnDisk } from './on-disk.testkit.ts';
import { type Random } from './random.testkit.ts';

/** What lies on the disk, by its path within the root. */
export type Remains = ReadonlyMap<string, Uint8Array | 'folder'>;

interface Handle {
  readonly node: OnDisk;
  readonly appends: boolean;
  /** Where the next `write` goes. */
  at: number;
}

/** A moment in which a call takes effect. */
export interface Moment {
  readonly at: number;
  readonly call: Call;
  readonly phase: 'begun' | 'done';
}

/**
 * Bytes may be on the disk as soon as their write has begun; a sync covers what was done before it
 * began, and counts when it is done.
 */
export function momentsOf(calls: readonly Call[]): readonly Moment[] {
  const moments = calls.flatMap((call): Moment[] => {
    const begun = { at: call.begun, call, phase: 'begun' } as const;
    const done = { at: call.done, call, phase: 'done' } as const;
    if (SYNCS.has(call.name)) return [begun, done];
    return OPENS.has(call.name) ? [done] : [begun];
  });
  return moments.sort((a, b) => a.at - b.at);
}

const SYNCS = new Set(['fsync', 'fdatasync']);
const OPENS = new Set(['open', 'openat']);
/** A moment before all that is recorded. */
const BEFORE = -2;
/** SQLite's index of a WAL: memory that is made anew from the WAL, whatever a cut leaves there. */
const isOfMemory = (path: string) => path.endsWith('-shm');

export class Disk {
  readonly #root: string;
  readonly #top = new FolderOnDisk();
  readonly #handles = new Map<number, Handle>();
  /** By call: what of it a sync under way will have put on the disk. */
  readonly #syncing = new Map<Call, () => void>();

  /**
   * @param root an absolute path, itself on the disk
   * @param before all that lies on the disk already, each folder before what is in it
   */
  constructor(root: string, before: Remains = new Map()) {
    this.#root = root;
    for (const [path, content] of before) {
      const node = content === 'folder' ? new FolderOnDisk() : new FileOnDisk();
      if (content !== 'folder') (node as FileOnDisk).write(0, content, BEFORE);
      const folder = this.#folderOf(path);
      folder.rename([[lastOf(path), node]], BEFORE);
      for (const synced of [node, folder]) synced.sync(BEFORE + 1);
    }
  }

  /** The process that was looked on at has ended, and another one begins. */
  nextProcess(): void {
    this.#handles.clear();
    this.#syncing.clear();
  }

  /** @throws Error for a call on the root that this knows nothing of */
  take({ call, phase }: Moment): void {
    const { name, args } = call;
    if (OPENS.has(name)) return this.#open(call);
    if (SYNCS.has(name)) return phase === 'begun' ? this.#beginSync(call) : this.#endSync(call);
    switch (name) {
      case 'close':
        return void this.#handles.delete(Number(args[0]));
      case 'write':
      case 'pwrite64':
        return this.#write(call);
      case 'ftruncate':
        return this.#file(args[0])?.resize(Number(args[1]), call.done);
      case 'rename':
        return this.#rename(call);
      case 'link':
        return this.#link(call);
      case 'unlink':
        return this.#name(call, args[0]!, undefined);
      case 'mkdir':
        return this.#name(call, args[0]!, new FolderOnDisk());
      case 'lseek':
        return;
      default:
        return this.#refuseOnRoot(call);
    }
  }

  /** What a cut leaves, here and now. */
  remains(random: Random): Remains {
    const remains = new Map<string, Uint8Array | 'folder'>();
    const walk = (folder: FolderOnDisk, path: string): void => {
      for (const [name, node] of folder.remains(random)) {
        const whole = path === '' ? name : `${path}/${name}`;
        remains.set(whole, node instanceof FileOnDisk ? node.remains(random) : 'folder');
        if (node instanceof FolderOnDisk) walk(node, whole);
      }
    };
    walk(this.#top, '');
    return remains;
  }

  #open({ name, args, result, done }: Call): void {
    const [pathArg, flagsArg] = name === 'openat' ? args.slice(1) : args;
    const path = this.#within(pathArg!);
    this.#handles.delete(result);
    if (path === undefined || isOfMemory(path)) return;
    const flags = flagsArg!.split('|');
    let node = this.#find(path);
    if (!node) {
      if (!flags.includes('O_CREAT')) throw new Error(`Nothing was there: ${path}`);
      node = new FileOnDisk();
      this.#folderOf(path).rename([[lastOf(path), node]], done);
    }
    if (flags.includes('O_TRUNC') && node instanceof FileOnDisk) node.resize(0, done);
    this.#handles.set(result, { node, appends: flags.includes('O_APPEND'), at: 0 });
  }

  #write({ name, args, bytes, done }: Call): void {
    const handle = this.#handles.get(Number(args[0]));
    if (!handle) return;
    const file = handle.node as FileOnDisk;
    if (name === 'pwrite64') return file.write(Number(args[2]), bytes!, done);
    const at = handle.appends ? file.size : handle.at;
    file.write(at, bytes!, done);
    handle.at = at + bytes!.length;
  }

  #beginSync(call: Call): void {
    const node = this.#handles.get(Number(call.args[0]))?.node;
    if (node) this.#syncing.set(call, () => node.sync(call.begun));
  }

  #endSync(call: Call): void {
    this.#syncing.get(call)?.();
    this.#syncing.delete(call);
  }

  #rename(call: Call): void {
    const [from, to] = this.#bothWithin(call) ?? [];
    if (from === undefined || to === undefined) return;
    const node = this.#find(from);
    this.#folderOf(from).rename(
      [
        [lastOf(from), undefined],
        [lastOf(to), node],
      ],
      call.done,
    );
  }

  #link(call: Call): void {
    const [from] = this.#bothWithin(call) ?? [];
    if (from !== undefined) this.#name(call, call.args[1]!, this.#find(from));
  }

  /** Undefined where neither is. @throws Error where they are of two folders, whose names come to the disk apart */
  #bothWithin({ name, args }: Call): [from: string, to: string] | undefined {
    const [from, to] = [this.#within(args[0]!), this.#within(args[1]!)];
    if (from === undefined && to === undefined) return undefined;
    if (from === undefined || to === undefined || dirname(from) !== dirname(to)) {
      throw new Error(`A ${name} from folder to folder: ${from} to ${to}`);
    }
    return [from, to];
  }

  #name({ done }: Call, pathArg: string, node: OnDisk | undefined): void {
    const path = this.#within(pathArg);
    if (path === undefined || isOfMemory(path)) return;
    this.#folderOf(path).rename([[lastOf(path), node]], done);
  }

  #refuseOnRoot({ name, args }: Call): void {
    const ofHandle = args.slice(0, 3).some((arg) => this.#handles.has(Number(arg)));
    const ofPath = args.some((arg) => arg.startsWith('"') && this.#within(arg) !== undefined);
    if (ofHandle || ofPath) throw new Error(`Nothing is known of ${name}(${args.join(', ')})`);
  }

  #file(handle: string | undefined): FileOnDisk | undefined {
    return this.#handles.get(Number(handle))?.node as FileOnDisk | undefined;
  }

  /** The path from the root; undefined for what lies elsewhere. Processes name all of the root in full. */
  #within(arg: string): string | undefined {
    const path = textOf(arg);
    if (path !== this.#root && !path.startsWith(`${this.#root}/`)) return undefined;
    return relative(this.#root, path);
  }

  #find(path: string): OnDisk | undefined {
    let node: OnDisk | undefined = this.#top;
    for (const name of path === '' ? [] : path.split('/')) {
      node = node instanceof FolderOnDisk ? node.find(name) : undefined;
    }
    return node;
  }

  #folderOf(path: string): FolderOnDisk {
    const folder = this.#find(dirname(path) === '.' ? '' : dirname(path));
    if (folder instanceof FolderOnDisk) return folder;
    throw new Error(`No folder was there for ${path}`);
  }
}

const lastOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
