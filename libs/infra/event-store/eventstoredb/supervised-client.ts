/**
 * The connection to the server. The client is never trusted to mend itself: whatever looks like a lost
 * connection makes the next call use a new one, and the old one ends with its last call. Left to
 * itself, gRPC would open another connection under the same client, to whatever server answers there
 * by then; here each connection is admitted before it is used, as one to the log that was opened.
 */
import { EventStoreDBClient } from '@eventstore/db-client';
import { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { withinDeadline } from '../call-deadline.ts';
import { type CallOptions } from '../event-store.port.ts';
import { type AppendAnswer, type AppendRequest, AppendStream } from './append-stream.ts';
import { type ConnectionSettings } from './connection-string.ts';

/** So often at most is a client given up for answering late. */
const SUSPICION_MS = 1_000;

/** gRPC's numbers of what a channel may be. */
const READY = 2;
const SHUT_DOWN = 4;

type Channel = Awaited<ReturnType<EventStoreDBClient['getChannel']>>;

export class SupervisedClient extends EventStoreDBClient {
  /** When anything was last heard from the server over this client, in milliseconds of performance.now(). */
  heardAt = 0;
  #channel: Promise<Channel> | undefined;
  #appends: Promise<AppendStream> | undefined;
  #admission: Promise<void> | undefined;
  #isAdmitted = false;
  #uses = 0;
  #retired = false;

  /** `onLost` is called when the connection is gone; it takes no more calls then. */
  constructor(settings: ConnectionSettings, generation: number, onLost: () => void) {
    const { tls, tlsCa, userCert, userKey, credentials } = settings;
    super(
      clientOptions(settings, generation) as ConstructorParameters<typeof EventStoreDBClient>[0],
      { insecure: !tls, rootCertificate: tlsCa, userCertFile: userCert, userKeyFile: userKey },
      credentials,
    );
    // Its own appends, which the name of a log goes by, get a call each: see append-stream.ts.
    this.supports = () => Promise.resolve(false);
    this.handleError = () => Promise.resolve();
    const open = this.getChannel;
    this.getChannel = () => (this.#channel ??= open().then((channel) => watched(channel, onLost)));
  }

  /**
   * What is to be waited for before the connection is used: that the check has passed on it, once for
   * all its calls. Undefined when it has; a check that failed is made again. @throws what the check throws
   */
  admission(check: (client: EventStoreDBClient) => Promise<void>): Promise<void> | undefined {
    if (this.#isAdmitted) return undefined;
    return (this.#admission ??= check(this).then(
      () => void (this.#isAdmitted = true),
      (error: unknown) => {
        this.#admission = undefined;
        throw error;
      },
    ));
  }

  /** @throws what the client throws; it knows no deadline here. */
  async serverVersion(): Promise<string> {
    return (await this.capabilities).serverVersion;
  }

  /** @throws the client's errors; DeadlineExceeded */
  async append(request: AppendRequest): Promise<AppendAnswer> {
    const appends = await (this.#appends ??= this.#openAppends());
    return appends.append(request);
  }

  async #openAppends(): Promise<AppendStream> {
    const forget = () => (this.#appends = undefined);
    let appends: AppendStream | undefined;
    const open = (client: StreamsClient) => {
      const options = this.callArguments({ requiresLeader: true }, { deadline: Infinity });
      const call = client.batchAppend(...options);
      appends = new AppendStream(call, forget);
      return call;
    };
    try {
      await this.GRPCStreamCreator(StreamsClient, 'append', open)();
      return appends!;
    } catch (error) {
      forget();
      throw error;
    }
  }

  /** Marks the client as used until the function that is returned is called. */
  use(): () => void {
    this.#uses++;
    let using = true;
    return () => {
      if (!using) return;
      using = false;
      this.#uses--;
      if (this.#retired && this.#uses === 0) void this.shut();
    };
  }

  /** Ends the connection when its last call has ended. */
  retire(): void {
    this.#retired = true;
    if (this.#uses === 0) void this.shut();
  }

  /** Ends it now, and with it every call that still waits; not all of them tell that they have ended. */
  async shut(): Promise<void> {
    void this.dispose();
    const channel = await this.#channel?.catch(() => undefined);
    channel?.close();
  }
}

/**
 * Closes the channel when its connection is gone, so that no call of it goes over another one: what
 * waited for the connection is refused, what was sent ends with it.
 */
function watched(channel: Channel, onLost: () => void): Channel {
  const watch = (): void => {
    const state: number = channel.getConnectivityState(false);
    channel.watchConnectivityState(state, Infinity, () => {
      const now: number = channel.getConnectivityState(false);
      if (now === SHUT_DOWN) return;
      if (state !== READY) return watch();
      channel.close();
      onLost();
    });
  };
  watch();
  return channel;
}

/**
 * gRPC shares connections of the same address and options between clients, and with them the growing
 * pause after failed attempts (up to two minutes). One millisecond more of the keep-alive interval
 * makes each client's connection its own, so that a server that is back is met at once.
 */
function clientOptions(settings: ConnectionSettings, generation: number) {
  const { endpoints, discover, keepAliveTimeout, connectionName } = settings;
  const keepAliveInterval = settings.keepAliveInterval + (generation % 1_000);
  const [first] = endpoints;
  const target = discover
    ? { discover: first }
    : endpoints.length > 1
      ? { endpoints }
      : { endpoint: first };
  return { ...target, keepAliveInterval, keepAliveTimeout, connectionName };
}

/** Hands out the client of the hour. */
export class ClientSupply {
  readonly #settings: ConnectionSettings;
  #current: SupervisedClient | undefined;
  #generation = 0;
  #replacedAt = Number.NEGATIVE_INFINITY;
  #check: ((client: EventStoreDBClient) => Promise<void>) | undefined;

  constructor(settings: ConnectionSettings) {
    this.#settings = settings;
  }

  /** From now on a connection is used only when the check has passed on it. */
  admitBy(check: (client: EventStoreDBClient) => Promise<void>): void {
    this.#check = check;
  }

  current(): SupervisedClient {
    if (!this.#current) {
      const client: SupervisedClient = new SupervisedClient(
        this.#settings,
        this.#generation++,
        () => this.replace(client),
      );
      this.#current = client;
    }
    return this.#current;
  }

  /**
   * Resolves when the client may be used. @throws what the check throws; the errors of withinDeadline,
   * for the call and within its options
   */
  async admitted(client: SupervisedClient, call: string, options: CallOptions): Promise<void> {
    const admission = this.#check && client.admission(this.#check);
    if (!admission) return;
    const since = performance.now();
    await withinDeadline(call, options, admission, () => {
      if (!options.signal?.aborted) this.suspect(client, since);
    });
  }

  /** The connection is lost: the next call gets another. */
  replace(client: SupervisedClient): void {
    if (this.#current !== client) return;
    this.#current = undefined;
    this.#replacedAt = performance.now();
    client.retire();
  }

  /** Nothing was heard since then; it may be half open, which a new connection finds out. */
  suspect(client: SupervisedClient, since: number): void {
    const now = performance.now();
    if (client.heardAt < since && now - this.#replacedAt >= SUSPICION_MS) this.replace(client);
  }

  async close(): Promise<void> {
    await this.#current?.shut();
    this.#current = undefined;
  }
}
