/** The command line as a process of its own, on a data folder of its own, from the sources. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openSqliteEventStore } from '#infra/event-store/sqlite/sqlite-event-store';
import { type ReadStore } from '#infra/read-store/read-store.port';
import { openSqliteReadStore } from '#infra/read-store/sqlite/sqlite-read-store';
import { type RecordedEvent } from '#kernel/envelope';
import { views } from '../../server/src/catalogue.ts';
import { casetrail } from './casetrail.ts';
import { CLEAN_ENVIRONMENT } from '../../server/src/server-process.testkit.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export interface Ended {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

type Settings = Readonly<Record<string, string>>;

const FILES = { events: 'events.sqlite', views: 'views.sqlite' } as const;

export class CliRig {
  readonly root = mkdtempSync(join(tmpdir(), 'casetrail-cli-'));
  readonly #running = new Set<ChildProcess>();

  dispose(): void {
    for (const child of this.#running) child.kill('SIGKILL');
    rmSync(this.root, { recursive: true, force: true });
  }

  dataFolder(name = 'one'): string {
    return join(this.root, name, 'data');
  }

  keyFile(name = 'one'): string {
    return join(this.root, name, 'root.key');
  }

  write(name: string, content: string | Uint8Array): string {
    const path = join(this.root, name);
    writeFileSync(path, content);
    return path;
  }

  /** @param settings besides those of the places */
  run(args: readonly string[], folder = 'one', settings: Settings = {}): Promise<Ended> {
    return this.#ended(this.#spawn(args, folder, settings));
  }

  /** The same within this process, for what does not depend on having one of its own. */
  async told(args: readonly string[], folder = 'one', settings: Settings = {}): Promise<Ended> {
    let out = '';
    let err = '';
    const code = await casetrail(args, {
      env: { ...this.#environment(folder), ...settings },
      out: (text) => (out += text),
      err: (text) => (err += text),
      errIsTerminal: false,
      signal: new AbortController().signal,
    });
    return { code, out, err };
  }

  /** Sends the signal as soon as that happens. @throws Error where it ended before */
  async signalledWhen(
    args: readonly string[],
    happens: () => Promise<unknown>,
    signal: 'SIGKILL' | 'SIGINT',
    folder = 'one',
  ): Promise<Ended> {
    const child = this.#spawn(args, folder);
    const ended = this.#ended(child);
    const over = await Promise.race([ended, happens().then(() => undefined)]);
    if (over) throw new Error(`It ended with ${over.code} before the signal: ${over.err}`);
    child.kill(signal);
    return ended;
  }

  /** Sends the signal as soon as the command has written this much. @throws Error where it ended before */
  async signalledAt(
    args: readonly string[],
    { file, bytes }: { file: keyof typeof FILES; bytes: number },
    signal: 'SIGKILL' | 'SIGINT',
    folder = 'one',
  ): Promise<Ended> {
    return this.signalledWhen(args, () => this.#grown(file, folder, bytes), signal, folder);
  }

  async #grown(file: keyof typeof FILES, folder: string, bytes: number): Promise<void> {
    while (this.#sizeOf(file, folder) < bytes && this.#running.size > 0) await sleep(2);
  }

  #sizeOf(file: keyof typeof FILES, folder: string): number {
    const path = join(this.dataFolder(folder), FILES[file]);
    const sizes = ['', '-wal'].map(
      (suffix) => statSync(path + suffix, { throwIfNoEntry: false })?.size ?? 0,
    );
    return Math.max(...sizes);
  }

  #environment(folder: string): Settings {
    return {
      CASETRAIL_DATA_FOLDER: this.dataFolder(folder),
      CASETRAIL_KEY_FILE: this.keyFile(folder),
    };
  }

  #spawn(args: readonly string[], folder: string, settings: Settings = {}): ChildProcess {
    const child = spawn(
      process.execPath,
      [
        '--conditions=source',
        '--disable-warning=ExperimentalWarning',
        join(ROOT, 'apps/cli/src/main.ts'),
        ...args,
      ],
      {
        cwd: this.root,
        env: { ...CLEAN_ENVIRONMENT, ...this.#environment(folder), ...settings },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    this.#running.add(child);
    return child;
  }

  async #ended(child: ChildProcess): Promise<Ended> {
    let out = '';
    let err = '';
    child.stdout!.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr!.on('data', (chunk: Buffer) => (err += chunk.toString()));
    await once(child, 'close');
    this.#running.delete(child);
    return { code: child.exitCode, out, err };
  }

  /** Every event of the folder, by stream and revision. */
  async events(folder = 'one'): Promise<RecordedEvent[]> {
    const file = join(this.dataFolder(folder), FILES.events);
    const store = await openSqliteEventStore({ file, worker: false });
    const all: RecordedEvent[] = [];
    for await (const event of store.readAll()) all.push(event);
    await store.close();
    return all.sort((a, b) =>
      a.stream === b.stream ? a.revision - b.revision : a.stream < b.stream ? -1 : 1,
    );
  }

  /** All that a folder holds, but for where it lies in the log and when it was recorded. */
  async state(folder = 'one'): Promise<Readonly<Record<string, readonly string[]>>> {
    const events = (await this.events(folder)).map((event) => JSON.stringify(event, lasting));
    const readStore = openSqliteReadStore({ file: join(this.dataFolder(folder), FILES.views) });
    const state: Record<string, readonly string[]> = { events };
    for (const { name } of views) state[name] = await documentsOf(readStore, name);
    await readStore.close();
    return state;
  }
}

const PASSING = new Set(['position', 'recordedAt']);
const lasting = (key: string, value: unknown) => (PASSING.has(key) ? undefined : value);

async function documentsOf(readStore: ReadStore, view: string): Promise<readonly string[]> {
  const store = await readStore.serving(view);
  const all: string[] = [];
  for (let after: string | undefined; store;) {
    const page = await store.find({ limit: 1_000, ...(after !== undefined && { after }) });
    all.push(...page.documents.map(({ document }) => JSON.stringify(document, lasting)));
    if (page.next === undefined) break;
    after = page.next;
  }
  return all.sort();
}
