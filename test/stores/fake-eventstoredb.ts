/**
 * An EventStoreDB in memory that speaks as much gRPC as the adapter needs, for what happens around the
 * adapter: which log a folder takes, and what is said of a server that is not as it should be. It
 * appends, reads and is subscribed to; what a real server does beyond that is specified with a real one.
 */
import { createServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import { createRequire } from 'node:module';
import { type AddressInfo } from 'node:net';
import type * as streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import type * as featuresPb from '@eventstore/db-client/generated/serverfeatures_pb.js';
import {
  appended,
  batchAppended,
  batchConflict,
  conflict,
  given,
  type LogEvent,
  lookedTo,
  type Proposed,
} from './fake-answers.ts';
import { begin, end, onMessage, type Refusal, refuse, requestsOf, send } from './grpc-wire.ts';

const require = createRequire(import.meta.url);
const { AppendReq, BatchAppendReq, ReadReq, ReadResp } =
  require('@eventstore/db-client/generated/streams_pb.js') as typeof streamsPb;
const { SupportedMethods } =
  require('@eventstore/db-client/generated/serverfeatures_pb.js') as typeof featuresPb;

type Options = streamsPb.ReadReq.Options;

export const REFUSALS = {
  credentials: { status: 16, message: 'Unauthenticated' },
  rights: { status: 7, message: 'Access Denied', exception: 'access-denied' },
  /** A node that waits for an election, or cannot take part in one. */
  electing: { status: 14, message: 'Server Is Not Ready' },
  /** A follower, or a read-only replica. */
  notLeader: {
    status: 5,
    message: 'Leader info available',
    exception: 'not-leader',
    metadata: { 'leader-endpoint-host': '127.0.0.1', 'leader-endpoint-port': '1' },
  },
  busy: { status: 10, message: 'Operation timed out: prepare timeout' },
} as const satisfies Record<string, Refusal>;

/** What a real server calls the place that it has looked to, where nothing has matched since the start: its -1, unsigned. */
const NOWHERE = String(2n ** 64n - 1n);
/** Positions grow in steps, as a real server's do. */
const STEP = 100;

export class FakeEventStoreDb {
  readonly #server = createServer();
  readonly #sessions = new Set<ServerHttp2Session>();
  readonly #log: LogEvent[] = [];
  readonly #deleted = new Set<string>();
  readonly #followers = new Set<() => void>();
  version = '24.6.0';
  /** What every append and read is refused with; `silence` takes the call and says nothing. */
  refusing: Refusal | 'silence' | undefined;
  /** Whether the whole log may be read, which a real server lets only its admins do. */
  mayReadAll = true;
  /** Calls that were refused. */
  refused = 0;

  private constructor() {
    this.#server.on('session', (session) => {
      this.#sessions.add(session);
      session.on('error', () => undefined);
      session.on('close', () => this.#sessions.delete(session));
    });
    this.#server.on('stream', (stream: ServerHttp2Stream, headers) => {
      stream.on('error', () => undefined);
      void this.#answer(stream, String(headers[':path']));
    });
  }

  static async start(port?: number): Promise<FakeEventStoreDb> {
    const fake = new FakeEventStoreDb();
    await fake.listen(port);
    return fake;
  }

  /** Serves what it holds, also after it was closed. */
  async listen(port = 0): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `esdb://127.0.0.1:${this.port}?tls=false`;
  }

  /** Names of the streams that hold anything. */
  get streams(): string[] {
    return [...new Set(this.#log.map(({ stream }) => stream))];
  }

  /** Deletes a stream: it is not there any more, and its events stay in the whole log until a scavenge. */
  delete(name: string): void {
    this.#deleted.add(name);
  }

  /** Cuts off a stream's first events, which stay in no log. */
  cutOff(name: string, before: number): void {
    const isCut = ({ stream, revision }: LogEvent) => stream === name && revision < before;
    for (let at = this.#log.findIndex(isCut); at >= 0; at = this.#log.findIndex(isCut))
      this.#log.splice(at, 1);
  }

  /** Loses a stream. */
  forget(name: string): void {
    for (let at = this.#log.length - 1; at >= 0; at--) {
      if (this.#log[at]!.stream === name) this.#log.splice(at, 1);
    }
  }

  async close(): Promise<void> {
    for (const session of this.#sessions) session.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #answer(call: ServerHttp2Stream, path: string): Promise<void> {
    const method = path.split('/').at(-1);
    if (method === 'BatchAppend') return this.#answerAppends(call);
    const requests = await requestsOf(call);
    if (method === 'GetSupportedMethods') {
      const features = new SupportedMethods();
      features.setEventStoreServerVersion(this.version);
      return end(call, features);
    }
    if (this.#refuses(call)) return;
    if (method === 'Append')
      return end(call, this.#appendOne(requests.map(AppendReq.deserializeBinary)));
    if (method === 'Read')
      return this.#read(call, ReadReq.deserializeBinary(requests[0]!).getOptions()!);
    refuse(call, { status: 12, message: `The fake knows no ${method}.` });
  }

  #refuses(call: ServerHttp2Stream): boolean {
    if (!this.refusing) return false;
    this.refused++;
    if (this.refusing !== 'silence') refuse(call, this.refusing);
    return true;
  }

  /** The call that a client keeps for its appends: an answer to each as it comes. */
  #answerAppends(call: ServerHttp2Stream): void {
    onMessage(call, (bytes) => {
      if (this.#refuses(call)) return;
      const request = BatchAppendReq.deserializeBinary(bytes);
      const options = request.getOptions()!;
      const stream = textOf(options.getStreamIdentifier()!.getStreamName_asU8());
      const expected = options.hasNoStream() ? -1 : Number(options.getStreamPosition());
      const outcome = this.#append(stream, expected, request.getProposedMessagesList());
      const answer = typeof outcome === 'number' ? batchConflict(outcome) : batchAppended(outcome);
      answer.setCorrelationId(request.getCorrelationId());
      begin(call);
      send(call, answer);
    });
    call.on('end', () => call.end());
  }

  #appendOne([header, ...proposed]: streamsPb.AppendReq[]): streamsPb.AppendResp {
    const options = header!.getOptions()!;
    const stream = textOf(options.getStreamIdentifier()!.getStreamName_asU8());
    const expected = options.hasNoStream() ? -1 : Number(options.getRevision());
    const messages = proposed.map((request) => request.getProposedMessage()!);
    const outcome = this.#append(stream, expected, messages);
    return typeof outcome === 'number' ? conflict(outcome) : appended(outcome);
  }

  /** @returns the last event that was appended, or where the stream ends instead: -1 for one that is not there */
  #append(stream: string, expected: number, messages: readonly Proposed[]): LogEvent | number {
    const there = this.#log.filter((event) => event.stream === stream);
    const current = there.length - 1;
    const last = there[expected + messages.length];
    const isRepeat =
      last !== undefined &&
      messages.every((message, at) => idOf(message) === idOf(there[expected + 1 + at]!.message));
    if (isRepeat) return last;
    if (current !== expected) return current;
    for (const [at, message] of messages.entries()) {
      const position = (this.#log.length + 1) * STEP;
      const type = String(message.getMetadataMap().get('type'));
      this.#log.push({ stream, type, revision: expected + 1 + at, position, message });
    }
    for (const tell of this.#followers) tell();
    return this.#log.findLast((event) => event.stream === stream)!;
  }

  #read(call: ServerHttp2Stream, options: Options): void {
    if (options.hasAll() && !this.mayReadAll) return refuse(call, REFUSALS.rights);
    if (options.hasStream()) return this.#readStream(call, options);
    if (options.hasSubscription()) return this.#follow(call, options);
    const backwards = options.getReadDirection() === 1;
    const from = fromOf(options);
    const found = this.#log.filter(({ position }) => backwards || position >= from);
    give(call, backwards ? found.reverse() : found, options);
  }

  #readStream(call: ServerHttp2Stream, options: Options): void {
    const part = options.getStream()!;
    const name = part.getStreamIdentifier()!;
    const backwards = options.getReadDirection() === 1;
    const asked = textOf(name.getStreamName_asU8());
    const isDeleted = this.#deleted.has(asked);
    const there = this.#log.filter(({ stream }) => stream === asked && !isDeleted);
    if (there.length === 0) {
      const missing = new ReadResp.StreamNotFound();
      missing.setStreamIdentifier(name);
      const answer = new ReadResp();
      answer.setStreamNotFound(missing);
      return end(call, answer);
    }
    const from = part.hasRevision() ? Number(part.getRevision()) : backwards ? Infinity : 0;
    const found = there.filter(({ revision }) => (backwards ? revision <= from : revision >= from));
    give(call, backwards ? found.reverse() : found, options);
  }

  /** Events after the position, then those that come; of what does not match, now and then how far it was looked. */
  #follow(call: ServerHttp2Stream, options: Options): void {
    const matches = matcherOf(options);
    const window = options.getFilter()?.getMax() ?? 1;
    let passedOver = 0;
    let at = options.getAll()!.hasStart() ? 0 : fromOf(options);
    let told: number | string = at === 0 ? NOWHERE : at;
    const tell = () => {
      for (const event of this.#log) {
        if (event.position <= at) continue;
        at = event.position;
        if (matches(event)) send(call, given(event));
        else if (++passedOver % window === 0) send(call, lookedTo(event.position));
        else continue;
        told = event.position;
      }
    };
    const confirmation = new ReadResp();
    confirmation.setConfirmation(new ReadResp.SubscriptionConfirmation());
    begin(call);
    send(call, confirmation);
    tell();
    send(call, lookedTo(told));
    const caughtUp = new ReadResp();
    caughtUp.setCaughtUp(new ReadResp.CaughtUp());
    send(call, caughtUp);
    this.#followers.add(tell);
    call.on('close', () => this.#followers.delete(tell));
  }
}

const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');
const idOf = (message: Proposed) => message.getId()!.getString();

function fromOf(options: Options): number {
  const position = options.getAll()!.getPosition();
  return position ? Number(position.getCommitPosition()) : 0;
}

/** The adapter's filters are expressions of .NET's; of what it uses, only the end is written otherwise here. */
function matcherOf(options: Options): (event: LogEvent) => boolean {
  const filter = options.getFilter();
  const byStream = filter?.getStreamIdentifier();
  const expression = (byStream ?? filter?.getEventType())?.getRegex() ?? '';
  const regex = new RegExp(expression.replace(/\\z$/, '$'), 'v');
  return ({ stream, type }) => regex.test(byStream ? stream : type);
}

function give(call: ServerHttp2Stream, events: readonly LogEvent[], options: Options): void {
  const limit = options.hasCount() ? Number(options.getCount()) : Infinity;
  end(call, ...events.slice(0, limit).map(given));
}
