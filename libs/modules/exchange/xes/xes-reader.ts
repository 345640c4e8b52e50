/**
 * Reads a XES log, packed or not, as a stream: memory is bounded by the longest trace, however long
 * the log is. A log that breaks off in its middle has given all its traces up to there.
 */
import { createReadStream, statSync } from 'node:fs';
import { type Readable } from 'node:stream';
import { Tally, unpacked, type UnpackOptions } from './xes-bytes.ts';
import { XesText } from './xes-encoding.ts';
import { XesParser } from './xes-parser.ts';
import { XES_LIMITS, XesError, type XesLimits, type XesTrace } from './xes.ts';

export interface ReadXesOptions {
  readonly signal?: AbortSignal;
  /** What errors call the source when it is a stream. */
  readonly file?: string;
  /** IANA name for timestamps without an offset; without it such events are refused. */
  readonly timeZone?: string;
  /** As `digestOf` gave it: a file that is another by the end of the reading is reported. */
  readonly digest?: string;
  readonly limits?: Partial<XesLimits>;
}

/** One reading of a log: iterate it once, and ask it meanwhile how far it is. */
export class XesReading implements AsyncIterable<XesTrace> {
  readonly file: string;
  /** Of the file as it lies there; undefined for a stream. */
  readonly bytesTotal: number | undefined;
  readonly #source: Readable;
  readonly #options: ReadXesOptions;
  readonly #limits: XesLimits;
  readonly #unpacking: UnpackOptions;
  readonly #tally = new Tally();
  #unpackedBytes = 0;
  #begun = false;

  constructor(source: Readable | string, options: ReadXesOptions) {
    this.#options = options;
    this.#limits = { ...XES_LIMITS, ...options.limits };
    if (typeof source === 'string') {
      this.file = source;
      this.bytesTotal = statSync(source, { throwIfNoEntry: false })?.size;
      this.#source = createReadStream(source);
      this.#unpacking = { signal: options.signal, again: () => createReadStream(source) };
    } else {
      this.file = options.file ?? 'stream';
      this.#source = source;
      this.#unpacking = { signal: options.signal };
    }
    // Whoever never iterates must not be ended by a stream that fails; who does, is told by it.
    this.#source.on('error', () => {});
  }

  get bytesRead(): number {
    return this.#tally.bytes;
  }

  get unpackedBytes(): number {
    return this.#unpackedBytes;
  }

  /** SHA-256 of the bytes read so far, in hex; of the whole file once the iteration has ended. */
  get digest(): string {
    return this.#tally.digest();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<XesTrace, void, undefined> {
    if (this.#begun) throw new TypeError('A log is read once: open it again.');
    this.#begun = true;
    const { signal, timeZone } = this.#options;
    const text = new XesText(this.file);
    const parser = new XesParser({ file: this.file, limits: this.#limits, timeZone });
    const write = (bytes: Buffer, last = false) => {
      for (const part of text.decode(bytes, last)) parser.write(part);
    };
    for await (const bytes of unpacked(this.#source, this.file, this.#tally, this.#unpacking)) {
      this.#count(bytes.length);
      yield* tracesOf(parser, () => write(bytes));
      signal?.throwIfAborted();
    }
    yield* tracesOf(parser, () => {
      write(Buffer.alloc(0), true);
      parser.end();
    });
    if (this.#options.digest !== undefined && this.#options.digest !== this.digest) {
      throw new XesError(
        'changed-while-read',
        this.file,
        'The file is not the one that was digested.',
      );
    }
  }

  #count(length: number): void {
    this.#unpackedBytes += length;
    if (this.#unpackedBytes > this.#limits.unpackedBytes) {
      throw new XesError(
        'limit-exceeded',
        this.file,
        `The log unpacks to more than ${this.#limits.unpackedBytes} bytes.`,
        { byteOffset: this.#tally.bytes },
      );
    }
  }
}

/** The traces that a step finished, also those it finished before it failed. */
function* tracesOf(parser: XesParser, step: () => void): Generator<XesTrace> {
  let failure: unknown;
  try {
    step();
  } catch (error) {
    failure = error;
  }
  yield* parser.take();
  if (failure !== undefined) throw failure;
}

/**
 * The traces of a log in the order of the file.
 * @param source a path, or the file's bytes (packed or not).
 * @throws XesError while iterating, with file, place and reason; the signal's reason when aborted.
 */
export function readXes(source: Readable | string, options: ReadXesOptions = {}): XesReading {
  return new XesReading(source, options);
}
