/**
 * What a process does, as the steps that a crash can come between: every append, every state that is
 * written, every checkpoint, every entry of the blind index. On no store is any two of them one.
 */
import { type EventStore } from '#infra/event-store/event-store.port';
import { type ReadStore, type ViewStore } from '#infra/read-store/read-store.port';
import { type Vault } from '#infra/vault/vault.port';
import { START } from '#kernel/position';
import { changed } from '#kernel/testing/changed';
import { type Stores } from '../../apps/server/src/stores.ts';

export type Step = 'append' | 'state' | 'checkpoint' | 'identity';

/**
 * @param before is waited for right before each step. A checkpoint counts where a state was written since
 *   the one before: others only say how far the process has looked.
 */
export function stepping(stores: Stores, before: (step: Step) => Promise<void>): Stores {
  return {
    ...stores,
    eventStore: steppingLog(stores.eventStore, before),
    readStore: steppingStates(stores.readStore, before),
    vault: steppingIndex(stores.vault, before),
  };
}

function steppingLog(inner: EventStore, before: (step: Step) => Promise<void>): EventStore {
  return changed(inner, {
    append: async (...args) => {
      await before('append');
      return inner.append(...args);
    },
  });
}

function steppingStates(inner: ReadStore, before: (step: Step) => Promise<void>): ReadStore {
  let moved = false;
  return changed(inner, {
    exact: <D extends object>(view: Parameters<ReadStore['exact']>[0]) => {
      const store = inner.exact<D>(view);
      return changed<ViewStore<D>>(store, {
        write: async (writes, checkpoint) => {
          for (const write of writes) {
            await before('state');
            await store.write([write], START);
            moved = true;
          }
          if (checkpoint === START) return;
          if (moved) await before('checkpoint');
          moved = false;
          await store.write([], checkpoint);
        },
      });
    },
  });
}

function steppingIndex(inner: Vault, before: (step: Step) => Promise<void>): Vault {
  return changed(inner, {
    confirmIdentity: async (...args) => {
      await before('identity');
      return inner.confirmIdentity(...args);
    },
    releaseIdentity: async (...args) => {
      await before('identity');
      return inner.releaseIdentity(...args);
    },
  });
}
