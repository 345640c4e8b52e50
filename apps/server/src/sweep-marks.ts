/**
 * Keeps the mark of the vault's sweeps among the views, as they too are lost without harm. A store of
 * views writes only what lies further along the log: a mark that did not move there stays as it was.
 */
import { type ReadStore, type ViewStore } from '#infra/read-store/read-store.port';
import { type SweepMark, type SweepMarks } from '#infra/vault/sweeper';
import { type AnyView } from '#kernel/view';

const VIEW: AnyView = {
  name: 'upkeep-vault-sweep',
  version: 1,
  handles: [],
  keys: () => [],
  evolve: (document) => document,
  indexes: [],
};
const KEY = 'mark';

export class ReadStoreMarks implements SweepMarks {
  readonly #readStore: ReadStore;
  #store: ViewStore<SweepMark> | undefined;

  constructor(readStore: ReadStore) {
    this.#readStore = readStore;
  }

  async load(): Promise<SweepMark | undefined> {
    return (await (await this.#opened()).get(KEY))?.document;
  }

  async save(mark: SweepMark): Promise<void> {
    const { position } = mark;
    const store = await this.#opened();
    await store.write([{ key: KEY, document: mark, position }], position);
  }

  async #opened(): Promise<ViewStore<SweepMark>> {
    if (this.#store) return this.#store;
    if ((await this.#readStore.prepare(VIEW)) === 'building') await this.#readStore.promote(VIEW);
    return (this.#store = this.#readStore.exact<SweepMark>(VIEW));
  }
}
