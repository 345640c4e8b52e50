/**
 * Canaries: values that nobody has, planted as personal data, and the search for them in every form in
 * which bytes or texts could hold them.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import {
  type Answer,
  type Ask,
  type RawAnswer,
  type RawAsk,
  type Server,
} from './server.testkit.ts';
import { done, PNG } from './world.testkit.ts';

/** Base64 of a text wherever in a longer one it begins: without the characters that its neighbours share. */
function base64Of(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((shift) => {
    const shifted = Buffer.concat([Buffer.alloc(shift), bytes]);
    const whole = Math.floor(shifted.length / 3) * 4;
    const text = shifted.toString('base64').slice(Math.ceil((shift * 8) / 6), whole);
    return [text, text.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

/** A bare hash of a number that can be guessed is the number. */
function hashesOf(bytes: Buffer): Buffer[] {
  return ['sha256', 'sha1', 'md5', 'sha512'].flatMap((name) => {
    const digest = createHash(name).update(bytes).digest();
    const texts = [digest.toString('hex'), digest.toString('base64'), digest.toString('base64url')];
    return [digest, ...texts.map((text) => Buffer.from(text))];
  });
}

const made = new Map<string | Buffer, readonly Buffer[]>();

/** Every form of a canary that is looked for; each answer is searched for all of them. */
export function formsOf(canary: string | Buffer): readonly Buffer[] {
  const forms = made.get(canary) ?? newFormsOf(canary);
  made.set(canary, forms);
  return forms;
}

function newFormsOf(canary: string | Buffer): readonly Buffer[] {
  const bytes = Buffer.from(canary as string);
  const text = typeof canary === 'string' ? canary : canary.toString('latin1');
  const wide = Buffer.from(text, 'utf16le');
  const escaped = [...text]
    .map((character) =>
      character > '\x7f'
        ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
        : character,
    )
    .join('');
  const encoded = typeof canary === 'string' ? encodeURIComponent(canary) : canary.toString('hex');
  const hex = bytes.toString('hex');
  const texts = [
    escaped,
    encoded,
    encoded.toLowerCase(),
    hex,
    hex.toUpperCase(),
    ...base64Of(bytes),
  ];
  return [
    bytes,
    wide,
    Buffer.from(wide).swap16(),
    ...texts.map((form) => Buffer.from(form)),
    ...hashesOf(bytes),
  ];
}

/** Names of those canaries of which some form is in the bytes. */
export function foundIn(
  bytes: Buffer,
  canaries: Readonly<Record<string, string | Buffer>>,
): string[] {
  return Object.entries(canaries)
    .filter(([, canary]) => formsOf(canary).some((form) => bytes.includes(form)))
    .map(([name]) => name);
}

export function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesUnder(path) : [path];
  });
}

export function foundInFiles(
  folder: string,
  canaries: Readonly<Record<string, string | Buffer>>,
): [string, string[]][] {
  return filesUnder(folder)
    .map((file): [string, string[]] => [file, foundIn(readFileSync(file), canaries)])
    .filter(([, found]) => found.length > 0);
}

/** A picture that holds a text, as scanners and telephones write them (PNG, chunk tEXt). */
export function pictureWith(text: string): Buffer {
  const data = Buffer.concat([Buffer.from('tEXtAuthor\0', 'latin1'), Buffer.from(text)]);
  const chunk = Buffer.alloc(data.length + 8);
  chunk.writeUInt32BE(data.length - 4, 0);
  data.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(data), data.length + 4);
  // Signature and header are the first 33 bytes (PNG, third edition, sections 5.2 and 11.2.1).
  return Buffer.concat([PNG.subarray(0, 33), chunk, PNG.subarray(33)]);
}

/** Remembers every answer that anybody got, with its headers. */
export class Witness {
  readonly answers: { readonly to: string; readonly text: string }[] = [];

  /** Of the last command that was done: what is read next has come so far. */
  #written: string | undefined;

  constructor(readonly server: Server) {}

  async get(path: string, ask: Ask): Promise<Answer> {
    const after = path.startsWith('/v1/cases/') && this.#written;
    const asked = { ...ask, ...(after && { after }) };
    return this.#keep(`GET ${path} ${ask.as ?? ''}`, await this.server.get(path, asked));
  }

  async post(path: string, ask: Ask): Promise<Answer> {
    return this.#keep(`POST ${path} ${ask.as ?? ''}`, await this.server.post(path, ask));
  }

  async raw(method: string, path: string, ask: RawAsk): Promise<RawAnswer> {
    const answer = await this.server.raw(method, path, ask);
    this.answers.push({
      to: `${method} ${path}`,
      text: JSON.stringify(answer.headers) + answer.text,
    });
    return answer;
  }

  /** A command on the version that the case is at, which must be done. */
  async act(as: string, caseId: string, what: string, body?: unknown): Promise<Answer> {
    const seen = done(await this.get(`/v1/cases/${caseId}`, { as: 'lin' }));
    const ifMatch = (seen.body as { version: number }).version;
    const ask = { as, ifMatch, ...(body === undefined ? {} : { body }) };
    const answer = done(await this.post(`/v1/cases/${caseId}/${what}`, ask));
    this.#written = answer.headers.get('x-casetrail-position') ?? undefined;
    return answer;
  }

  #keep(to: string, answer: Answer): Answer {
    const headers = JSON.stringify([...answer.headers]);
    this.answers.push({ to, text: headers + JSON.stringify(answer.body) });
    return answer;
  }
}
