/** A box that things are put into, its log on real files, and faults of the store where a spec wants them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { type Actor } from '#kernel/actor';
import { type Decider } from '#kernel/decider';
import { type RecordedEvent } from '#kernel/envelope';
import { defineEvent, EventCatalogue, type EventOf } from '#kernel/event-definition';
import { deriveId } from '#kernel/ids';
import { instant, plusMs } from '#kernel/instants';
import { metadataFor } from '#kernel/testing/metadata';
import { violationsOf } from '#kernel/violation';
import { type EventStore } from '../event-store/event-store.port.ts';
import { openSqliteEventStore } from '../event-store/sqlite/sqlite-event-store.ts';
import {
  CommandExecutor,
  type CommandEnvelope,
  type CommandOutcome,
  type Handling,
  type Intent,
} from './command-handler.ts';
import { FactFolds } from './fact-folds.ts';
import { requestStream } from './request.events.ts';

export const AT = instant('2026-03-02T01:00:00Z');
export const ANN: Actor = { kind: 'person', id: 'ann', role: 'reviewer' };

const opened = defineEvent('BoxOpened', 'A box.', z.strictObject({ size: z.int() }));
const put = defineEvent('ThingPut', 'In it.', z.strictObject({ thing: z.string() }));
const noted = defineEvent('BoxNoted', 'On it.', z.strictObject({ note: z.string() }));
const labelled = defineEvent('BoxLabelled', 'For all.', z.strictObject({ label: z.string() }));
const capped = defineEvent('BoxesCapped', 'Elsewhere.', z.strictObject({ max: z.int() }));

export type BoxEvent = EventOf<typeof opened | typeof put | typeof noted | typeof labelled>;
type CapEvent = EventOf<typeof capped>;

export const boxEvents = new EventCatalogue([opened, put, noted, labelled, capped]);

export type BoxCommand =
  | { readonly type: 'Open'; readonly size: number }
  /** Answered with as many events as there are things. */
  | { readonly type: 'Put'; readonly things: readonly string[] }
  | { readonly type: 'Note'; readonly note: string }
  /** Leaves nothing to do where the label is that already. */
  | { readonly type: 'Label'; readonly label: string };

export interface BoxState {
  readonly size: number;
  readonly things: readonly string[];
  readonly notes: number;
  readonly label: string;
  /** Notes do not move it. */
  readonly version: number;
  readonly by: string | null;
}

export interface BoxFacts {
  /** How many things any box may hold, as another stream says. */
  readonly max: number;
}

const violation = violationsOf({
  full: { kind: 'state', en: 'Full.', zhCN: '满了。' },
  'not-found': { kind: 'missing', en: 'None.', zhCN: '没有。' },
});

const box: Decider<BoxCommand, BoxState, BoxEvent, BoxFacts> = {
  initial: { size: 0, things: [], notes: 0, label: '', version: 0, by: null },
  evolve: (state, event, { by }) => {
    switch (event.type) {
      case 'BoxOpened':
        return { ...state, size: event.data.size, version: 1, by: by.id };
      case 'ThingPut':
        return {
          ...state,
          things: [...state.things, event.data.thing],
          version: state.version + 1,
        };
      case 'BoxLabelled':
        return { ...state, label: event.data.label, version: state.version + 1 };
      case 'BoxNoted':
        return { ...state, notes: state.notes + 1 };
      default:
        return state;
    }
  },
  decide: (command, state, _moment, { max }) => {
    switch (command.type) {
      case 'Open':
        return state.version > 0 ? [] : [{ type: 'BoxOpened', data: { size: command.size } }];
      case 'Put': {
        const room = Math.min(state.size, max) - state.things.length;
        return command.things.length > room
          ? violation('full', { params: { room } })
          : command.things.map((thing) => ({ type: 'ThingPut', data: { thing } }));
      }
      case 'Note':
        return [{ type: 'BoxNoted', data: { note: command.note } }];
      case 'Label': {
        const { label } = command;
        return label === state.label ? [] : [{ type: 'BoxLabelled', data: { label } }];
      }
    }
  },
};

export const caps: Pick<Decider<never, number, CapEvent>, 'initial' | 'evolve'> = {
  initial: 100,
  evolve: (_max, event) => event.data.max,
};

export type Outcome = CommandOutcome<BoxState, BoxEvent>;
export type Done = Extract<Outcome, { kind: 'done' }>;

