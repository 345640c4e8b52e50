/** Which syncs of the write-ahead log stand between what is written and what is told of it. */
import { type Call } from './strace.testkit.ts';
import { type Moment } from './disk.testkit.ts';
import { type Told } from './lives.testkit.ts';
import { pathsIn, toldBy } from './recording.testkit.ts';

/** What one commit has written: frames, each a header and a page; the last header says that it is the last. */
interface Batch {
  /** When its last byte was handed over. */
  written: number;
  isWhole: boolean;
  syncedAt?: number;
  syncs: number;
  isTold: boolean;
}

export interface Syncs {
  readonly told: number;
  /** Told before a sync of the log that began after the whole batch was written had ended. */
  readonly tooEarly: readonly Told[];
  /** Batches that something was told of, and the syncs of the log from each of them to when it was told of. */
  readonly batches: number;
  readonly syncs: number;
}

const FRAME_HEADER_BYTES = 24;
const PAGE_COUNT_AT = 4;
const DERIVED_ID = /[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/**
 * @param wal the path of the log's file
 * @param idsOf what must lie in the log for what was told; none where it is of no matter here
 */
export function syncsBetween(
  life: readonly Moment[],
  wal: string,
  idsOf: (told: Told) => readonly string[],
): Syncs {
  const paths = pathsIn(life);
  const batches: Batch[] = [];
  const batchOf = new Map<string, Batch>();
  const tooEarly: Told[] = [];
  let told = 0;
  const write = (call: Call): void => {
    let batch = batches.at(-1);
    if (!batch || (batch.isWhole && batch.written < call.begun && isHeader(call))) {
      batch = { written: 0, isWhole: false, syncs: 0, isTold: false };
      batches.push(batch);
    }
    batch.written = call.done;
    if (isHeader(call)) batch.isWhole = call.bytes!.readUInt32BE(PAGE_COUNT_AT) > 0;
    for (const [id] of call.bytes!.toString('latin1').matchAll(DERIVED_ID)) {
      if (!batchOf.has(id)) batchOf.set(id, batch);
    }
  };
  const sync = (call: Call): void => {
    const batch = batches.at(-1);
    if (!batch) return;
    if (!batch.isTold) batch.syncs++;
    for (const one of batches) {
      if (one.isWhole && one.written < call.begun) one.syncedAt ??= call.done;
    }
  };
  const tell = (one: Told, call: Call): void => {
    const needed = idsOf(one).map((id) => batchOf.get(id));
    if (needed.length > 0) told++;
    for (const batch of needed) if (batch) batch.isTold = true;
    const isLate = needed.every((batch) => batch?.syncedAt && batch.syncedAt < call.begun);
    if (!isLate) tooEarly.push(one);
  };
  life.forEach(({ call, phase }, at) => {
    const one = toldBy(call);
    if (one) return tell(one, call);
    if (paths[at] !== wal) return;
    if (call.name === 'pwrite64') write(call);
    if (/^f(data)?sync$/.test(call.name) && phase === 'done') sync(call);
  });
  const ofTold = batches.filter(({ isTold }) => isTold);
  const syncs = ofTold.reduce((sum, batch) => sum + batch.syncs, 0);
  return { told, tooEarly, batches: ofTold.length, syncs };
}

const isHeader = ({ bytes }: Call): boolean => bytes!.length === FRAME_HEADER_BYTES;
