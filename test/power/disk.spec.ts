/** What this disk keeps of calls as strace writes them down. */
import { Disk, momentsOf } from './disk.testkit.ts';
import { Random } from './random.testkit.ts';
import { type Call, callsOf } from './strace.testkit.ts';

const ROOT = '/root';
const CUTS = 60;

const hex = (text: string) =>
  `"${[...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}"`;
const open = (path: string, flags: string, handle: number) =>
  `1 openat(AT_FDCWD, ${hex(ROOT + path)}, ${flags}) = ${handle}`;
const put = (handle: number, text: string, at: number) =>
  `1 pwrite64(${handle}, ${hex(text)}, ${text.length}, ${at}) = ${text.length}`;
const sync = (handle: number) => `1 fdatasync(${handle}) = 0`;

async function diskAfter(lines: readonly string[]): Promise<Disk> {
  const calls: Call[] = [];
  for await (const call of callsOf(lines)) calls.push(call);
  const disk = new Disk(ROOT);
  for (const moment of momentsOf(calls)) disk.take(moment);
  return disk;
}

/** What many cuts leave of a file, each different text once; `none` where its name is not there. */
async function leftOf(path: string, lines: readonly string[]): Promise<readonly string[]> {
  const disk = await diskAfter(lines);
  const texts = Array.from({ length: CUTS }, (_, seed) => {
    const node = disk.remains(new Random(seed)).get(path) ?? 'none';
    return typeof node === 'string' ? node : Buffer.from(node).toString();
  });
  return [...new Set(texts)].sort();
}

const MADE = [open('/a', 'O_RDWR|O_CREAT', 3)];
const NAMED = [...MADE, open('', 'O_RDONLY', 4), '1 fsync(4) = 0'];

describe('a disk after a cut', () => {
  it('has what was synced', async () => {
    expect(await leftOf('a', [...NAMED, put(3, 'new', 0), sync(3)])).toEqual(['new']);
  });

  it('has what was not synced, or not', async () => {
    const lines = [...NAMED, put(3, 'old', 0), sync(3), put(3, 'new', 0)];
    expect(await leftOf('a', lines)).toEqual(['new', 'old']);
  });

  it('may have a later write without an earlier one', async () => {
    const lines = [...NAMED, put(3, '--', 0), sync(3), put(3, 'a', 0), put(3, 'b', 1)];
    expect(await leftOf('a', lines)).toEqual(['--', '-b', 'a-', 'ab']);
  });

  it('may have some sectors of a write alone', async () => {
    const left = await leftOf('a', [...NAMED, put(3, 'x'.repeat(1_024), 0)]);
    expect(left).toContain('x'.repeat(512));
    expect(left).toContain('\0'.repeat(512) + 'x'.repeat(512));
  });

  it('may have made room for what is not there', async () => {
    expect(await leftOf('a', [...NAMED, put(3, 'new', 0)])).toContain('\0\0\0');
  });

  it('has no part of a sync that had begun before a write was done, nor of one that was not over', async () => {
    const write = put(3, 'new', 0).slice(2);
    const between = [`2 ${write.replace(') = 3', ' <unfinished ...>')}`, sync(3)];
    const resumed = '2 <... pwrite64 resumed>) = 3';
    expect(await leftOf('a', [...NAMED, ...between, resumed])).toContain('');
    const begun = [put(3, 'new', 0), '1 fdatasync(3 <unfinished ...>'];
    expect(await leftOf('a', [...NAMED, ...begun])).toContain('');
  });

  it('has a name for sure only when its folder was synced, whatever was synced of the file', async () => {
    const written = [put(3, 'new', 0), sync(3)];
    expect(await leftOf('a', [...MADE, ...written])).toEqual(['new', 'none']);
    expect(await leftOf('a', [...NAMED, ...written])).toEqual(['new']);
  });

  it('may have lost a folder with all that was synced in it', async () => {
    const made = [`1 mkdir(${hex(`${ROOT}/in`)}, 0700) = 0`, open('/in/a', 'O_RDWR|O_CREAT', 3)];
    const synced = [put(3, 'new', 0), sync(3), open('/in', 'O_RDONLY', 4), '1 fsync(4) = 0'];
    expect(await leftOf('in/a', [...made, ...synced])).toEqual(['new', 'none']);
  });

  it('has a renamed file whole, under either name', async () => {
    const old = [put(3, 'old', 0), sync(3)];
    const renamed = [
      open('/b', 'O_RDWR|O_CREAT', 5),
      put(5, 'new', 0),
      sync(5),
      '1 fsync(4) = 0',
      `1 rename(${hex(`${ROOT}/b`)}, ${hex(`${ROOT}/a`)}) = 0`,
    ];
    expect(await leftOf('a', [...NAMED, ...old, ...renamed])).toEqual(['new', 'old']);
  });

  it('has a linked file whole, or not at all', async () => {
    const old = [put(3, 'old', 0), sync(3), '1 fsync(4) = 0'];
    const linked = `1 link(${hex(`${ROOT}/a`)}, ${hex(`${ROOT}/b`)}) = 0`;
    expect(await leftOf('b', [...NAMED, ...old, linked])).toEqual(['none', 'old']);
    expect(await leftOf('b', [...NAMED, ...old, linked, '1 fsync(4) = 0'])).toEqual(['old']);
  });

  it('may have a removed file still', async () => {
    const removed = `1 unlink(${hex(`${ROOT}/a`)}) = 0`;
    const left = await leftOf('a', [...NAMED, put(3, 'old', 0), sync(3), removed]);
    expect(left).toEqual(['none', 'old']);
  });

  it('refuses a call that it knows nothing of, on what is its own alone', async () => {
    await expect(diskAfter([...MADE, '1 fallocate(3, 0, 0, 4096) = 0'])).rejects.toThrow(
      'Nothing is known of fallocate',
    );
    await expect(diskAfter(['1 fallocate(7, 0, 0, 4096) = 0'])).resolves.toBeInstanceOf(Disk);
  });
});
