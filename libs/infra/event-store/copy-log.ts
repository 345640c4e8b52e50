/**
 * Moving house: a whole log copied from one store into another, event by event in the order of its
 * positions, with ids, times and metadata as they are. What lies in the target already is compared
 * instead of written, so that a copy that was cut short goes on where it was, and one that is repeated
 * writes nothing. It ends with a proof: both logs are read from end to end and must say the same.
 *
 * Costs three readings of the source and two of the target, and one append for each run of events of
 * one stream: the appends are serial, because only so the order over all streams is kept.
 */
import { createHash } from 'node:crypto';
import { type NewEvent, type RecordedEvent } from '#kernel/envelope';
import { DeadlineExceeded, StoreUnavailable } from './event-store.errors.ts';
import { type EventStore } from './event-store.port.ts';

/** Source and target do not hold the same; nothing of either was changed to make them. */
export class LogsDiffer extends Error {
  override readonly name = 'LogsDiffer';
}

/** One end cannot serve now. What was copied stays, and the next copy goes on after it. */
export class CopyCutShort extends Error {
  override readonly name = 'CopyCutShort';
  readonly end: 'from' | 'to';
  override readonly cause: StoreUnavailable | DeadlineExceeded;

  constructor(end: CopyCutShort['end'], cause: CopyCutShort['cause']) {
    super(`The copy was cut short at the end that it goes ${end}: ${cause.message}`);
    this.end = end;
    this.cause = cause;
  }
}

/** What two equal logs have in common, however their stores name positions. */
export interface LogSummary {
  readonly events: number;
  readonly streams: number;
  /** SHA-256, in hexadecimal, over every event with its stream and revision, in order. */
  readonly sha256: string;
}

export interface CopyProgress {
  readonly step: 'reading' | 'copying' | 'proving';
  /** Events that this step has done. */
  readonly done: number;
  /** Events of the source; 0 while it is read for the first time. */
  readonly total: number;
  /** Events that were in the target already. */
  readonly found: number;
}

export interface CopyOptions {
  readonly from: EventStore;
  readonly to: EventStore;
  /** Ends the copy with CallAborted; what was copied stays, and the next copy goes on after it. */
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: CopyProgress) => void;
}

type CopyEnd = Pick<EventStore, 'limits' | 'head' | 'readAll' | 'append'>;

interface Ends {
  readonly from: CopyEnd;
  readonly to: CopyEnd;
  readonly signal: AbortSignal;
}

/**
 * @returns what is now in both
 * @throws LogsDiffer where the target holds anything else, or the source grew meanwhile; CopyCutShort
 *   where a store cannot serve now; the stores' other errors
 */
export async function copyLog(options: CopyOptions): Promise<LogSummary> {
  const { signal, onProgress = () => undefined } = options;
  const ends = { from: endOf('from', options.from), to: endOf('to', options.to), signal };
  const { from, to } = ends;
  const head = await from.head({ signal });
  const source = await summaryOf(from, signal, (done) => {
    onProgress({ step: 'reading', done, total: 0, found: 0 });
  });
  const total = source.events;
  const found = await copyMissing(ends, (progress) => {
    onProgress({ step: 'copying', total, ...progress });
  });
  const target = await summaryOf(to, signal, (done) => {
    onProgress({ step: 'proving', done, total, found });
  });
  if ((await from.head({ signal })) !== head) {
    throw new LogsDiffer('The source was written to meanwhile. Stop whoever does, and copy again.');
  }
  if (target.sha256 !== source.sha256) {
    throw new LogsDiffer(
      `The target says something else: ${told(target)}, where the source has ${told(source)}.`,
    );
  }
  return source;
}

/** The same store; of what passes, it says which end has it. */
function endOf(end: CopyCutShort['end'], store: EventStore): CopyEnd {
  const rethrow = (error: unknown): never => {
    const passes = error instanceof StoreUnavailable || error instanceof DeadlineExceeded;
    throw passes ? new CopyCutShort(end, error) : error;
  };
  return {
    limits: store.limits,
    head: (options) => store.head(options).catch(rethrow),
    append: (...given) => store.append(...given).catch(rethrow),
    async *readAll(options) {
      try {
        yield* store.readAll(options);
      } catch (error) {
        rethrow(error);
      }
    },
  };
}

