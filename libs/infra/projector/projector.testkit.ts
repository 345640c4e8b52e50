/** A log, a read store and small views on real files, for specs; with crashes where a spec wants them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { type NewEvent, type RecordedEvent } from '#kernel/envelope';
import { EventCatalogue } from '#kernel/event-definition';
import { deriveId } from '#kernel/ids';
import { instant } from '#kernel/instants';
import { START } from '#kernel/position';
import { type View } from '#kernel/view';
import { metadataFor } from '#kernel/testing/metadata';
import {
  type AppendResult,
  type EventStore,
  type SubscribeOptions,
  type SubscriptionBatch,
} from '../event-store/event-store.port.ts';
import { openSqliteEventStore } from '../event-store/sqlite/sqlite-event-store.ts';
import {
  type ReadStore,
  ReadStoreUnavailable,
  type ViewStore,
} from '../read-store/read-store.port.ts';
import { openSqliteReadStore } from '../read-store/sqlite/sqlite-read-store.ts';
import { Projector, type ProjectorOptions } from './projector.ts';

const AT = instant('2026-03-02T01:00:00Z');

/** A list of the events that were folded: what is lost or folded twice shows. */
export interface Tally {
  readonly platform: string;
  readonly folded: readonly string[];
  readonly total: number;
}

export type TallyEvent =
  | { readonly type: 'Counted'; readonly data: { readonly n: number } }
  | { readonly type: 'Poisoned'; readonly data: { readonly n: number } }
  | { readonly type: 'Cleared'; readonly data: object };

export interface TallySettings {
  readonly name?: string;
  readonly version?: number;
  /** Whether its fold can read what is poisoned. */
  readonly mended?: boolean;
  /** What a count weighs: another version counts otherwise. */
  readonly weight?: number;
}

/** One document a stream; `Cleared` deletes it, and `Poisoned` makes the fold throw until it is mended. */
export function tallyView({
  name = 'tally',
  version = 1,
  mended = false,
  weight = 1,
}: TallySettings = {}): View<Tally, TallyEvent> {
  return {
    name,
    version,
    handles: ['Counted', 'Poisoned', 'Cleared'],
    keys: ({ stream }) => [stream],
    evolve: (document, event) => {
      if (event.type === 'Cleared') return null;
      if (event.type === 'Poisoned' && !mended) throw new TypeError('cannot be read');
      const { folded = [], total = 0 } = document ?? {};
      const { n } = event.data;
      return { platform: 'shop', folded: [...folded, `${n}`], total: total + n * weight };
    },
    indexes: [['platform', 'total']],
  };
}

/** An event named after its stream and number; what it says is the number. */
export function tallyEvent(stream: string, n: number, type = 'Counted'): NewEvent {
  const id = deriveId('tally', stream, n);
  return {
    id,
    type,
    schemaVersion: 1,
    data: { n },
    metadata: metadataFor(id, AT),
  };
}

export interface Rig {
  readonly folder: string;
  readonly eventStore: EventStore;
  /** Appends to the end of the stream, one number an event. */
  append(stream: string, ...types: readonly string[]): Promise<AppendResult>;
  /** @param file within the rig's folder */
  openViews(file?: string): ReadStore;
  projector(options: Partial<ProjectorOptions> & Pick<ProjectorOptions, 'readStore'>): Projector;
  dispose(): Promise<void>;
}

