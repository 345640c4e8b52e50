/**
 * What a server's work costs it in CPU, with all that follows from it: views, processes. It says more
 * than the time that it takes where the machine has other work too.
 */
import { type Listening } from './child.ts';
import { spreadOf } from './contest.ts';

export class ServerCpu {
  readonly #server: Listening;
  readonly #perPiece: number[] = [];

  constructor(server: Listening) {
    this.#server = server;
  }

  /** Does the work, and waits until the server has done what follows from it. @param pieces that the work has */
  async of<T>(pieces: number, work: () => Promise<T>): Promise<T> {
    const before = this.#server.cpuMs();
    const result = await work();
    await this.#server.settled();
    this.#perPiece.push((this.#server.cpuMs() - before) / pieces);
    return result;
  }

  /** Milliseconds a piece: the median. */
  get perPiece(): number {
    return spreadOf(this.#perPiece).median;
  }
}
