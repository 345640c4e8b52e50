/** The processes of the clients, and all that they have told: it outlives every server. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type JWK } from 'jose';
import { uuidV8 } from '#kernel/ids';
import { CLEAN_ENVIRONMENT } from '../../../apps/server/src/server-process.testkit.ts';
import { tended } from './leftovers.testkit.ts';
import { unmetIn } from './commands.testkit.ts';
import { type Request } from './log-checker.testkit.ts';
import { type Order, PLATFORM, type Told } from './talk.testkit.ts';

const SCRIPT = fileURLToPath(new URL('./clients.testkit.ts', import.meta.url));

interface Sent {
  readonly key: string;
  readonly as: string;
  readonly path: string;
  readonly answers: Extract<Told, { what: 'answered' }>[];
}

export type KeyedDigest = (purpose: string, ...parts: readonly string[]) => Uint8Array;

export class Fleet {
  readonly #children: readonly ChildProcess[];
  readonly #sent = new Map<string, Sent>();
  readonly #marks = new Map<ChildProcess, { mark: number; resolve: () => void }>();
  readonly #stopped = new Set<ChildProcess>();
  #mark = 0;
  #trouble: string | undefined;

  constructor(label: string, processes: number, seed: number, secret: JWK) {
    this.#children = Array.from({ length: processes }, (_, number) => {
      const child = fork(SCRIPT, {
        execArgv: ['--conditions=source', '--disable-warning=ExperimentalWarning'],
        env: CLEAN_ENVIRONMENT,
      });
      tended(child);
      child.on('message', (told: Told) => this.#hear(child, told));
      child.on('exit', () => this.#lost(child));
      const begin = { label: `${label}-${number}`, number, seed: seed + number * 1_000, secret };
      child.send({ begin } satisfies Order);
      return child;
    });
  }

  /** In words, the commands that are yet to be acknowledged. @throws Error where a client cannot go on */
  unmet(): string[] {
    this.#mustGoOn();
    return unmetIn(this.#sent.values());
  }

  /** Where the next server is; null where there is none. */
  moveTo(url: string | null): void {
    this.#all({ url });
  }

  /** Resolves when all has come that they had told. @throws Error where one of them cannot go on */
  async heard(): Promise<void> {
    const mark = ++this.#mark;
    await Promise.all(
      this.#children.map(
        (child) =>
          new Promise<void>((resolve) => {
            this.#marks.set(child, { mark, resolve });
            child.send({ mark } satisfies Order);
          }),
      ),
    );
    this.#mustGoOn();
  }

  /** Resolves when each has ended what it had begun. @throws Error where one of them cannot go on */
  async stopped(): Promise<void> {
    this.#all({ stop: true });
    while (this.#stopped.size < this.#children.length) {
      await this.heard();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async end(): Promise<void> {
    for (const child of this.#children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  }

  /** Every request, by the command that it is to the server whose digests these are. */
  requests(keyedDigest: KeyedDigest): Request[] {
    return [...this.#sent.values()].map((sent) => {
      const origin = [PLATFORM, sent.as, `POST ${sent.path}`, sent.key];
      return { ...sent, commandId: uuidV8(keyedDigest('command', ...origin)) };
    });
  }

  #mustGoOn(): void {
    if (this.#trouble !== undefined) throw new Error(`A client cannot go on: ${this.#trouble}`);
  }

  #all(order: Order): void {
    for (const child of this.#children) child.send(order);
  }

  #hear(child: ChildProcess, told: Told): void {
    if (told.what === 'sent') {
      const { key, as, path } = told;
      this.#sent.set(key, { key, as, path, answers: [] });
    } else if (told.what === 'answered') this.#sent.get(told.key)!.answers.push(told);
    else if (told.what === 'stopped') this.#stopped.add(child);
    else if (told.what === 'trouble') this.#trouble ??= told.error;
    else if (this.#marks.get(child)?.mark === told.mark) this.#marks.get(child)!.resolve();
  }

  #lost(child: ChildProcess): void {
    this.#trouble ??= 'its process has ended';
    this.#marks.get(child)?.resolve();
  }
}
