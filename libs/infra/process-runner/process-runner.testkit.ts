/**
 * A log, a read store and a target of actions on real files, for the specs of processes and timers. The
 * target is a stream of its own that commands are appended to by the command handler: what was done
 * twice would stand there twice.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Decider } from '#kernel/decider';
import { type NewEvent, type RecordedEvent } from '#kernel/envelope';
import { EventCatalogue } from '#kernel/event-definition';
import { deriveId } from '#kernel/ids';
import { instant, plusMs } from '#kernel/instants';
import { type Action, type AnyProcess, type Process } from '#kernel/process';
import { changed } from '#kernel/testing/changed';
import { metadataFor } from '#kernel/testing/metadata';
import { CommandExecutor, type CommandEnvelope } from '../command-handler/command-handler.ts';
import { type EventStore } from '../event-store/event-store.port.ts';
import { openSqliteEventStore } from '../event-store/sqlite/sqlite-event-store.ts';
import { type ReadStore, type ViewStore } from '../read-store/read-store.port.ts';
import { openSqliteReadStore } from '../read-store/sqlite/sqlite-read-store.ts';
import { ActionSender } from './action-sender.ts';
import { ProcessRunner, type ProcessTrouble } from './process-runner.ts';

export const AT = instant('2026-03-02T01:00:00Z');

export type AskedEvent = {
  readonly type: 'Asked';
  /** How many commands follow from it. */
  readonly data: { readonly n: number; readonly commands: number };
};

export interface Remembered {
  readonly asked: readonly number[];
}

/** Reacts to `Asked` with commands that name what was asked before. One instance an asking stream. */
export function tellWhatWasAsked(
  change: Partial<Process<Remembered, AskedEvent>> = {},
): Process<Remembered, AskedEvent> {
  return {
    name: 'tell-what-was-asked',
    version: 1,
    handles: ['Asked'],
    key: ({ stream }) => stream,
    initial: { asked: [] },
    evolve: ({ asked }, { data: { n } }) => ({ asked: [...asked, n] }),
    react: ({ stream, data: { n, commands } }, { asked }) =>
      Array.from({ length: commands }, (_, index) =>
        tell(stream, `${asked.join(',')}>${n}.${index}`),
      ),
    ...change,
  };
}

export const tell = (id: string, text: string): Action => ({
  to: 'ledger',
  id,
  command: { type: 'Tell', text } as Action['command'],
});

interface Told {
  readonly type: 'Told';
  readonly data: { readonly text: string };
}

const ledger: Decider<{ text: string }, number, Told> = {
  initial: 0,
  evolve: (count) => count + 1,
  decide: ({ text }) => [{ type: 'Told', data: { text } }],
};

/** One command as it was sent, whatever became of it. */
export interface Sent extends CommandEnvelope {
  readonly to: string;
  readonly text: string;
}

export interface Fault {
  /** Thrown before the target sees it; undefined lets it through. */
  (sent: Sent): unknown;
}

export class ProcessRig {
  readonly folder = mkdtempSync(join(tmpdir(), 'casetrail-processes-'));
  readonly sent: Sent[] = [];
  readonly troubles: ProcessTrouble[] = [];
  readonly pauses: number[] = [];
  /** What the clock says. */
  now = AT;
  fault: Fault = () => undefined;
  #eventStore: EventStore | undefined;
  readonly #opened = new Set<ReadStore>();
  readonly #running = new Set<ProcessRunner>();
  readonly #lengths = new Map<string, number>();

