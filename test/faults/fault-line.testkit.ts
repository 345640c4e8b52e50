/**
 * The ports of a running server, each method with a place where a fault can be put: it hits the next
 * call at its site once, and everything else passes as it came.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ACCESS_LOG } from '#infra/auth/access-log.port';
import { PRINCIPAL_DIRECTORY } from '#infra/auth/principal-directory.port';
import { TOKEN_VERIFIER } from '#infra/auth/token-verifier';
import {
  DeadlineExceeded,
  RevisionConflict,
  StoreUnavailable,
} from '#infra/event-store/event-store.errors';
import { ReadStoreUnavailable, ViewVersionGone } from '#infra/read-store/read-store.port';
import { VaultUnavailable } from '#infra/vault/vault.port';
import { type NewEvent } from '#kernel/envelope';
import { catalogue, processes } from '../../apps/server/src/catalogue.ts';
import { type Stores } from '../../apps/server/src/stores.ts';
import { methodsOfPorts, type PortMethod } from './ports.testkit.ts';

export const FAULTS = [
  'throws before',
  'done, then throws',
  'times out, done while it is tried again',
  'times out, done after all',
  'slow',
  'wrong revision',
] as const;
export type Fault = (typeof FAULTS)[number];

/** Where a call is made: a method, and what it is about (the kind of stream, the view, who waits). */
export interface Site extends PortMethod {
  readonly about: string;
}

export const nameOf = ({ port, method, about }: Site): string =>
  `${port}.${method}${about === '' ? '' : ` (${about})`}`;

const SLOW_MS = 80;
const METHODS = methodsOfPorts();
/** What changes nothing may be done as late as it likes: it is late in one way. */
const ONLY_LOOKS =
  /^(read|head|ready|get|find|count|parked|checkpoint|status|serving|masked|commitment|identityOf|refsStored|reservedIdentities|resolve|verify|subscribe)/;
/** What a version or a revision can be wrong for: elsewhere the port knows of none. */
const REVISED: Readonly<Record<string, readonly string[]>> = {
  EventStore: ['append'],
  ReadStore: ['exact'],
  ViewStore: ['getForFold', 'write', 'checkpoint', 'park', 'unpark', 'parked'],
};

export function mayHit(fault: Fault, { port, method, shape }: PortMethod): boolean {
  if (fault === 'wrong revision') return REVISED[port]?.includes(method) ?? false;
  if (fault === 'times out, done while it is tried again' && ONLY_LOOKS.test(method)) return false;
  // What answers at once can be neither slow nor late.
  return shape !== 'sync' || !(fault === 'slow' || fault.startsWith('times out'));
}

type Work = () => unknown;

export class FaultLine {
  /** Every site that was called since the last `record`. */
  #seen = new Map<string, Site>();
  #armed: { readonly site: Site; readonly fault: Fault } | undefined;
  #late: { readonly site: Site; readonly work: Work; readonly amid: boolean } | undefined;
  #hits = 0;

  /** The stores with the fault line through them. */
  over(stores: Stores): Stores {
    return {
      ...stores,
      eventStore: this.#through('EventStore', stores.eventStore),
      readStore: this.#through('ReadStore', stores.readStore),
      vault: this.#through('Vault', stores.vault),
    };
  }

  /** The ports that the composition root makes for itself. */
  throughApp(app: NestFastifyApplication): void {
    for (const [port, token] of [
      ['PrincipalDirectory', PRINCIPAL_DIRECTORY],
      ['AccessLog', ACCESS_LOG],
      ['TokenVerifier', TOKEN_VERIFIER],
    ] as const) {
      const adapter = app.get<object>(token, { strict: false });
      for (const { method, shape } of METHODS.filter((one) => one.port === port)) {
        const inner = (Reflect.get(adapter, method) as (...args: unknown[]) => unknown).bind(
          adapter,
        );
        const site: Site = { port, method, shape, about: '' };
        Object.assign(adapter, {
          [method]: (...args: unknown[]) => this.#call(site, () => inner(...args)),
        });
      }
    }
  }

  record(): void {
    this.#seen = new Map();
  }

