/**
 * What must hold of a log after any kill, of what clients were told and of what they sent: by the rows
 * of its file alone, read past the product's own reader, which would not show what it does not look for.
 */
import { DatabaseSync } from 'node:sqlite';
import { eventIdOf } from '#infra/command-handler/command-handler';
import { type Told } from './talk.testkit.ts';

export interface LogRow {
  readonly position: number;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly id: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: {
    readonly platform: string;
    readonly commandId: string;
    readonly requestDigest?: string;
    readonly recordedAt: string;
    readonly imported?: true;
  };
}

export interface Request {
  readonly key: string;
  readonly as: string;
  readonly path: string;
  readonly commandId: string;
  /** All that came; nothing while it is on its way. */
  readonly answers: readonly Extract<Told, { what: 'answered' }>[];
}

export function rowsOf(file: string): LogRow[] {
  const db = new DatabaseSync(file);
  try {
    const rows = db
      .prepare(
        `SELECT e.position, s.name AS stream, e.revision, t.name AS type, e.id, e.data, e.metadata
         FROM events e JOIN streams s ON s.id = e.stream_id JOIN types t ON t.id = e.type_id
         ORDER BY e.position`,
      )
      .all() as unknown as (Omit<LogRow, 'data' | 'metadata'> & {
      data: string;
      metadata: string;
    })[];
    return rows.map((row) => ({
      ...row,
      data: JSON.parse(row.data) as LogRow['data'],
      metadata: JSON.parse(row.metadata) as LogRow['metadata'],
    }));
  } finally {
    db.close();
  }
}

/** Whatever a request writes besides what it was sent for: what it chose, and what its key is bound to. */
const BESIDE = /^(request|selection)-/;
/** A stream of which one command may write to many, or to none by an id that it derives there. */
const SHARED = /^(admins|access)-/;
const OF_MANY_CASES = /^\/v1\/reviewers\/[^/]+\/reassignment$/;

/**
 * What is said to whoever had a right when they first asked, and has it no more when they ask again, by
 * its code and what was done: to a holder who closed their account, and to a reviewer whose review somebody
 * else holds by now. A reveal is recorded before anything is shown: a repetition shows what still may be.
 */
const RIGHT_HAS_ENDED: Readonly<Record<string, string>> = {
  'access-revoked': 'AccountClosed',
  'purpose-of-the-holder': 'PersonalDataRevealed',
};
/** A refusal that leaves an event, by its code. */
const RECORDED: Readonly<Record<string, string>> = { 'submission-refused': 'SubmissionRefused' };

/** In words, one each; none where all holds. */
export function faultsOf(rows: readonly LogRow[], requests: readonly Request[]): string[] {
  const byCommand = Map.groupBy(rows, ({ metadata }) => metadata.commandId);
  return [
    ...gapsIn(rows),
    ...[...byCommand].flatMap(([commandId, events]) => doublesIn(commandId, events)),
    ...unsent(rows, requests),
    ...requests.flatMap((request) =>
      brokenWord(request, byCommand.get(request.commandId) ?? [], rows),
    ),
  ];
}

function gapsIn(rows: readonly LogRow[]): string[] {
  const faults: string[] = [];
  const revisions = new Map<string, number>();
  const ids = new Set<string>();
  for (const [index, { position, stream, revision, id }] of rows.entries()) {
    if (position !== index + 1) {
      return [...faults, `a gap in the log: position ${position} comes where ${index + 1} should`];
    }
    const next = (revisions.get(stream) ?? -1) + 1;
    if (revision !== next)
      faults.push(`a gap in ${stream}: revision ${revision} after ${next - 1}`);
    revisions.set(stream, revision);
    if (ids.has(id)) faults.push(`the event ${id} is there twice, again at ${position}`);
    ids.add(id);
  }
  return faults;
}

/** Every command has one effect in a stream: one append, whose ids follow from it. */
function doublesIn(commandId: string, events: readonly LogRow[]): string[] {
  const faults: string[] = [];
  if (events[0]!.metadata.imported) return faults;
  const byStream = Map.groupBy(events, ({ stream }) => stream);
  for (const [stream, its] of byStream) {
    if (BESIDE.test(stream) || SHARED.test(stream)) continue;
    const isOne = its.every(
      ({ revision, id, metadata }, index) =>
        revision === its[0]!.revision + index &&
        metadata.recordedAt === its[0]!.metadata.recordedAt &&
        id === eventIdOf(commandId, stream, index),
    );
    if (isOne) continue;
    const places = its.map(({ type, revision }) => `${type}@${revision}`).join(', ');
    faults.push(`the command ${commandId} has more than one effect in ${stream}: ${places}`);
  }
  return faults;
}

/** What no client sent is in nobody's name. */
function unsent(rows: readonly LogRow[], requests: readonly Request[]): string[] {
  const sent = new Set(requests.map(({ commandId }) => commandId));
  return rows
    .filter(
      ({ metadata: { imported, requestDigest, commandId } }) =>
        !imported && requestDigest !== undefined && !sent.has(commandId),
    )
    .map(({ position, type }) => `the ${type} at ${position} is of no request that was sent`);
}

/** What one client was told, held against what there is of its request. */
function brokenWord(
  request: Request,
  events: readonly LogRow[],
  rows: readonly LogRow[],
): string[] {
  const { key, path, answers } = request;
  const own = events.filter(({ stream }) => !BESIDE.test(stream));
  const faults: string[] = [];
  const say = (what: string) => faults.push(`${key} (POST ${path}): ${what}`);
  const streams = new Set(own.map(({ stream }) => stream).filter((stream) => !SHARED.test(stream)));
  if (streams.size > 1 && !OF_MANY_CASES.test(path)) {
    say(`it has effects in ${[...streams].join(' and ')}`);
  }
  for (const { status, token, code } of answers) {
    if (status >= 500) say(`it was answered by ${status} ${code}`);
    const isRight = own.some(
      ({ type }) => type === { ...RIGHT_HAS_ENDED, ...RECORDED }[code ?? ''],
    );
    if (status >= 400 && own.length > 0 && !isRight) {
      say(`it was refused (${code}), and ${own[0]!.type} is at ${own[0]!.position}`);
    }
    if (status >= 300 || token === undefined) continue;
    const position = positionIn(token);
    if (!isItsOwn(position, events, rows)) {
      say(`it was acknowledged at ${position}, where ${rows[position - 1]?.type ?? 'nothing'} is`);
    }
  }
  const alike = answers.filter(({ code }) => !Object.hasOwn(RIGHT_HAS_ENDED, code ?? ''));
  const told = new Set(alike.map(({ status, token, version }) => `${status} ${token} ${version}`));
  if (told.size > 1)
    say(`it was answered otherwise when it was sent again: ${[...told].join('; ')}`);
  return faults;
}

/** Sixteen hexadecimal digits, after the name of the store. */
export function positionIn(token: string): number {
  return parseInt(Buffer.from(token, 'base64url').toString().split('\n')[1]!, 16);
}

/** Whether the answer is about an event of the request, or about the place where it found done what it asked for. */
function isItsOwn(position: number, events: readonly LogRow[], rows: readonly LogRow[]): boolean {
  if (events.some((event) => event.position === position)) return true;
  const at = rows[position - 1];
  return events.some(
    ({ type, data }) =>
      type === 'RequestFoundDone' &&
      data['stream'] === at?.stream &&
      data['revision'] === at?.revision,
  );
}
