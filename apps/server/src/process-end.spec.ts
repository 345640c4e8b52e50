import { EventEmitter } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { endWell } from './process-end.ts';

/** A process whose exit is only noted; like a real one, nothing runs on after it. */
class Process extends EventEmitter {
  readonly codes: unknown[] = [];
  readonly stdout = new EventEmitter() as unknown as NodeJS.Process['stdout'];
  readonly stderr = new EventEmitter() as unknown as NodeJS.Process['stderr'];
  exit(code?: unknown): never {
    this.codes.push(code);
    return undefined as never;
  }
}

function started(close: () => Promise<void>, deadlineMs = 60_000) {
  const process = new Process();
  const lines: string[] = [];
  const logger = {
    facts: (message: string) => void lines.push(message),
    failure: (message: string) => void lines.push(message),
  };
  endWell({ process: process as never, logger, close, deadlineMs });
  return { process, lines };
}

describe('the end of the process', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'])(
    'is with 0 after %s, once all is closed',
    async (signal) => {
      let closed = (): void => undefined;
      const { process, lines } = started(() => new Promise((resolve) => (closed = resolve)));
      process.emit(signal, signal);
      await nextTurn();
      expect(process.codes).toEqual([]);
      closed();
      await nextTurn();
      expect(process.codes).toEqual([0]);
      expect(lines).toEqual(['ending', 'ended']);
    },
  );

  it('does not wait any longer at a second signal', async () => {
    const { process, lines } = started(() => new Promise(() => undefined), 50);
    process.emit('SIGTERM', 'SIGTERM');
    process.emit('SIGINT', 'SIGINT');
    expect(process.codes).toEqual([1]);
    expect(lines).toContain('ended at once, by a second signal');
  });

  it('does not wait beyond the deadline', async () => {
    const exited = new Promise<void>((resolve) => {
      const { process } = started(() => new Promise(() => undefined), 1);
      process.exit = () => resolve() as never;
      process.emit('SIGTERM', 'SIGTERM');
    });
    await exited;
  });

  it('is with 1, and said, when closing fails', async () => {
    const { process, lines } = started(() => Promise.reject(new Error('stuck')));
    process.emit('SIGTERM', 'SIGTERM');
    await nextTurn();
    expect(process.codes).toEqual([1]);
    expect(lines).toContain('ended badly');
  });

  it.each(['uncaughtException', 'unhandledRejection'])(
    'is with 1, and said, after an %s',
    (what) => {
      const { process, lines } = started(async () => undefined);
      process.emit(what, new Error('nobody expected it'));
      expect(process.codes).toEqual([1]);
      expect(lines).toEqual([what]);
    },
  );

  it.each(['EPIPE', 'ENOSPC', 'EIO'])(
    'does not come when its output cannot be written (%s)',
    (code) => {
      const { process } = started(async () => undefined);
      const error = Object.assign(new Error(`write ${code}`), { code });
      for (const stream of [process.stdout, process.stderr]) stream.emit('error', error);
      expect(process.codes).toEqual([]);
    },
  );
});