  get seen(): readonly Site[] {
    return [...this.#seen.values()];
  }

  arm(site: Site, fault: Fault): void {
    this.#armed = { site, fault };
    this.#hits = 0;
  }

  disarm(): void {
    this.#armed = undefined;
  }

  get hits(): number {
    return this.#hits;
  }

  /** What timed out, and was not done so far, is done now. Its answer is nobody's any more. */
  async release(): Promise<void> {
    const late = this.#late;
    this.#late = undefined;
    if (!late) return;
    try {
      await late.work();
    } catch {
      // As it comes: it was told as failed before.
    }
  }

  #through<T extends object>(port: string, inner: T, about = ''): T {
    const methods = new Map(
      METHODS.filter((one) => one.port === port).map((one) => [one.method, one]),
    );
    return new Proxy(inner, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        const method = methods.get(String(name));
        if (typeof member !== 'function') return member;
        const bound = member.bind(target) as (...args: unknown[]) => unknown;
        if (!method) return bound;
        return (...args: unknown[]) => {
          const site = { ...method, about: about || aboutOf(method, args) };
          return this.#call(site, () => this.#inside(site, bound(...args)));
        };
      },
    });
  }

  /** The stores of views that a read store gives have the line through them, too. */
  #inside({ port, method, about }: Site, given: unknown): unknown {
    if (port !== 'ReadStore' || (method !== 'exact' && method !== 'serving')) return given;
    const through = (store: unknown) => store && this.#through('ViewStore', store as object, about);
    return given instanceof Promise ? given.then(through) : through(given);
  }

  #call(site: Site, work: Work): unknown {
    this.#seen.set(nameOf(site), site);
    if (site.method === 'subscribe') return this.#followed(site, work() as AsyncIterable<unknown>);
    const fault = this.#take(site);
    if (site.shape === 'sync') return fault ? syncFailing(site, fault, work) : work();
    if (site.shape === 'stream') return this.#streamed(site, fault, work);
    return fault ? this.#failing(site, fault, work) : this.#overtaken(site, work);
  }

  #take(site: Site): Fault | undefined {
    const { site: wanted, fault } = this.#armed ?? {};
    if (!wanted || nameOf(wanted) !== nameOf(site)) return undefined;
    this.#armed = undefined;
    this.#hits += 1;
    return fault;
  }

  /** What timed out at this site comes to be done right now, before the call that tries it again. */
  async #overtaken(site: Site, work: Work): Promise<unknown> {
    if (this.#late?.amid && nameOf(this.#late.site) === nameOf(site)) await this.release();
    return work();
  }

  async #failing(site: Site, fault: Fault, work: Work): Promise<unknown> {
    if (fault === 'slow') {
      await sleep(SLOW_MS);
      return work();
    }
    if (fault === 'done, then throws') await work();
    if (fault.startsWith('times out')) {
      this.#late = { site, work, amid: fault.endsWith('again') };
      throw lateOf(site);
    }
    throw fault === 'wrong revision' ? conflictOf(site) : unavailableOf(site);
  }

  async *#streamed(site: Site, fault: Fault | undefined, work: Work): AsyncIterable<unknown> {
    if (fault === 'throws before') throw unavailableOf(site);
    if (fault?.startsWith('times out')) throw lateOf(site);
    if (fault === 'slow') await sleep(SLOW_MS);
    yield* work() as AsyncIterable<unknown>;
    if (fault === 'done, then throws') throw unavailableOf(site);
  }

  /** A subscription is begun once, and hit when its next batch comes. */
  async *#followed(site: Site, batches: AsyncIterable<unknown>): AsyncIterable<unknown> {
    for await (const batch of batches) {
      const fault = this.#take(site);
      if (fault === 'throws before') throw unavailableOf(site);
      if (fault?.startsWith('times out')) throw lateOf(site);
      if (fault === 'slow') await sleep(SLOW_MS);
      yield batch;
      if (fault === 'done, then throws') throw unavailableOf(site);
    }
  }
}

function syncFailing(site: Site, fault: Fault, work: Work): never {
  if (fault === 'done, then throws') work();
  throw fault === 'wrong revision' ? conflictOf(site) : unavailableOf(site);
}

function unavailableOf({ port }: Site): Error {
  const text = 'A fault that a spec made.';
  if (port === 'ReadStore' || port === 'ViewStore') return new ReadStoreUnavailable(text);
  return port === 'Vault' ? new VaultUnavailable(text) : new StoreUnavailable(text);
}

/** Only the event store has an error of its own for what came too late. */
function lateOf(site: Site): Error {
  const error = unavailableOf(site);
  return error instanceof StoreUnavailable ? new DeadlineExceeded(error.message) : error;
}

function conflictOf({ port, about }: Site): Error {
  return port === 'EventStore' ? new RevisionConflict(about, 0, 1) : new ViewVersionGone(about);
}

const FOLLOWERS = new Map(processes.map(({ name, handles }) => [handles.join(), name]));

function aboutOf({ port, method }: PortMethod, args: readonly unknown[]): string {
  if (port === 'EventStore') return aboutLog(method, args);
  if (port !== 'ReadStore') return '';
  const [view] = args as [string | { readonly name: string } | undefined];
  return typeof view === 'string' ? view : (view?.name ?? '');
}

function aboutLog(method: string, [first, , events]: readonly unknown[]): string {
  if (method === 'append') {
    const { actor } = (events as readonly NewEvent[])[0]!.metadata;
    return `${kindOf(first as string)} by ${actor.kind === 'system' ? 'the system' : 'somebody'}`;
  }
  if (method === 'readStream') return kindOf(first as string);
  if (method !== 'readAll' && method !== 'subscribe') return '';
  const { filter = {} } = (first ?? {}) as { filter?: { eventTypes?: readonly string[] } };
  const types = filter.eventTypes ?? [];
  const all = types.length > catalogue.definitions.length / 2;
  return (
    FOLLOWERS.get(types.join()) ?? (types.length === 0 ? 'everything' : all ? 'the views' : 'some')
  );
}

/** Of the stream: what its name begins with. */
const kindOf = (stream: string): string => stream.slice(0, stream.indexOf('-'));
