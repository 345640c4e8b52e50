/** Connections that break at the worst moment: the client here is a script, one entry a connection. */
import { PassThrough } from 'node:stream';
import { UnavailableError } from '@eventstore/db-client';
import { type Position } from '#kernel/position';
import { encodeAppend } from '../append-checks.ts';
import { idsOf, someEvents } from '../contract/rig.contract.ts';
import { type LogReader } from './log-reader.ts';
import { LogSubscription } from './log-subscription.ts';
import { isLater, PositionTokens, type LogPosition } from './position-token.ts';
import { Serving } from './serving.ts';
import { toProposed } from './stored-event.ts';
import { type ClientSupply } from './supervised-client.ts';

const LIMITS = { maxEventBytes: 1e6, maxBatchBytes: 1e7, maxBatchEvents: 1_000 };
const HEAD = { commit: 1_000n, prepare: 1_000n };
const tokens = new PositionTokens('log-1');

/** A log of so many events, as the client gives them; the first one lies at 10. */
function aLog(count: number) {
  const events = encodeAppend('case-1', 'no-stream', someEvents(count), LIMITS);
  const stored = events.map((event, at) => {
    const place = BigInt(10 * (at + 1));
    const message = toProposed(event);
    const read = (bytes: Uint8Array) => JSON.parse(new TextDecoder().decode(bytes)) as object;
    return {
      event: {
        streamId: 'case-1',
        id: event.id,
        type: event.type,
        data: read(message.getData_asU8()),
        metadata: read(message.getCustomMetadata_asU8()),
        revision: BigInt(at),
        position: { commit: place, prepare: place },
      },
    };
  });
  return { ids: idsOf(events), stored };
}

type Connection = (
  subscription: PassThrough,
  send: (from: number, to: number) => void,
  mark: (position: LogPosition) => void,
) => void;

interface Subscribing {
  readonly fromPosition: LogPosition | 'start';
  readonly filter: { checkpointReached: (subscription: unknown, position: LogPosition) => void };
}

function subscribed(stored: ReturnType<typeof aLog>['stored'], connections: Connection[]) {
  const from: LogPosition[] = [];
  const client = {
    heardAt: 0,
    use: () => () => undefined,
    subscribeToAll: ({ fromPosition, filter }: Subscribing) => {
      const after = fromPosition === 'start' ? { commit: -1n, prepare: -1n } : fromPosition;
      from.push(after);
      const subscription = Object.assign(new PassThrough({ objectMode: true }), {
        unsubscribe: async () => undefined,
      });
      const rest = stored.filter(({ event }) => isLater(event.position, after));
      const send = (first: number, end: number) => {
        for (const item of rest.slice(first, end)) subscription.write(item);
      };
      const script = connections.shift()!;
      setImmediate(() => {
        subscription.emit('confirmation');
        script(subscription, send, (position) => filter.checkpointReached(subscription, position));
      });
      return subscription;
    },
  };
  const supply = {
    current: () => client,
    admitted: async () => undefined,
    replace: () => undefined,
  };
  const reader = {
    assertReached: async () => HEAD,
    head: async () => HEAD,
    isToPassOver: () => false,
  };
  const ending = new AbortController();
  const subscription = new LogSubscription(
    supply as unknown as ClientSupply,
    reader as unknown as LogReader,
    tokens,
    new Serving(),
    { after: '' as Position, signal: ending.signal },
  );
  return { subscription, ending, from };
}

describe('a subscription whose connection breaks', () => {
  it('loses none of the events that it had taken and not yet given', async () => {
    const { ids, stored } = aLog(5);
    const { subscription, ending } = subscribed(stored, [
      (stream, send) => {
        send(0, 2);
        stream.emit('error', new UnavailableError());
      },
      (_, send) => send(0, 3),
    ]);
    const seen: string[] = [];
    for await (const batch of subscription.batches()) {
      seen.push(...idsOf(batch.events));
      if (seen.length >= ids.length) ending.abort();
    }
    expect(seen).toEqual(ids);
  });

  it('goes on behind what it gave, also where the server ends it without an error', async () => {
    const { ids, stored } = aLog(4);
    const { subscription, ending, from } = subscribed(stored, [
      (stream, send) => {
        send(0, 3);
        stream.end();
      },
      (_, send) => send(0, 1),
    ]);
    const seen: string[] = [];
    for await (const batch of subscription.batches()) {
      seen.push(...idsOf(batch.events));
      if (seen.length >= ids.length) ending.abort();
    }
    expect(seen).toEqual(ids);
    expect(from[1]).toEqual(stored[2]!.event.position);
  });

  it('says that it has looked as far as the head only when everything before it was given', async () => {
    const { ids, stored } = aLog(3);
    const { subscription, ending } = subscribed(stored, [
      (stream, send) => {
        send(0, 3);
        stream.emit('caughtUp');
      },
    ]);
    const seen: string[] = [];
    for await (const batch of subscription.batches()) {
      seen.push(...idsOf(batch.events));
      if (batch.position === tokens.tokenOf(HEAD)) {
        expect([seen, batch.live]).toEqual([ids, true]);
        ending.abort();
      }
    }
  });
});

describe('how far a subscription has looked', () => {
  it('is not where the server says its -1, nothing having matched since the start of the log', async () => {
    const { ids, stored } = aLog(2);
    const nowhere = 2n ** 64n - 1n;
    const { subscription, ending } = subscribed(stored, [
      (stream, send, mark) => {
        mark({ commit: nowhere, prepare: nowhere });
        stream.emit('caughtUp');
        send(0, 2);
      },
    ]);
    const seen: string[] = [];
    for await (const batch of subscription.batches()) {
      expect(batch.position <= tokens.tokenOf(HEAD)).toBe(true);
      seen.push(...idsOf(batch.events));
      if (seen.length >= ids.length) ending.abort();
    }
    expect(seen).toEqual(ids);
  });

  it('is how far the server says that it has looked, where nothing matched', async () => {
    const mark = { commit: 1_500n, prepare: 1_500n };
    const { subscription, ending } = subscribed(
      [],
      [
        (stream, _, tell) => {
          stream.emit('caughtUp');
          setImmediate(() => tell(mark));
        },
      ],
    );
    const positions: string[] = [];
    for await (const { position } of subscription.batches()) {
      positions.push(position);
      if (position === tokens.tokenOf(mark)) ending.abort();
    }
    expect(positions[0]).toBe(tokens.tokenOf(HEAD));
  });
});
