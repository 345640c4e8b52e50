/**
 * How the process ends, and that it never ends silently. A signal lets what runs finish and closes the
 * stores in their order; a second one, or a deadline, ends it anyway, which loses nothing that was
 * acknowledged. What nobody handled is logged, and ends it with exit code 1: after it nobody knows
 * what still holds. SIGHUP counts as a signal to end, as a shell that goes away sends it to all it started.
 */
import { type JsonLogger } from '#infra/telemetry/logger';

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
const UNHANDLED = ['uncaughtException', 'unhandledRejection'] as const;

export interface Ending {
  readonly process: Pick<NodeJS.Process, 'on' | 'exit' | 'stdout' | 'stderr'>;
  readonly logger: Pick<JsonLogger, 'facts' | 'failure'>;
  /** Finishes what runs, and lets go of everything. */
  readonly close: () => Promise<void>;
  /** Milliseconds that closing may take. */
  readonly deadlineMs: number;
}

export function endWell({ process, logger, close, deadlineMs }: Ending): void {
  let ending = false;

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (ending) {
      logger.facts('ended at once, by a second signal', { signal }, 'warn');
      process.exit(1);
    }
    ending = true;
    logger.facts('ending', { signal });
    const late = setTimeout(() => {
      logger.facts('ended at the deadline, with work unfinished', { deadlineMs }, 'warn');
      process.exit(1);
    }, deadlineMs);
    try {
      await close();
      logger.facts('ended', { signal });
      process.exit(0);
    } catch (error) {
      logger.failure('ended badly', error);
      process.exit(1);
    } finally {
      clearTimeout(late);
    }
  };

  for (const signal of SIGNALS) process.on(signal, () => void end(signal));
  for (const unhandled of UNHANDLED) {
    process.on(unhandled, (error: unknown) => {
      logger.failure(unhandled, error);
      process.exit(1);
    });
  }
  // Who reads the output may go away before the server does, and its disk may fill: no reason to end.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}
