/**
 * From the bytes of a log file to its unpacked bytes: gzip is known by its first two bytes
 * (RFC 1952), never by the file's name. What could be unpacked before a damage is handed out first.
 */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type Readable } from 'node:stream';
import { createGunzip, type Gunzip } from 'node:zlib';
import { XesError, type XesErrorCode } from './xes.ts';

/** Deflate grows at most about a thousandfold, so that one piece unpacks to 16 MiB at the worst. */
const PIECE_BYTES = 16 * 1024;

/** What has passed so far, and its SHA-256. */
export class Tally {
  bytes = 0;
  #hash: Hash = createHash('sha256');

  add(chunk: Uint8Array): void {
    this.bytes += chunk.length;
    this.#hash.update(chunk);
  }

  digest(): string {
    return this.#hash.copy().digest('hex');
  }
}

/**
 * SHA-256 of a file's bytes as they lie there (packed), in lower-case hex. Ids of imported facts
 * derive from it, so it is taken in a first pass of its own.
 * @throws XesError `unreadable`; the signal's reason when it was aborted.
 */
export async function digestOf(path: string, options: { signal?: AbortSignal } = {}) {
  const tally = new Tally();
  for await (const piece of piecesOf(createReadStream(path), path, options.signal)) {
    tally.add(piece);
  }
  return tally.digest();
}

export interface UnpackOptions {
  readonly signal?: AbortSignal;
  /** Opens the source once more, where it can be: after a damage, for what lies right before it. */
  readonly again?: () => Readable;
}

/** The unpacked bytes of `source`. @throws XesError when it cannot be read or unpacked further. */
export async function* unpacked(
  source: Readable,
  file: string,
  tally: Tally,
  { signal, again }: UnpackOptions = {},
): AsyncGenerator<Buffer> {
  let unpacker: Unpacker | undefined;
  let head: Buffer | undefined = Buffer.alloc(0);
  try {
    for await (const piece of piecesOf(source, file, signal)) {
      tally.add(piece);
      let bytes = piece;
      if (head) {
        bytes = Buffer.concat([head, piece]);
        head = bytes.length < 2 ? bytes : undefined;
        if (head) continue;
        if (bytes[0] === 0x1f && bytes[1] === 0x8b) unpacker = new Unpacker(file, tally);
      }
      if (unpacker) yield* unpacker.write(bytes);
      else yield bytes;
    }
    if (head?.length) yield head;
    if (unpacker) yield* unpacker.end();
  } catch (error) {
    if (unpacker && again && error instanceof XesError && error.code === 'damaged-gzip') {
      yield* upToDamage(piecesOf(again(), file, signal), file, unpacker.given);
    }
    throw error;
  } finally {
    unpacker?.destroy();
  }
}

/**
 * What a damaged file unpacks to beyond what was given. zlib gives nothing of the piece in which it
 * fails, so the file is unpacked once more up to there, and that piece byte by byte.
 */
async function* upToDamage(
  pieces: AsyncGenerator<Buffer>,
  file: string,
  given: Given,
): AsyncGenerator<Buffer> {
  const unpacker = new Unpacker(file, new Tally());
  let skip = given.unpacked;
  try {
    for await (const part of bytewiseFrom(given.packed, pieces)) {
      for await (const bytes of unpacker.write(part)) {
        if (bytes.length > skip) yield bytes.subarray(skip);
        skip = Math.max(0, skip - bytes.length);
      }
    }
  } catch (error) {
    // The damage itself, which is told by whoever met it first.
    if (!(error instanceof XesError)) throw error;
  } finally {
    unpacker.destroy();
  }
}

async function* bytewiseFrom(
  place: number,
  pieces: AsyncGenerator<Buffer>,
): AsyncGenerator<Buffer> {
  let passed = 0;
  for await (const piece of pieces) {
    passed += piece.length;
    if (passed <= place) yield piece;
    else for (let at = 0; at < piece.length; at++) yield piece.subarray(at, at + 1);
  }
}

async function* piecesOf(
  source: Readable,
  file: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  const stop = () => source.destroy(signal?.reason);
  signal?.addEventListener('abort', stop);
  try {
    signal?.throwIfAborted();
    for await (const chunk of source) {
      signal?.throwIfAborted();
      if (!(chunk instanceof Uint8Array)) throw new TypeError('A log is read from bytes.');
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      for (let from = 0; from < bytes.length; from += PIECE_BYTES) {
        yield bytes.subarray(from, from + PIECE_BYTES);
      }
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (isSystemError(error)) {
      throw new XesError(
        'unreadable',
        file,
        `The file cannot be read: ${error.message}`,
        {},
        { cause: error },
      );
    }
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    source.destroy();
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return typeof error === 'object' && error !== null && 'syscall' in error;
}

/** How far an unpacker came without a fault, in bytes. */
interface Given {
  readonly packed: number;
  readonly unpacked: number;
}

/**
 * zlib as a function from bytes to bytes. Its stream is never paused, because a stream that fails
 * drops what it holds; instead each piece is awaited before the next is given.
 */
class Unpacker {
  readonly #zlib: Gunzip = createGunzip({ chunkSize: 64 * 1024 });
  readonly #file: string;
  readonly #tally: Tally;
  readonly #closed: Promise<void>;
  #out: Buffer[] = [];
  #packed = 0;
  #unpacked = 0;
  #error: NodeJS.ErrnoException | undefined;

  constructor(file: string, tally: Tally) {
    this.#file = file;
    this.#tally = tally;
    this.#zlib.on('data', (chunk: Buffer) => this.#out.push(chunk));
    this.#zlib.on('error', (error) => (this.#error = error));
    this.#closed = new Promise((resolve) => this.#zlib.once('close', resolve));
  }

  get given(): Given {
    return { packed: this.#packed, unpacked: this.#unpacked };
  }

  async *write(bytes: Buffer): AsyncGenerator<Buffer> {
    const written = new Promise<void>((resolve) => this.#zlib.write(bytes, () => resolve()));
    await Promise.race([written, this.#closed]);
    yield* this.#take();
    this.#packed += bytes.length;
  }

  async *end(): AsyncGenerator<Buffer> {
    this.#zlib.end();
    await this.#closed;
    yield* this.#take();
  }

  destroy(): void {
    this.#zlib.destroy();
  }

  *#take(): Generator<Buffer> {
    const out = this.#out;
    this.#out = [];
    for (const bytes of out) {
      this.#unpacked += bytes.length;
      yield bytes;
    }
    if (!this.#error) return;
    const truncated = this.#error.code === 'Z_BUF_ERROR';
    const code: XesErrorCode = truncated ? 'truncated' : 'damaged-gzip';
    const reason = truncated
      ? 'The gzip file ends before its end: it was cut off.'
      : `The gzip file is damaged: ${this.#error.message}.`;
    const place = { byteOffset: this.#tally.bytes };
    throw new XesError(code, this.#file, reason, place, { cause: this.#error });
  }
}