  static async open(): Promise<ProcessRig> {
    const rig = new ProcessRig();
    rig.#eventStore = await openSqliteEventStore({
      file: join(rig.folder, 'events.sqlite'),
      worker: false,
      watchMs: 5,
    });
    return rig;
  }

  /** What the build knows that runs the processes. */
  catalogue = new EventCatalogue([]);

  get eventStore(): EventStore {
    return this.#eventStore!;
  }

  openViews(file = 'views.sqlite'): ReadStore {
    const store = openSqliteReadStore({ file: join(this.folder, file) });
    this.#opened.add(store);
    return store;
  }

  /** Appends one `Asked` to the stream; its number is the one in the stream, from 1. */
  async ask(
    stream: string,
    { commands = 1, platform = 'shop', imported = false, schemaVersion = 1 } = {},
  ): Promise<NewEvent> {
    const length = this.#lengths.get(stream) ?? 0;
    this.#lengths.set(stream, length + 1);
    const id = deriveId('asked', stream, length);
    const event: NewEvent = {
      id,
      type: 'Asked',
      schemaVersion,
      data: { n: length + 1, commands },
      metadata: metadataFor(id, AT, {
        platform,
        correlationId: deriveId('chain', stream),
        ...(imported && { imported: true }),
      }),
    };
    await this.eventStore.append(stream, length === 0 ? 'no-stream' : length - 1, [event]);
    return event;
  }

  get sender(): ActionSender {
    const executor = new CommandExecutor(this.eventStore, { now: () => this.now });
    return new ActionSender({
      ledger: async ({ id, command }, envelope) => {
        const { text } = command as unknown as { text: string };
        const sent = { ...envelope, to: id, text };
        this.sent.push(sent);
        const fault = this.fault(sent);
        if (fault === REFUSES) return { kind: 'refused' };
        if (fault === KEY_REUSED) return { kind: 'key-reused' };
        if (fault !== undefined) throw fault;
        return executor.execute(
          envelope,
          { text },
          {
            decider: ledger,
            catalogue: new EventCatalogue([]),
            stream: `ledger-${id}`,
            notFound: { violation: true, kind: 'missing', code: 'not-found' },
            begins: true,
            facts: async () => undefined,
          },
        );
      },
    });
  }

  runner(readStore: ReadStore, ...processes: readonly AnyProcess[]): ProcessRunner {
    const runner = new ProcessRunner({
      eventStore: this.eventStore,
      readStore,
      processes: processes.length > 0 ? processes : [tellWhatWasAsked()],
      catalogue: this.catalogue,
      sender: this.sender,
      clock: { now: () => this.now },
      pause: (ms, signal) => {
        this.pauses.push(ms);
        return briefly(signal);
      },
      onTrouble: (trouble) => this.troubles.push(trouble),
    });
    this.#running.add(runner);
    return runner;
  }

  /** What was done, as the ledger has it. */
  async told(id: string): Promise<readonly string[]> {
    const texts: string[] = [];
    for await (const event of this.eventStore.readStream(`ledger-${id}`)) {
      texts.push((event as RecordedEvent<Told>).data.text);
    }
    return texts;
  }

  /** Resolves when the process has seen all that the log holds now. */
  async caughtUp(readStore: ReadStore, process = 'tell-what-was-asked'): Promise<void> {
    const asked: RecordedEvent[] = [];
    const filter = { eventTypes: ['Asked'] };
    for await (const event of this.eventStore.readAll({ filter })) asked.push(event);
    const last = asked.at(-1)?.position;
    await until(async () => {
      const store = await readStore.serving(`process-${process}`);
      return !!store && (last === undefined || (await store.checkpoint()) >= last);
    });
  }

  forward(ms: number): void {
    this.now = plusMs(this.now, ms);
  }

  async dispose(): Promise<void> {
    for (const runner of this.#running) await runner.stop();
    for (const store of this.#opened) await store.close();
    await this.eventStore.close();
    rmSync(this.folder, { recursive: true });
  }
}

/** A read store whose writes are looked at before they are made: what `before` throws, they fail with. */
export function watchedWrites(
  inner: ReadStore,
  before: (...write: Parameters<ViewStore['write']>) => void,
): ReadStore {
  return changed(inner, {
    exact: <D extends object>(view: Parameters<ReadStore['exact']>[0]) => {
      const store = inner.exact<D>(view);
      return changed<ViewStore<D>>(store, {
        write: async (...write) => {
          before(...write);
          await store.write(...write);
        },
      });
    },
  });
}

export const REFUSES = Symbol('the target says no');
export const KEY_REUSED = Symbol('the id is another command’s');

/** A pause of no length, which lets everything else go first. */
export async function briefly(signal: AbortSignal): Promise<void> {
  await sleep(1, undefined, { signal }).catch(() => undefined);
}

export async function until(so: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await so())) await sleep(1);
}
