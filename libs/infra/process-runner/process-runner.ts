/**
 * Runs processes from their checkpoints, each in a loop of its own. What fails for good lies here as a
 * dead letter until it is driven again.
 */
import { deriveId } from '#kernel/ids';
import { type Instant } from '#kernel/instants';
import { type Position } from '#kernel/position';
import { platformOf } from './process-instances.ts';
import { ProcessLoop } from './process-loop.ts';
import { type Driven, type ProcessRunnerOptions } from './process-options.ts';

export { type Driven, type ProcessRunnerOptions, type ProcessTrouble } from './process-options.ts';

/** An event whose actions failed for good, with all that waits behind it in the same instance. */
export interface DeadLetter {
  /** A UUID that follows from process and instance: the same for as long as it lies there. */
  readonly id: string;
  readonly process: string;
  readonly platform: string;
  /** The instance: `<platform>/<what the process keys by>`. */
  readonly key: string;
  /** The event that failed. */
  readonly position: Position;
  readonly eventType: string;
  /** The error's name, and its message where that can name no personal data. */
  readonly error: string;
  readonly at: Instant;
}

export class ProcessRunner {
  readonly #loops: readonly ProcessLoop[];
  readonly #driving = new Set<Promise<unknown>>();
  #abort: AbortController | undefined;
  #running: readonly Promise<void>[] = [];

  constructor(options: ProcessRunnerOptions) {
    this.#loops = options.processes.map((process) => new ProcessLoop(process, options));
  }

  async start(): Promise<void> {
    if (this.#abort) return;
    const abort = new AbortController();
    for (const loop of this.#loops) await loop.prepare();
    this.#abort = abort;
    this.#running = this.#loops.map((loop) => loop.run(abort.signal));
  }

  /** Finishes the events in hand. */
  async stop(): Promise<void> {
    this.#abort?.abort();
    await Promise.allSettled([...this.#running, ...this.#driving]);
    this.#abort = undefined;
  }

  /** None while the runner is not started. @param platform of one platform only */
  async deadLetters(platform?: string): Promise<readonly DeadLetter[]> {
    if (!this.#abort) return [];
    const lists = await Promise.all(
      this.#loops.map(async (loop) => {
        const letters = await loop.letters();
        return letters.map((letter) => ({
          id: deriveId('dead-letter', loop.name, letter.key),
          process: loop.name,
          ...letter,
          // Of the key: a letter that an earlier build left was parked without its platform.
          platform: platformOf(letter.key),
        }));
      }),
    );
    return lists.flat().filter((letter) => platform === undefined || letter.platform === platform);
  }

  /**
   * Drives a dead letter again, and after it all that waited behind it. Actions that were done the
   * first time are sent again under the same ids, which changes nothing.
   * @param platform whose letter it must be; absent: of any
   * @throws EventStoreError, ReadStoreUnavailable when it cannot be looked at now
   */
  async driveAgain(id: string, signal?: AbortSignal, platform?: string): Promise<Driven> {
    const letter = (await this.deadLetters(platform)).find((one) => one.id === id);
    const loop = this.#loops.find(({ name }) => name === letter?.process);
    const ours = this.#abort?.signal;
    if (!letter || !loop || !ours) return 'no-such-letter';
    const driven = loop.drive(letter.key, signal ? AbortSignal.any([ours, signal]) : ours);
    this.#driving.add(driven);
    try {
      return await driven;
    } finally {
      this.#driving.delete(driven);
    }
  }
}