const told = ({ events, streams, sha256 }: LogSummary): string =>
  `${events} events in ${streams} streams (SHA-256 ${sha256})`;

/** Reads the log from its beginning to its end. @throws the store's errors */
export async function summaryOf(
  store: Pick<EventStore, 'readAll'>,
  signal: AbortSignal,
  onEvent: (done: number, event: RecordedEvent) => void = () => undefined,
): Promise<LogSummary> {
  const hash = createHash('sha256');
  let events = 0;
  let streams = 0;
  for await (const event of store.readAll({ signal })) {
    hash.update(wordsOf(event)).update('\n');
    events++;
    if (event.revision === 0) streams++;
    onEvent(events, event);
  }
  return { events, streams, sha256: hash.digest('hex') };
}

/** All of an event but its position, which is the store's own. */
function wordsOf(event: RecordedEvent): string {
  const { stream, revision, id, type, schemaVersion, data, metadata } = event;
  return JSON.stringify([stream, revision, id, type, schemaVersion, data, metadata]);
}

/** @returns how many events were in the target already */
async function copyMissing(
  { from, to, signal }: Ends,
  onProgress: (progress: { readonly done: number; readonly found: number }) => void,
): Promise<number> {
  const target = to.readAll({ signal })[Symbol.asyncIterator]();
  const run = new RunOfOneStream(to, signal);
  let done = 0;
  let found = 0;
  let there = await target.next();
  for await (const event of from.readAll({ signal })) {
    if (there.done === true) {
      await run.add(event);
    } else {
      refuseAnother(event, there.value);
      found++;
      there = await target.next();
    }
    onProgress({ done: ++done, found });
  }
  await run.send();
  if (there.done !== true) {
    throw new LogsDiffer('The target holds more events than the source: it is no copy of it.');
  }
  return found;
}

/** @throws LogsDiffer */
function refuseAnother(event: RecordedEvent, there: RecordedEvent): void {
  if (wordsOf(event) === wordsOf(there)) return;
  throw new LogsDiffer(
    `The target is no copy of the source, nor the beginning of one: it holds ${placeOf(there)} (${there.id}) ` +
      `where the source has ${placeOf(event)} (${event.id}). Copy into an empty log.`,
  );
}

const placeOf = ({ type, stream, revision }: RecordedEvent): string =>
  `${type} at ${stream}@${revision}`;

/** Collects events that follow each other in one stream, and appends them together. */
class RunOfOneStream {
  readonly #store: CopyEnd;
  readonly #signal: AbortSignal;
  #run: RecordedEvent[] = [];
  #bytes = 0;

  constructor(store: CopyEnd, signal: AbortSignal) {
    this.#store = store;
    this.#signal = signal;
  }

  async add(event: RecordedEvent): Promise<void> {
    const bytes = Buffer.byteLength(wordsOf(event));
    const { maxBatchEvents, maxBatchBytes } = this.#store.limits;
    const isFull =
      this.#run.length >= maxBatchEvents || this.#bytes + bytes > Math.floor(maxBatchBytes / 2);
    if (isFull || this.#run.at(-1)?.stream !== event.stream) await this.send();
    this.#run.push(event);
    this.#bytes += bytes;
  }

  async send(): Promise<void> {
    const [first] = this.#run;
    if (first === undefined) return;
    const expected = first.revision === 0 ? 'no-stream' : first.revision - 1;
    await this.#store.append(first.stream, expected, this.#run.map(asNew), {
      signal: this.#signal,
    });
    this.#run = [];
    this.#bytes = 0;
  }
}

function asNew({ id, type, schemaVersion, data, metadata }: RecordedEvent): NewEvent {
  return { id, type, schemaVersion, data, metadata };
}
