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

const PORT = 9_339;
const EVERY_US = 200;

export class Inspector {
  /** For the server's NODE_OPTIONS. */
  static readonly OPTION = `--inspect=127.0.0.1:${PORT}`;
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

  /** To the one server that was started with the option. */
  static async attach(): Promise<Inspector> {
    const listed = await fetch(`http://127.0.0.1:${PORT}/json/list`);
    const [target] = (await listed.json()) as { title: string; webSocketDebuggerUrl: string }[];
    if (!target) throw new Error('No inspector answers.');
    const socket = new WebSocket(target.webSocketDebuggerUrl);
    await new Promise((resolve) => socket.addEventListener('open', resolve));
    const inspector = new Inspector(socket);
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
