/** The profiler of a server that was started for it, over the inspector's protocol. */

export interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
  readonly children?: readonly number[];
}

export interface Profile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  /** Microseconds from the sample before. */
  readonly timeDeltas: readonly number[];
}

const EVERY_US = 200;
const ANSWER_MS = 5_000;
const HOST = '127.0.0.1';

export class Inspector {
  /** For the server's NODE_OPTIONS. */
  static readonly option = (port: number): string => `--inspect=${HOST}:${port}`;
  readonly #socket: WebSocket;
  readonly #answers = new Map<number, (result: unknown) => void>();
  #asked = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      const { id, result } = JSON.parse(String(data)) as { id: number; result: unknown };
      this.#answers.get(id)?.(result);
    });
  }

  /** To the server of this process id, which was started with the option. @throws Error where another answers */
  static async attach(port: number, pid: number): Promise<Inspector> {
    const signal = AbortSignal.timeout(ANSWER_MS);
    const listed = await fetch(`http://${HOST}:${port}/json/list`, { signal });
    const [target] = (await listed.json()) as { webSocketDebuggerUrl: string }[];
    if (!target) throw new Error(`No inspector answers at port ${port}.`);
    const socket = new WebSocket(target.webSocketDebuggerUrl);
    await new Promise((resolve) => socket.addEventListener('open', resolve));
    const inspector = new Inspector(socket);
    const asked = await inspector.#ask('Runtime.evaluate', { expression: 'process.pid' });
    const { value } = (asked as { result: { value: number } }).result;
    if (value !== pid) throw new Error(`At port ${port} is the process ${value}, and not ${pid}.`);
    await inspector.#ask('Profiler.enable');
    await inspector.#ask('Profiler.setSamplingInterval', { interval: EVERY_US });
    return inspector;
  }

  async profile(work: () => Promise<void>): Promise<Profile> {
    await this.#ask('Profiler.start');
    await work();
    return ((await this.#ask('Profiler.stop')) as { profile: Profile }).profile;
  }

  close(): void {
    this.#socket.close();
  }

  #ask(method: string, params: object = {}): Promise<unknown> {
    const id = ++this.#asked;
    return new Promise((resolve) => {
      this.#answers.set(id, resolve);
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }
}
