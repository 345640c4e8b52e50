/**
 * Reads a JSON body so that nothing in it can surprise what comes after: UTF-8 and no other charset,
 * bounded depth and size, every field once, no text that could not be stored and shown as it is, and
 * no field name that an object has by itself: it would reach a prototype, stand in for a constructor
 * (class-validator looks its rules up by it), or be passed over (class-transformer skips methods).
 */
import { HttpProblem } from './problem.ts';

export interface JsonLimits {
  /** Levels of objects and lists, the outermost counting 1. */
  readonly depthMax: number;
  /** Fields of all objects and entries of all lists together. */
  readonly membersMax: number;
}

export const JSON_LIMITS: JsonLimits = { depthMax: 32, membersMax: 10_000 };

export const UNSAFE_NAMES: ReadonlySet<string> = new Set(
  Object.getOwnPropertyNames(Object.prototype),
);

/** Control characters other than those that lay a text out (tab and line ends). */
const CONTROL = /[\p{Cc}--[\t\n\r]]/v;

/** What JSON can escape or hold and no text may: looked for before every string is looked at. */
const SUSPECT = /[\x7f-\x9f]|\\u(?:00(?:[0189]|7f)|d[89a-f])|\\[bf]/i;

/** Whether a text is whole (no half of a surrogate pair, RFC 7493 section 2.1) and without control characters. */
export function isPlainText(text: string): boolean {
  return text.isWellFormed() && !CONTROL.test(text);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** @throws HttpProblem malformed-json, unsafe-field, duplicate-field, invalid-field, body-too-complex */
export function parseJsonBody(bytes: Uint8Array, limits: JsonLimits = JSON_LIMITS): unknown {
  let text: string;
  let value: unknown;
  try {
    text = utf8.decode(bytes);
    value = JSON.parse(text);
  } catch {
    // The parser's own message repeats the body, so it is dropped.
    throw new HttpProblem('malformed-json');
  }
  new Inspection(text, limits).run();
  return value;
}

/** An object with the names seen so far, or a list with the number of its entries. */
interface Frame {
  readonly names: Set<string> | undefined;
  name: string;
  index: number;
  expectsName: boolean;
}

/** The longest field name that a problem repeats; names are the client's. */
const SHOWN_MAX = 64;

export function shownName(name: string): string {
  const printable = name.replace(/[\p{C}]/gu, '');
  return printable.length > SHOWN_MAX ? `${printable.slice(0, SHOWN_MAX)}…` : printable;
}

/**
 * One walk over a text that is known to be valid JSON. JSON.parse keeps the last of two equal names
 * and says nothing of depth, so what it made of the text cannot be asked.
 */
class Inspection {
  readonly #frames: Frame[] = [];
  readonly #isSuspect: boolean;
  #members = 0;

  constructor(
    private readonly text: string,
    private readonly limits: JsonLimits,
  ) {
    this.#isSuspect = SUSPECT.test(text);
  }

  run(): void {
    for (let at = 0; at < this.text.length; at++) {
      const frame = this.#frames.at(-1);
      switch (this.text[at]) {
        case '{':
        case '[':
          this.#open(this.text[at] === '{');
          break;
        case '}':
        case ']':
          this.#frames.pop();
          break;
        case ',':
          this.#next(frame!);
          break;
        case '"':
          at = this.#string(at, frame);
          break;
      }
    }
  }

  #open(isObject: boolean): void {
    if (this.#frames.length >= this.limits.depthMax) throw this.#tooComplex();
    const names = isObject ? new Set<string>() : undefined;
    this.#frames.push({ names, name: '', index: 0, expectsName: isObject });
  }

  #next(frame: Frame): void {
    if (frame.names) frame.expectsName = true;
    else {
      frame.index++;
      this.#countMember();
    }
  }

  /** Returns where the string ends. */
  #string(start: number, frame: Frame | undefined): number {
    let end = start + 1;
    while (this.text[end] !== '"') end += this.text[end] === '\\' ? 2 : 1;
    if (frame?.expectsName) {
      const raw = this.text.slice(start, end + 1);
      this.#name(frame, raw.includes('\\') ? (JSON.parse(raw) as string) : raw.slice(1, -1));
    }
    if (this.#isSuspect) this.#assertPlain(JSON.parse(this.text.slice(start, end + 1)) as string);
    return end;
  }

  #assertPlain(text: string): void {
    if (isPlainText(text) || this.#frames.length === 0) return;
    throw new HttpProblem('invalid-field', {
      fields: [{ field: this.#path(), rule: 'isPlainText' }],
    });
  }

  #name(frame: Frame, name: string): void {
    frame.expectsName = false;
    frame.name = name;
    this.#countMember();
    if (UNSAFE_NAMES.has(name))
      throw new HttpProblem('unsafe-field', { field: this.#path(), params: { name } });
    if (frame.names!.has(name)) throw new HttpProblem('duplicate-field', { field: this.#path() });
    frame.names!.add(name);
  }

  #countMember(): void {
    if (++this.#members > this.limits.membersMax) throw this.#tooComplex();
  }

  #tooComplex(): HttpProblem {
    return new HttpProblem('body-too-complex', { params: { ...this.limits } });
  }

  #path(): string {
    let path = '';
    for (const frame of this.#frames) {
      if (frame.names) path += path ? `.${shownName(frame.name)}` : shownName(frame.name);
      else path += `[${frame.index}]`;
    }
    return path;
  }
}
