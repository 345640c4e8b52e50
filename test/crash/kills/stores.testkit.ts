/**
 * Stands in for apps/server/src/stores.ts where processes are killed (preload.testkit.ts): the same
 * stores, in ports that pass the points by name. Nothing of the product knows of it.
 */
import { type EventStore } from '#infra/event-store/event-store.port';
import { type ReadStore, type ViewStore } from '#infra/read-store/read-store.port';
import { type Vault } from '#infra/vault/vault.port';
import { deriveId } from '#kernel/ids';
import { START } from '#kernel/position';
import { type Timer } from '#kernel/process';
import { changed } from '#kernel/testing/changed';
import { type Stores, type StoresOptions } from '../../../apps/server/src/stores.ts';
import { openStores as open } from '../../../apps/server/src/stores.ts';
import { type Author, authorOf, pass } from './points.testkit.ts';

export * from '../../../apps/server/src/stores.ts';

export async function openStores(options: StoresOptions): Promise<Stores> {
  const stores = await open(options);
  const timers = new Set<string>();
  return {
    ...stores,
    eventStore: passingLog(stores.eventStore, timers),
    readStore: passingViews(stores.readStore, timers),
    vault: passingVault(stores.vault),
  };
}

const AROUND: Readonly<Record<Author, { before?: () => void; after?: () => void }>> = {
  request: {
    before: () => pass('before an append of a request'),
    after: () => pass('after an append, before its answer'),
  },
  binding: { after: () => pass('between the binding of a key and its events') },
  process: {
    before: () => pass('before an append of a process'),
    after: () => pass('between an append of a process and its state'),
  },
  timer: {
    before: () => pass('before an append of a timer'),
    after: () => pass('after an append of a timer'),
  },
  import: {
    before: () => pass('before an append of an import'),
    after: () => pass('after an append of an import'),
  },
  other: {},
};

function passingLog(inner: EventStore, timers: ReadonlySet<string>): EventStore {
  return changed(inner, {
    append: async (stream, expected, events, options) => {
      const { before, after } = AROUND[authorOf(stream, events, timers)];
      before?.();
      const appended = await inner.append(stream, expected, events, options);
      after?.();
      return appended;
    },
  });
}

function passingViews(inner: ReadStore, timers: Set<string>): ReadStore {
  const built = new Set<string>();
  return changed(inner, {
    prepare: async (view) => {
      const state = await inner.prepare(view);
      if (state === 'building') built.add(view.name);
      return state;
    },
    reset: async (view) => {
      await inner.reset(view);
      built.add(view.name);
      pass('after the reset of a view');
    },
    promote: async (view) => {
      const isView = !isProcess(view.name);
      if (isView) pass('before a view is swapped in');
      await inner.promote(view);
      built.delete(view.name);
      if (isView) pass('after a view was swapped in');
    },
    exact: <D extends object>(view: Parameters<ReadStore['exact']>[0]) => {
      const store = inner.exact<D>(view);
      return isProcess(view.name)
        ? passingStates(store)
        : passingDocuments(store, () => built.has(view.name));
    },
    serving: async <D extends object>(name: string) => {
      const store = await inner.serving<D>(name);
      return store && name.endsWith('-timers') ? watchedTimers(name, store, timers) : store;
    },
  });
}

const isProcess = (name: string): boolean => name.startsWith('process-');

function passingDocuments<D extends object>(
  store: ViewStore<D>,
  isBuilt: () => boolean,
): ViewStore<D> {
  return changed<ViewStore<D>>(store, {
    write: async (writes, checkpoint) => {
      if (writes.length === 0) return store.write(writes, checkpoint);
      const half = Math.ceil(writes.length / 2);
      // A half of the documents without their checkpoint: what a store without transactions may leave.
      await store.write(writes.slice(0, half), START);
      pass(
        isBuilt()
          ? 'in the middle of a view that is built anew'
          : 'in the middle of a view’s batch',
      );
      await store.write(writes.slice(half), checkpoint);
      pass('between two views of one batch');
    },
  });
}

function passingStates<D extends object>(store: ViewStore<D>): ViewStore<D> {
  return changed<ViewStore<D>>(store, {
    write: async (writes, checkpoint) => {
      await store.write(writes, checkpoint);
      if (writes.length > 0 && checkpoint === START) {
        pass('between the state of a process and its checkpoint');
      }
    },
  });
}

/** The ids of the commands that the timers found here will send (timer-runner.ts). */
function watchedTimers<D extends object>(
  name: string,
  store: ViewStore<D>,
  timers: Set<string>,
): ViewStore<D> {
  return changed<ViewStore<D>>(store, {
    find: async (query) => {
      const page = await store.find(query);
      for (const { key, document } of page.documents) {
        const { dueAt } = document as unknown as Timer;
        timers.add(deriveId('timer', `${name}/${key}@${dueAt}`));
      }
      return page;
    },
  });
}

function passingVault(inner: Vault): Vault {
  const written = () => pass('between a write of the vault and its event');
  const settled = () => pass('around an identity that a process settles');
  return changed(inner, {
    put: async (records) => {
      await inner.put(records);
      written();
    },
    reserveIdentity: async (...args) => {
      const reservation = await inner.reserveIdentity(...args);
      written();
      return reservation;
    },
    confirmIdentity: async (...args) => {
      settled();
      const confirmed = await inner.confirmIdentity(...args);
      settled();
      return confirmed;
    },
    releaseIdentity: async (...args) => {
      settled();
      await inner.releaseIdentity(...args);
      settled();
    },
  });
}
