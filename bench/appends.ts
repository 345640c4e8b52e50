/** What writers do, the same for every store and every yardstick: streams of 30, at exact revisions. */
import { randomUUID } from 'node:crypto';
import { type NewEvent } from '#kernel/envelope';
import { eventOf } from './sample-events.ts';

export const MEASURED_MS = 2_000;
export const STREAM_LENGTH = 30;

/** Appends one event behind that revision; `no-stream` begins a stream. */
export type AppendOne = (
  stream: string,
  expected: number | 'no-stream',
  event: NewEvent,
) => Promise<unknown>;

/** So many writers, each waiting for its answer before its next event. @returns events a second */
export async function appendRate(append: AppendOne, writers: number, ms: number): Promise<number> {
  const begun = performance.now();
  let done = 0;
  const write = async () => {
    let stream = '';
    let revision = STREAM_LENGTH;
    while (performance.now() - begun < ms) {
      if (++revision >= STREAM_LENGTH) [stream, revision] = [`case-${randomUUID()}`, 0];
      await append(stream, revision === 0 ? 'no-stream' : revision - 1, eventOf(done++));
    }
  };
  await Promise.all(Array.from({ length: writers }, write));
  return (done * 1_000) / (performance.now() - begun);
}
