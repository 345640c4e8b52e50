/** A TCP relay between a store and its server that can do what networks do. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export class FaultProxy {
  #target: { readonly host: string; readonly port: number };
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Those that lead to the server; what comes from them are its answers. */
  readonly #far = new Set<Socket>();
  /** Bytes that the server has sent through here. */
  answered = 0;
  #held: 'nothing' | 'answers' | 'everything' = 'nothing';
  #refusing = false;
  #chunk: { readonly bytes: number; readonly everyMs: number } | undefined;
  #delayMs = 0;

  private constructor(target: { host: string; port: number }) {
    this.#target = target;
    this.#server = createServer({ allowHalfOpen: true }, (near) => this.#accept(near));
  }

  static async to(host: string, port: number): Promise<FaultProxy> {
    const proxy = new FaultProxy({ host, port });
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** Where new connections lead. */
  get target(): { readonly host: string; readonly port: number } {
    return this.#target;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Half open: connections stay, and nothing passes until `release`. */
  hold(what: 'answers' | 'everything' = 'everything'): void {
    this.#held = what;
    for (const socket of this.#sockets) if (this.#isHeld(socket)) socket.pause();
  }

  /** Lets what was held go on its way. */
  release(): void {
    this.#held = 'nothing';
    for (const socket of this.#sockets) socket.resume();
  }

  /** What is held stays so for ever; new connections pass. */
  forget(): void {
    this.#held = 'nothing';
  }

  /** Ends every connection at once, as a machine that restarts does. */
  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** New connections lead to another server; those that are there end. */
  lead(host: string, port: number): void {
    this.#target = { host, port };
    this.cut();
  }

  /** Ends every connection, and each new one as soon as it comes, until `admit`. */
  refuse(): void {
    this.#refusing = true;
    this.cut();
  }

  admit(): void {
    this.#refusing = false;
  }

  /** Each piece arrives so much later; 0 for at once. */
  delay(ms: number): void {
    this.#delayMs = ms;
  }

  /** So many bytes at a time, so often. */
  trickle(bytes: number, everyMs: number): void {
    this.#chunk = { bytes, everyMs };
  }

  /** Ends delay and trickle. */
  flow(): void {
    this.#delayMs = 0;
    this.#chunk = undefined;
  }

  async close(): Promise<void> {
    this.refuse();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #accept(near: Socket): void {
    if (this.#refusing) {
      near.resetAndDestroy();
      return;
    }
    const far = connect({ ...this.#target, allowHalfOpen: true });
    this.#far.add(far);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from);
      from.setNoDelay(true);
      if (this.#isHeld(from)) from.pause();
      let last = Promise.resolve();
      from.on('data', (bytes: Buffer) => {
        if (from === far) this.answered += bytes.length;
        // The relay holds one piece at a time, or it would hide who does not read.
        from.pause();
        last = last
          .then(() => this.#pass(bytes, to))
          .then(() => (this.#isHeld(from) ? undefined : void from.resume()));
      });
      from.on('end', () => void last.then(() => to.end()));
      from.on('error', () => undefined);
      from.on('close', () => {
        this.#sockets.delete(from);
        this.#far.delete(from);
        to.destroy();
      });
    }
  }

  #isHeld(socket: Socket): boolean {
    return this.#held === 'everything' || (this.#held === 'answers' && this.#far.has(socket));
  }

  async #pass(bytes: Buffer, to: Socket): Promise<void> {
    if (this.#delayMs > 0) await milliseconds(this.#delayMs);
    let at = 0;
    while (this.#chunk && at < bytes.length) {
      const { bytes: size, everyMs } = this.#chunk;
      to.write(bytes.subarray(at, at + size));
      at += size;
      await milliseconds(everyMs);
    }
    if (at < bytes.length && !to.write(bytes.subarray(at))) await drained(to);
  }
}

const milliseconds = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const drained = (socket: Socket) =>
  new Promise<void>((resolve) => {
    socket.once('drain', resolve);
    socket.once('close', resolve);
  });