export class BoxRig {
  readonly folder = mkdtempSync(join(tmpdir(), 'casetrail-commands-'));
  now = AT;
  #store!: EventStore;

  static async open(): Promise<BoxRig> {
    const rig = new BoxRig();
    await rig.restart();
    return rig;
  }

  /** The log as it is. */
  get log(): EventStore {
    return this.#store;
  }

  async restart(): Promise<void> {
    await this.#store?.close();
    this.#store = await openSqliteEventStore({
      file: join(this.folder, 'events.sqlite'),
      worker: false,
    });
  }

  /** Every call is a moment later. @param store that the commands go to, with its faults */
  handler(store: EventStore = this.log): BoxHandler {
    return new BoxHandler(store, () => (this.now = plusMs(this.now, 1_000)));
  }

  async events(name = 'one'): Promise<readonly RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    for await (const event of this.log.readStream(`box-${name}`)) events.push(event);
    return events;
  }

  /** As a newer build would: a type, or a version of it, that this one does not know. */
  async appendNewer(stream: string, expected: number | 'no-stream', type: string): Promise<void> {
    const id = deriveId('newer', stream, type);
    const schemaVersion = boxEvents.find(type) ? 2 : 1;
    await this.log.append(stream, expected, [
      { id, type, schemaVersion, data: { form: 'new' }, metadata: metadataFor(id, AT) },
    ]);
  }

  /** What is noted of a request beside the streams that it acts on. */
  async noted(key: string): Promise<readonly string[]> {
    const stream = requestStream(deriveId('command', key));
    const types: string[] = [];
    for await (const { type } of this.log.readStream(stream)) types.push(type);
    return types;
  }

  async types(name?: string): Promise<readonly string[]> {
    return (await this.events(name)).map(({ type }) => type);
  }

  async dispose(): Promise<void> {
    await this.log.close();
    rmSync(this.folder, { recursive: true });
  }
}

export class BoxHandler {
  readonly #executor: CommandExecutor;
  readonly #folds: FactFolds;

  constructor(store: EventStore, now: () => typeof AT) {
    this.#executor = new CommandExecutor(store, { now });
    this.#folds = new FactFolds(store);
  }

  execute(
    key: string,
    intent: Intent<BoxCommand, BoxState>,
    {
      name = 'one',
      handling = {},
      ...envelope
    }: Partial<CommandEnvelope> & {
      name?: string;
      handling?: Partial<Handling<BoxCommand, BoxState, BoxEvent, BoxFacts>>;
    } = {},
  ): Promise<Outcome> {
    return this.#executor.execute<BoxCommand, BoxState, BoxEvent, BoxFacts>(
      {
        commandId: deriveId('command', key),
        requestDigest: digestOf(intent),
        platform: 'shop',
        actor: ANN,
        ...envelope,
      },
      intent,
      {
        decider: box,
        catalogue: boxEvents,
        stream: `box-${name}`,
        notFound: violation('not-found'),
        begins: typeof intent !== 'function' && intent.type === 'Open',
        version: ({ version }) => version,
        facts: async () => {
          const { state } = await this.#folds.fold('caps', caps, boxEvents);
          return { max: state };
        },
        ...handling,
      },
    );
  }
}

const digestOf = (intent: Intent<BoxCommand, BoxState>): string =>
  typeof intent === 'function' ? 'sealed' : JSON.stringify(intent);

/** The store, but for what is given. */
export function faulty(inner: EventStore, change: Partial<EventStore>): EventStore {
  return new Proxy(inner, {
    get(target, name) {
      if (Object.hasOwn(change, name)) return change[name as keyof EventStore];
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
}

/** Counts the events that are read. */
export function counting(inner: EventStore): EventStore & { read: number } {
  const counted = faulty(inner, {
    readStream: async function* (...args) {
      for await (const event of inner.readStream(...args)) {
        counted.read++;
        yield event;
      }
    },
  }) as EventStore & { read: number };
  return Object.assign(counted, { read: 0 });
}

/** Does something once, right before the first append that is tried. */
export function beforeFirstAppend(inner: EventStore, first: () => Promise<unknown>): EventStore {
  let waiting = true;
  return faulty(inner, {
    append: async (...args) => {
      if (waiting) {
        waiting = false;
        await first();
      }
      return inner.append(...args);
    },
  });
}
