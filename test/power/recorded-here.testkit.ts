/** Specs of recordings: where strace is, and in the full run, as they take long. */
import { describeInFull, isFullRun } from '#kernel/testing/full-run';
import { cannotRecord } from './strace.testkit.ts';

export function describeRecorded(title: string, body: () => void): void {
  const reason = isFullRun ? cannotRecord() : undefined;
  if (reason === undefined) return describeInFull(title, body);
  // The runner lists no suite of which all is skipped.
  say(`Skipped: ${title}: ${reason}`);
  describe.skip(`${title} (skipped: ${reason})`, body);
}

/** A line of figures among the results: what a run has shown is more than that it passed. */
export const say = (line: string): boolean => process.stdout.write(`${line}\n`);
