/** Deadlines and signals of the port's calls, the same for every adapter. */
import { CallAborted, DeadlineExceeded } from './event-store.errors.ts';
import { type CallOptions } from './event-store.port.ts';

export const DEFAULT_DEADLINE_MS = 5_000;

/** @throws DeadlineExceeded, CallAborted where the call is over before it has begun. */
export function assertTimeLeft(call: string, options: CallOptions): void {
  if (options.signal?.aborted) throw new CallAborted(`${call} was aborted.`);
  const { deadlineMs = DEFAULT_DEADLINE_MS } = options;
  if (!(deadlineMs > 0)) throw new DeadlineExceeded(`${call}: no time was left.`);
}

/**
 * The work's outcome, or DeadlineExceeded or CallAborted where that comes first. `giveUp` is then
 * called, to take back what has not been begun; what is under way may still happen.
 */
export function withinDeadline<T>(
  call: string,
  options: CallOptions,
  work: Promise<T>,
  giveUp: () => void,
): Promise<T> {
  const { deadlineMs = DEFAULT_DEADLINE_MS, signal } = options;
  return new Promise<T>((resolve, reject) => {
    const end = (error: Error) => {
      settle();
      reject(error);
      giveUp();
    };
    const onAbort = () => end(new CallAborted(`${call} was aborted.`));
    const timer = setTimeout(
      () => end(new DeadlineExceeded(`${call}: no answer within ${deadlineMs} ms.`)),
      deadlineMs,
    );
    const settle = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    signal?.addEventListener('abort', onAbort);
    work.then(
      (value) => {
        settle();
        resolve(value);
      },
      (error: Error) => {
        settle();
        reject(error);
      },
    );
  });
}
