/** What a server rarely answers, and never when asked to: the client here says it. */
import { Readable } from 'node:stream';
import { randomUUID } from 'node:crypto';
import { StreamNotFoundError, WrongExpectedVersionError } from '@eventstore/db-client';
import { someEvents, idsOf } from '../contract/rig.contract.ts';
import { encodeAppend, type EncodedEvent } from '../append-checks.ts';
import { AppendTooLarge, RevisionConflict } from '../event-store.errors.ts';
import { attemptAppend, type AppendClient } from './log-appender.ts';
import { assertFits } from './stored-event.ts';

const LIMITS = { maxEventBytes: 1e6, maxBatchBytes: 1e7, maxBatchEvents: 1_000 };
const MS = 1_000;
const { signal } = new AbortController();

const encoded = (count: number): EncodedEvent[] =>
  encodeAppend('case-1', 'no-stream', someEvents(count), LIMITS);

/** Lies at revision 10 times its place in the log. */
const placeAt = (revision: number) => ({
  commit: BigInt(revision * 10),
  prepare: BigInt(revision * 10),
});

interface Script {
  readonly answer: () => unknown;
  /** Ids in the stream from revision 0 at each reading; the last one stays. */
  readonly stored: (readonly string[])[];
}

function clientThat({ answer, stored }: Script): AppendClient {
  let reading = 0;
  const append = async () => answer();
  const readStream = (_: string, part: { fromRevision: bigint; maxCount: number }) => {
    const ids = stored[Math.min(reading++, stored.length - 1)]!;
    const from = Number(part.fromRevision);
    const found = ids
      .map((id, revision) => ({ event: { id, revision, position: placeAt(revision) } }))
      .filter(({ event: { revision } }) => revision <= from && revision > from - part.maxCount)
      .reverse();
    const stream = Object.assign(Readable.from(found), { cancel: async () => undefined });
    if (ids.length === 0) stream.destroy(new StreamNotFoundError(undefined, 'case-1'));
    return stream;
  };
  return { append, readStream } as unknown as AppendClient;
}

function refusal(current: number | 'no_stream') {
  return () => {
    throw new WrongExpectedVersionError(undefined as never, {
      streamName: 'case-1',
      current: current === 'no_stream' ? current : BigInt(current),
      expected: 'no_stream',
    });
  };
}

const others = (count: number) => Array.from({ length: count }, () => randomUUID());

describe('an attempt to append', () => {
  it('reads the position back where the answer lacks it', async () => {
    const events = encoded(3);
    const client = clientThat({
      answer: () => ({ revision: 2, place: undefined }),
      stored: [idsOf(events)],
    });
    const call = { stream: 'case-1', expected: 'no-stream', events, signal } as const;
    expect(await attemptAppend(client, call, MS)).toEqual({ revision: 2, place: placeAt(2) });
  });

  it('takes a refusal for its own earlier success where exactly its events lie there', async () => {
    const events = encoded(2);
    const client = clientThat({
      answer: refusal(5),
      stored: [[...others(2), ...idsOf(events), ...others(2)]],
    });
    const call = { stream: 'case-1', expected: 1, events, signal } as const;
    expect(await attemptAppend(client, call, MS)).toEqual({ revision: 3, place: placeAt(3) });
  });

  it('waits until they can be read: a refusal may come a moment before', async () => {
    const events = encoded(2);
    const client = clientThat({
      answer: refusal(1),
      stored: [[], [events[0]!.id], idsOf(events)],
    });
    const call = { stream: 'case-1', expected: 'no-stream', events, signal } as const;
    expect(await attemptAppend(client, call, MS)).toEqual({ revision: 1, place: placeAt(1) });
  });

  it.each<[string, (events: readonly EncodedEvent[]) => string[]]>([
    ['others', () => others(2)],
    ['one of them and another', (events) => [events[0]!.id, ...others(1)]],
    ['them in another order', (events) => idsOf(events).reverse()],
    ['them a place later', (events) => [...others(1), ...idsOf(events)]],
  ])('is a conflict where %s lie there', async (_, lying) => {
    const events = encoded(2);
    const ids = lying(events);
    const client = clientThat({ answer: refusal(ids.length - 1), stored: [ids] });
    const call = { stream: 'case-1', expected: 'no-stream', events, signal } as const;
    const attempt = attemptAppend(client, call, MS);
    await expect(attempt).rejects.toBeInstanceOf(RevisionConflict);
    await expect(attempt).rejects.toMatchObject({ actual: ids.length - 1 });
  });

  it('is a conflict without looking where the stream is too short for it', async () => {
    const client = clientThat({ answer: refusal('no_stream'), stored: [[]] });
    const call = { stream: 'case-1', expected: 4, events: encoded(1), signal } as const;
    await expect(attemptAppend(client, call, MS)).rejects.toMatchObject({ actual: 'no-stream' });
  });
});

describe('the size of an append', () => {
  it('counts the types too, as the server does: many long ones are refused before they are sent', () => {
    const fitting = someEvents(1_000, { type: 'x'.repeat(100) });
    assertFits(encodeAppend('case-1', 'no-stream', fitting, LIMITS));
    const long = someEvents(1_000, { type: 'x'.repeat(500) });
    expect(() => assertFits(encodeAppend('case-1', 'no-stream', long, LIMITS))).toThrow(
      AppendTooLarge,
    );
  });
});
