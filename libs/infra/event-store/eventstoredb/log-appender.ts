/**
 * Appends. An answer may be lost, so every attempt may be the second one; the event ids make that
 * safe, and a refusal is believed only when the place really holds other events. Proved by
 * log-appender.spec.ts without a server and by the contract with one.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  BACKWARDS,
  NO_STREAM,
  WrongExpectedVersionError,
  type ResolvedEvent,
} from '@eventstore/db-client';
import { DeadlineExceeded, RevisionConflict } from '../event-store.errors.ts';
import { type AppendResult } from '../event-store.port.ts';
import { type AppendRequest } from './append-stream.ts';
import { isNotFound } from './client-errors.ts';
import { type LogEnd } from './log-end.ts';
import { Persistence } from './persistence.ts';
import { type LogPosition, type PositionTokens } from './position-token.ts';
import { Pull } from './pull.ts';
import { assertFits, placeOf, type StoredEvent } from './stored-event.ts';
import { type ClientSupply, type SupervisedClient } from './supervised-client.ts';

export interface AppendCall extends AppendRequest {
  /** In milliseconds of performance.now(). The signal is aborted then. */
  readonly deadlineAt: number;
}

/** What an attempt needs of the client, so that a spec can answer as a server rarely does. */
export type AppendClient = Pick<SupervisedClient, 'append' | 'readStream'>;

/** Where they are not readable by then, they were deleted or cut off: others' in any case. */
const UNTIL_READABLE_MS = 1_000;

interface Appended {
  readonly revision: number;
  readonly place: LogPosition;
}

export class LogAppender {
  readonly #supply: ClientSupply;
  readonly #tokens: PositionTokens;
  readonly #end: LogEnd;
  readonly #underWay = new Map<string, Promise<unknown>>();

  constructor(supply: ClientSupply, tokens: PositionTokens, end: LogEnd) {
    this.#supply = supply;
    this.#tokens = tokens;
    this.#end = end;
  }

  /** @throws the port's errors */
  append(call: AppendCall): Promise<AppendResult> {
    assertFits(call.events);
    // The server lets a repeat that arrives before the first is committed wait for its own time to
    // run out (2 s) and then fails it: here it waits for the first instead.
    const key = `${call.stream}\u0000${call.events[0]!.id}`;
    const first = this.#underWay.get(key);
    const appending = (async () => {
      await first?.catch(() => undefined);
      return this.#persist(call);
    })();
    this.#underWay.set(key, appending);
    const forget = () => {
      if (this.#underWay.get(key) === appending) this.#underWay.delete(key);
    };
    appending.then(forget, forget);
    return appending;
  }

  async #persist(call: AppendCall): Promise<AppendResult> {
    const persistence = new Persistence('append', this.#supply, call.signal);
    for (;;) {
      const msLeft = call.deadlineAt - performance.now();
      if (msLeft <= 0 || call.signal.aborted) {
        throw new DeadlineExceeded('append: no answer in time.');
      }
      const client = this.#supply.current();
      const release = client.use();
      try {
        const { signal } = call;
        await this.#supply.admitted(client, 'append', { deadlineMs: msLeft, signal });
        const { revision, place } = await attemptAppend(client, call, msLeft);
        client.heardAt = performance.now();
        this.#end.reached(place);
        return { revision, position: this.#tokens.tokenOf(place) };
      } catch (error) {
        await persistence.afterFailure(client, error);
      } finally {
        release();
      }
    }
  }
}

/** Sends once. @throws RevisionConflict where other events lie there, or what the client throws */
export async function attemptAppend(
  client: AppendClient,
  { stream, expected, events, signal }: AppendRequest,
  msLeft: number,
): Promise<Appended> {
  const lastRevision = expected === 'no-stream' ? events.length - 1 : expected + events.length;
  try {
    const { revision, place } = await client.append({ stream, expected, events, signal });
    if (place) return { revision, place };
    const [last] = await eventsBackFrom(client, stream, revision, 1);
    if (!last) throw new Error('The server gave no position and then no event.');
    return { revision, place: placeOf(last) };
  } catch (error) {
    if (!(error instanceof WrongExpectedVersionError)) throw error;
    const actual = error.actualVersion === NO_STREAM ? 'no-stream' : Number(error.actualVersion);
    if (actual !== 'no-stream' && actual >= lastRevision) {
      const stored = await eventsThere(client, stream, lastRevision, events.length, msLeft);
      const ours = stored.every(({ id }, at) => id === events.at(-1 - at)!.id);
      if (stored.length === events.length && ours) {
        return { revision: lastRevision, place: placeOf(stored[0]!) };
      }
    }
    throw new RevisionConflict(stream, expected, actual);
  }
}

/** The events up to the revision; a refusal may come a moment before they can be read. */
async function eventsThere(
  client: AppendClient,
  stream: string,
  revision: number,
  count: number,
  msLeft: number,
): Promise<StoredEvent[]> {
  const endsAt = performance.now() + Math.min(msLeft, UNTIL_READABLE_MS);
  for (;;) {
    const stored = await eventsBackFrom(client, stream, revision, count);
    if (stored.length >= count || performance.now() >= endsAt) return stored;
    await sleep(UNTIL_READABLE_MS / 100);
  }
}

async function eventsBackFrom(
  client: AppendClient,
  stream: string,
  revision: number,
  count: number,
): Promise<StoredEvent[]> {
  const reading = client.readStream(stream, {
    direction: BACKWARDS,
    fromRevision: BigInt(revision),
    maxCount: count,
    requiresLeader: true,
  });
  const pull = new Pull<ResolvedEvent>(reading, () => reading.cancel());
  const events: StoredEvent[] = [];
  try {
    while (!pull.ended) {
      const item = pull.read();
      if (item === null) await pull.changed();
      else if (item.event) events.push(item.event);
    }
    return events;
  } catch (error) {
    if (isNotFound(error)) return [];
    throw error;
  } finally {
    pull.stop();
  }
}
