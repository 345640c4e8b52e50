/** Lines that say how far something is: rewritten in place on a terminal, one below the other elsewhere. */
import { type ImportProgress } from '#modules/exchange/index';
import { duration, figure } from './figures.ts';

export interface ProgressOptions {
  readonly err: (text: string) => void;
  readonly errIsTerminal: boolean;
  /** The line as it is now. @param elapsedMs since the beginning */
  readonly line: (elapsedMs: number) => string;
}

const EVERY_MS = 1_000;
/** Where lines pile up, they come more rarely after a while. */
const OFTEN_MS = 30_000;
const RARELY = 10;

/** Begins to tell. @returns what ends it, having told the last line. */
export function tellProgress({ err, errIsTerminal, line }: ProgressOptions): () => void {
  const begun = performance.now();
  let ticks = 0;
  const tell = (end: string): void => {
    const text = line(performance.now() - begun);
    err(errIsTerminal ? `\r\u001b[2K${text}${end}` : `${text}\n`);
  };
  const timer = setInterval(() => {
    ticks++;
    const often = errIsTerminal || performance.now() - begun < OFTEN_MS;
    if (often || ticks % RARELY === 0) tell('');
  }, EVERY_MS);
  return () => {
    clearInterval(timer);
    tell('\n');
  };
}

/** Events, rate and time left, as far as the file's size tells it. */
export function importLine(
  { bytesRead, bytesTotal, traces, logEvents }: ImportProgress,
  elapsedMs: number,
): string {
  const rate = elapsedMs > 0 ? Math.round((logEvents * 1_000) / elapsedMs) : 0;
  const parts = [
    `${figure(logEvents)} events`,
    `${figure(traces)} traces`,
    `${figure(rate)} events/s`,
  ];
  if (bytesTotal !== undefined && bytesTotal > 0 && bytesRead > 0) {
    const share = Math.min(bytesRead / bytesTotal, 1);
    parts.push(`${Math.floor(share * 100)} %`);
    if (share < 1) parts.push(`${duration((elapsedMs * (1 - share)) / share)} left`);
  }
  return parts.join(', ');
}
