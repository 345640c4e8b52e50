/**
 * A running server with a fault line through its ports, what a client does to it, and what must hold
 * once it has come to rest: nobody waits, nothing is parked, and the views are what a rebuild folds.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Projector } from '#infra/projector/projector';
import { openSqliteReadStore } from '#infra/read-store/sqlite/sqlite-read-store';
import { type RecordedEvent } from '#kernel/envelope';
import { type Position, START } from '#kernel/position';
import { bringViewsUpToDate } from '../../apps/cli/src/views-at-head.ts';
import { processes, views } from '../../apps/server/src/catalogue.ts';
import { closeStores, type Stores } from '../../apps/server/src/stores.ts';
import { differences, documentsIn } from '../crash/kills/views-checker.testkit.ts';
import { Server } from '../e2e/server.testkit.ts';
import { Clients, type Person } from './clients.testkit.ts';
import { FaultLine } from './fault-line.testkit.ts';
import { MovedClock } from './moved-clock.testkit.ts';

const REST_TRIES_MAX = 2_000;
const HIT_TRIES_MAX = 600;

/** How many there are of each type, without what a request's key is bound by. */
export function counted(events: readonly RecordedEvent[]): object {
  const counts: Record<string, number> = {};
  for (const { type } of events) {
    if (!type.startsWith('Request')) counts[type] = (counts[type] ?? 0) + 1;
  }
  return counts;
}

export class Field extends Clients {
  readonly clock = new MovedClock();
  readonly line = new FaultLine();
  readonly server: Server;
  #stores: Stores | undefined;
  #ported: Stores | undefined;
  /** The end of the log when the server was first started. */
  begun = START;

  constructor(folder?: string) {
    super();
    const over = (stores: Stores): Stores => {
      this.#stores = stores;
      return (this.#ported = this.line.over(stores));
    };
    this.server = new Server(folder, undefined, { clock: this.clock, over });
  }

  /** As they are, without the fault line. */
  get stores(): Stores {
    if (!this.#stores) throw new Error('The server is not started.');
    return this.#stores;
  }

  /** With the fault line through them, for what is no request. */
  get ported(): Stores {
    if (!this.#ported) throw new Error('The server is not started.');
    return this.#ported;
  }

  async start(): Promise<this> {
    await this.server.start();
    this.line.throughApp(this.server.app);
    if (this.begun === START) this.begun = await this.stores.eventStore.head();
    return this;
  }

  async stop(): Promise<void> {
    const stores = this.stores;
    try {
      await this.server.stop();
    } finally {
      // What a fault kept from closing, so that no handle outlives the spec.
      await closeStores(stores);
    }
  }

  async dispose(): Promise<void> {
    this.line.disarm();
    await this.line.release();
    await this.stop();
    rmSync(this.server.folder, { recursive: true, force: true });
  }

  /** @throws Error where somebody never gets on */
  async atRest(): Promise<void> {
    for (let tries = 0; tries < REST_TRIES_MAX; tries++) {
      const head = await this.stores.eventStore.head();
      if ((await this.#allAreAt(head)) && (await this.stores.eventStore.head()) === head) return;
      await sleep(5);
    }
    throw new Error(`Not at rest: ${(await this.#behind()).join(', ')}.`);
  }

  /** Waits for somebody to come to the armed fault, who may do so now and then alone; then takes it away. */
  async hit(): Promise<void> {
    for (let tries = 0; tries < HIT_TRIES_MAX && this.line.hits === 0; tries++) await sleep(5);
    this.line.disarm();
  }

  async events(after: Position): Promise<readonly RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    for await (const event of this.stores.eventStore.readAll({ after })) events.push(event);
    return events;
  }

  /** How many events of each type name the person, after the position. */
  async effectOn({ name, caseId, accountId }: Person, after: Position): Promise<object> {
    const names = [`${name}"`, caseId, accountId].filter((one) => one !== '');
    const events = await this.events(after);
    return counted(
      events.filter((event) => names.some((one) => JSON.stringify(event).includes(one))),
    );
  }

  /** What a timer or a process did to a case of somebody else, whose time had come. */
  isOfTimeAndOthers({ stream, metadata }: RecordedEvent, { caseId }: Person): boolean {
    const isOther = stream.startsWith('case-') && stream !== `case-${caseId}`;
    return metadata.actor.kind === 'system' && isOther && !metadata.imported;
  }

  /** What stands still: documents of views, and dead letters. */
  async parked(): Promise<readonly string[]> {
    const status = await this.stores.readStore.status();
    return status.filter(({ parked }) => parked > 0).map(({ name }) => name);
  }

  /** In words, what differs from what a full rebuild folds, to the byte. */
  async viewFaults(): Promise<readonly string[]> {
    for (;;) {
      await this.atRest();
      const head = await this.stores.eventStore.head();
      const faults = await this.#viewFaults();
      // A timer may have come between.
      if ((await this.stores.eventStore.head()) === head) return faults;
    }
  }

  async #viewFaults(): Promise<readonly string[]> {
    const scratch = mkdtempSync(join(tmpdir(), 'casetrail-rebuild-'));
    const readStore = openSqliteReadStore({ file: join(scratch, 'views.sqlite') });
    try {
      const errors: string[] = [];
      const { signal } = new AbortController();
      const stores = { ...this.stores, readStore };
      await bringViewsUpToDate(stores, { err: (text) => errors.push(text), signal });
      const names = new Set(views.map(({ name }) => name));
      const isView = (name: string) => names.has(name);
      const found = documentsIn(this.server.dataFolder, isView);
      return [...errors, ...differences(found, documentsIn(scratch, isView))];
    } finally {
      await readStore.close();
      rmSync(scratch, { recursive: true });
    }
  }

  async #allAreAt(head: Position): Promise<boolean> {
    const projector = this.server.app.get(Projector);
    if (!views.every(({ name }) => (projector.reached(name) ?? '') >= head)) return false;
    for (const { name } of processes) {
      const store = await this.stores.readStore.serving(`process-${name}`);
      if (!store || (await store.checkpoint()) < head) return false;
    }
    return true;
  }

  async #behind(): Promise<readonly string[]> {
    const status = await this.server.app.get(Projector).status();
    const head = await this.stores.eventStore.head();
    return status.filter(({ reached }) => reached < head).map(({ name }) => name);
  }
}