export async function newRig(): Promise<Rig> {
  const folder = mkdtempSync(join(tmpdir(), 'casetrail-projector-'));
  const eventStore = await openSqliteEventStore({
    file: join(folder, 'events.sqlite'),
    worker: false,
    watchMs: 5,
  });
  const opened = new Set<ReadStore>();
  const running = new Set<Projector>();
  const lengths = new Map<string, number>();
  return {
    folder,
    eventStore,
    append: async (stream, ...types) => {
      const length = lengths.get(stream) ?? 0;
      lengths.set(stream, length + types.length);
      const events = types.map((type, index) => tallyEvent(stream, length + index + 1, type));
      return eventStore.append(stream, length === 0 ? 'no-stream' : length - 1, events);
    },
    openViews: (file = 'views.sqlite') => {
      const store = openSqliteReadStore({ file: join(folder, file), lockWaitMs: 20 });
      opened.add(store);
      return store;
    },
    projector: (options) => {
      const projector = new Projector({
        eventStore,
        views: [tallyView()],
        catalogue: new EventCatalogue([]),
        clock: { now: () => AT },
        pause: async (ms, signal) => {
          await sleep(ms, undefined, { signal }).catch(() => undefined);
        },
        ...options,
      });
      running.add(projector);
      return projector;
    },
    dispose: async () => {
      for (const projector of running) await projector.stop();
      for (const store of opened) await store.close();
      await eventStore.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Resolves when the view has folded everything that the log holds now. */
export async function caughtUp(
  projector: Projector,
  eventStore: EventStore,
  view = 'tally',
): Promise<void> {
  await projector.waitFor(view, await eventStore.head(), { deadlineMs: 10_000 });
}

export async function documentOf(
  readStore: ReadStore,
  key: string,
  view = 'tally',
): Promise<Tally | undefined> {
  return (await (await readStore.serving<Tally>(view))?.get(key))?.document;
}

/** What serves of every view, tombstones among it, as the bytes of the file say. */
export function rowsOf(folder: string, file = 'views.sqlite'): readonly string[] {
  const db = new DatabaseSync(join(folder, file), { readOnly: true });
  try {
    const versions = db
      .prepare("SELECT id, name, version FROM view_version WHERE state = 'serving' ORDER BY name")
      .all();
    return versions.flatMap(({ id, name, version }) =>
      db
        .prepare(`SELECT key, position, doc FROM docs_${Number(id)} ORDER BY key`)
        .all()
        .map(({ key, position, doc }) => [name, version, key, position, doc].join(' ')),
    );
  } finally {
    db.close();
  }
}

/** What a process that was killed has instead of a read store. */
export class Killed extends ReadStoreUnavailable {}

/**
 * The read store of a process that is killed before its (n + 1)-th step. A write is as many steps as
 * it has documents, and one more for the checkpoint, as on a store that writes them one by one.
 */
export function killedAfter(
  steps: number,
  inner: ReadStore,
): ReadStore & { readonly killed: Promise<void> } {
  let taken = 0;
  let die = (): void => undefined;
  const killed = new Promise<void>((resolve) => (die = resolve));
  const step = (): void => {
    if (taken++ < steps) return;
    die();
    throw new Killed('This process is no more.');
  };
  const stepping = <D extends object>(store: ViewStore<D>): ViewStore<D> => ({
    get: (key) => store.get(key),
    getForFold: (keys) => store.getForFold(keys),
    find: (query) => store.find(query),
    count: (where) => store.count(where),
    countBy: (field, where) => store.countBy(field, where),
    checkpoint: () => store.checkpoint(),
    parked: () => store.parked(),
    write: async (writes, checkpoint) => {
      for (const write of writes) {
        step();
        await store.write([write], START);
      }
      step();
      await store.write([], checkpoint);
    },
    park: async (parked) => (step(), store.park(parked)),
    unpark: async (key) => (step(), store.unpark(key)),
  });
  return {
    killed,
    prepare: async (view) => (step(), inner.prepare(view)),
    promote: async (view) => (step(), inner.promote(view)),
    reset: async (view) => (step(), inner.reset(view)),
    exact: (view) => stepping(inner.exact(view)),
    serving: (name) => inner.serving(name),
    status: () => inner.status(),
    ready: () => inner.ready(),
    close: () => inner.close(),
  };
}

/** A log that is given in batches of a few events, so that a short one has many. */
export function inSmallBatches(inner: EventStore, size: number): EventStore {
  async function* subscribe(options: SubscribeOptions): AsyncGenerator<SubscriptionBatch> {
    for await (const { events, position, live } of inner.subscribe(options)) {
      let rest: readonly RecordedEvent[] = events;
      for (; rest.length > size; rest = rest.slice(size)) {
        yield {
          events: rest.slice(0, size),
          position: rest[size - 1]!.position,
          live: false,
        };
      }
      yield { events: rest, position, live };
    }
  }
  return {
    storeId: inner.storeId,
    limits: inner.limits,
    subscribe,
    append: (...args) => inner.append(...args),
    readStream: (...args) => inner.readStream(...args),
    readAll: (...args) => inner.readAll(...args),
    head: (options) => inner.head(options),
    ready: (options) => inner.ready(options),
    close: () => inner.close(),
  };
}
