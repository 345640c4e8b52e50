/**
 * Where a process is killed, by name. The process kills itself, by a signal that nothing can handle,
 * when it comes to the n-th of such moments: no timer from outside meets them.
 */
import { SYSTEM, type Actor } from '#kernel/actor';
import { type NewEvent } from '#kernel/envelope';

export const SERVER_POINTS = [
  'before an append of a request',
  'after an append, before its answer',
  'between the binding of a key and its events',
  'between a write of the vault and its event',
  'between the key of a subject and its record',
  'in the middle of a view’s batch',
  'between two views of one batch',
  'before an append of a process',
  'between an append of a process and its state',
  'between the state of a process and its checkpoint',
  'around an identity that a process settles',
  'before an append of a timer',
  'after an append of a timer',
] as const;

/** Of a view that is built anew: by the command line, or by a server that finds no views. */
export const SWAP_POINTS = [
  'after the reset of a view',
  'in the middle of a view that is built anew',
  'before a view is swapped in',
  'after a view was swapped in',
] as const;

export const IMPORT_POINTS = [
  'before an append of an import',
  'after an append of an import',
] as const;

/** Counted over all that the main thread writes to files, databases included. */
export const FIRST_START_POINT = 'at a write of the first start';

export type Point =
  | (typeof SERVER_POINTS)[number]
  | (typeof SWAP_POINTS)[number]
  | (typeof IMPORT_POINTS)[number]
  | typeof FIRST_START_POINT;

/** Set in the environment of whoever is to be killed: `<n> <point>`. */
export const VARIABLE = 'KILLED_AT';

export const killedAt = (point: Point, n: number) => ({ [VARIABLE]: `${n} ${point}` });

const [nth = '0', ...words] = (process.env[VARIABLE] ?? '').split(' ');
const chosen = words.join(' ');
let come = 0;

/** Does not return from the n-th moment of the chosen kind. */
export function pass(point: Point): void {
  if (point !== chosen || ++come < Number(nth)) return;
  process.kill(process.pid, 'SIGKILL');
}

/** Whose append it is. */
export type Author = 'request' | 'binding' | 'process' | 'timer' | 'import' | 'other';

/** @param timers the ids of the commands of timers that were due */
export function authorOf(
  stream: string,
  [first]: readonly NewEvent[],
  timers: ReadonlySet<string>,
): Author {
  const { imported, actor, commandId, requestDigest } = first!.metadata as {
    imported?: unknown;
    actor: Actor;
    commandId: string;
    requestDigest?: string;
  };
  if (imported) return 'import';
  if (timers.has(commandId)) return 'timer';
  if (actor.kind === SYSTEM.kind) return requestDigest === undefined ? 'process' : 'other';
  if (requestDigest === undefined) return 'other';
  return /^(request|selection)-/.test(stream) ? 'binding' : 'request';
}
