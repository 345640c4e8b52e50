import { setImmediate as nextTurn } from 'node:timers/promises';
import { type BatchWriter } from './batch-writer.ts';
import { GroupCommit } from './group-commit.ts';
import { type AppendRequest } from './write-protocol.ts';

const request = (stream: string, bytes = 600): AppendRequest => ({
  stream,
  expected: -1,
  events: [{ id: stream, type: 'CaseOpened', schemaVersion: 1, data: '{}', metadata: '{}', bytes }],
});

/** A writer that finishes a batch when it is told to. */
class HeldWriter implements BatchWriter {
  readonly storeId = 'log-1';
  readonly batches: string[][] = [];
  #finish: ((failure?: Error) => void) | undefined;

  apply(batch: readonly AppendRequest[]) {
    this.batches.push(batch.map(({ stream }) => stream));
    return new Promise<{ revision: number; position: number }[]>((resolve, reject) => {
      this.#finish = (failure) =>
        failure ? reject(failure) : resolve(batch.map((_, at) => ({ revision: 0, position: at })));
    });
  }

  async finish(failure?: Error) {
    await nextTurn();
    this.#finish!(failure);
    await nextTurn();
  }

  probe = async () => undefined;
  close = async () => undefined;
}

describe('GroupCommit', () => {
  let writer: HeldWriter;
  let commit: GroupCommit;
  let commits: number;
  beforeEach(() => {
    writer = new HeldWriter();
    commits = 0;
    commit = new GroupCommit(writer, () => commits++);
  });

  const appendAll = (...streams: string[]) =>
    streams.map((stream) => commit.append(request(stream)));

  it('sends what is appended in one turn as one batch', async () => {
    const appends = appendAll('a', 'b', 'c');
    await writer.finish();
    expect(writer.batches).toEqual([['a', 'b', 'c']]);
    expect(await Promise.all(appends.map(({ outcome }) => outcome))).toHaveLength(3);
    expect(commits).toBe(1);
  });

  it('fills the next batch while one is under way, and sends it as soon as that is done', async () => {
    appendAll('a');
    await nextTurn();
    appendAll('b', 'c');
    await nextTurn();
    appendAll('d');
    expect(writer.batches).toEqual([['a']]);
    await writer.finish();
    expect(writer.batches).toEqual([['a'], ['b', 'c', 'd']]);
    await writer.finish();
    await commit.drained();
  });

  it('leaves out what was withdrawn while it waited', async () => {
    appendAll('a');
    await nextTurn();
    const [b] = appendAll('b', 'c');
    b!.withdraw();
    await writer.finish();
    expect(writer.batches).toEqual([['a'], ['c']]);
    await writer.finish();
  });

  it('fails the batch that failed, and no other', async () => {
    const [a] = appendAll('a');
    const failing = expect(a!.outcome).rejects.toThrow('disk full');
    await nextTurn();
    const [b] = appendAll('b');
    await writer.finish(new Error('disk full'));
    await failing;
    await writer.finish();
    expect(await b!.outcome).toEqual({ revision: 0, position: 0 });
  });

  it('sends no batch beyond its size, and keeps the order', async () => {
    const streams = Array.from({ length: 600 }, (_, n) => `case-${n}`);
    appendAll(...streams);
    await writer.finish();
    await writer.finish();
    expect(writer.batches.map((batch) => batch.length)).toEqual([512, 88]);
    expect(writer.batches.flat()).toEqual(streams);
  });

  it('turns appends away when too much waits for the disk, and takes them again after', async () => {
    appendAll('a');
    await nextTurn();
    const large = 9 * 1024 * 1024;
    for (let n = 0; n < 7; n++) commit.append(request(`large-${n}`, large));
    await expect(commit.append(request('one-more', large)).outcome).rejects.toThrow('too many');
    for (let n = 0; n < 8; n++) await writer.finish();
    const later = commit.append(request('later', large));
    await writer.finish();
    expect(await later.outcome).toEqual({ revision: 0, position: 0 });
    expect(writer.batches.every((batch) => batch.length === 1)).toBe(true);
  });

  it('is drained when nothing waits any more', async () => {
    appendAll('a');
    await nextTurn();
    appendAll('b');
    let drained = false;
    const draining = commit.drained().then(() => (drained = true));
    await writer.finish();
    expect(drained).toBe(false);
    await writer.finish();
    await draining;
  });
});
