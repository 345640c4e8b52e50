/**
 * From unpacked bytes to text. UTF-8 is checked strictly and an error is placed to the byte; the
 * other encodings are those that XML processors know from a byte order mark or the XML declaration
 * (XML 1.0, appendix F).
 */
import { isUtf8 } from 'node:buffer';
import { XesError } from './xes.ts';

/** An XML declaration is the first tag if there is one, and ends well before this. */
const HEAD_BYTES = 1024;
/** What a lenient decoder puts where the bytes make no character. */
const REPLACEMENT = '\ufffd';

interface Decoders {
  readonly strict: TextDecoder;
  readonly lenient: TextDecoder;
}

export class XesText {
  readonly #file: string;
  #head: Buffer | undefined = Buffer.alloc(0);
  /** Set for every encoding but UTF-8. */
  #decoders: Decoders | undefined;
  #carry: Buffer = Buffer.alloc(0);
  #offset = 0;

  constructor(file: string) {
    this.#file = file;
  }

  /**
   * The text of `bytes`; what is cut inside a character waits for the next call.
   * @throws XesError `bad-encoding`, after the text before it was given.
   */
  *decode(bytes: Buffer, last = false): Generator<string> {
    if (this.#head === undefined) return yield* this.#text(bytes, last);
    this.#head = Buffer.concat([this.#head, bytes]);
    if (this.#head.length < HEAD_BYTES && !this.#head.includes('>') && !last) return;
    const head = this.#head;
    this.#head = undefined;
    this.#choose(head);
    yield* this.#text(head, last);
  }

  #choose(head: Buffer): void {
    const label = encodingOf(head);
    if (label === 'utf-8' || label === 'us-ascii' || label === 'utf8') return;
    if (label.startsWith('utf-16') && !looksLikeUtf16(head)) {
      this.#fail(`The log says that it is ${label}, but it is not.`, 0);
    }
    try {
      this.#decoders = {
        strict: new TextDecoder(label, { fatal: true }),
        lenient: new TextDecoder(label),
      };
    } catch {
      this.#fail(`The log's encoding is not known here: ${label}.`, 0);
    }
  }

  *#text(bytes: Buffer, last: boolean): Generator<string> {
    if (this.#decoders) return yield* this.#decoded(this.#decoders, bytes, last);
    const all = this.#carry.length > 0 ? Buffer.concat([this.#carry, bytes]) : bytes;
    const whole = last ? all : all.subarray(0, all.length - cutTail(all));
    if (!isUtf8(whole)) {
      const valid = validPrefix(whole);
      yield whole.toString('utf8', 0, valid);
      this.#fail('The log is not in UTF-8 here.', this.#offset + valid);
    }
    this.#offset += whole.length;
    this.#carry = Buffer.from(all.subarray(whole.length));
    yield whole.toString('utf8');
  }

  /** The lenient one goes along, to say what came before a fault: the strict one then says nothing. */
  *#decoded({ strict, lenient }: Decoders, bytes: Buffer, last: boolean): Generator<string> {
    const text = lenient.decode(bytes, { stream: !last });
    try {
      strict.decode(bytes, { stream: !last });
    } catch {
      yield text.slice(0, Math.max(0, text.indexOf(REPLACEMENT)));
      this.#fail(`The log is not in ${strict.encoding} from about here.`, this.#offset);
    }
    this.#offset += bytes.length;
    yield text;
  }

  #fail(reason: string, byteOffset: number): never {
    throw new XesError('bad-encoding', this.#file, reason, { byteOffset });
  }
}

function encodingOf(head: Buffer): string {
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0 && head[1] === 0x3c) return 'utf-16be';
  if (head[0] === 0x3c && head[1] === 0) return 'utf-16le';
  const declared = /^(?:\xef\xbb\xbf)?<\?xml[^>]*?\sencoding\s*=\s*["']([\w.-]+)["']/;
  return declared.exec(head.toString('latin1'))?.[1]?.toLowerCase() ?? 'utf-8';
}

function looksLikeUtf16(head: Buffer): boolean {
  return head[0] === 0 || head[1] === 0 || head[0] === 0xfe || head[0] === 0xff;
}

/** How many bytes at the end begin a UTF-8 character without ending it: 0 to 3. */
function cutTail(bytes: Buffer): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return 0;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > back ? back : 0;
  }
  return 0;
}

/** The length of the longest valid beginning of bytes that are not UTF-8 as a whole. */
function validPrefix(bytes: Buffer): number {
  let low = 0;
  let high = bytes.length;
  while (low + 1 < high) {
    const middle = (low + high) >> 1;
    const prefix = bytes.subarray(0, middle);
    if (isUtf8(prefix.subarray(0, middle - cutTail(prefix)))) low = middle;
    else high = middle;
  }
  return low - cutTail(bytes.subarray(0, low));
}
