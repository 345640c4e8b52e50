/**
 * The connection to the server. The client is never trusted to mend itself: whatever looks like a lost
 * connection makes the next call use a new one, and the old one ends with its last call.
 */
import { EventStoreDBClient } from '@eventstore/db-client';
import { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { type AppendAnswer, type AppendRequest, AppendStream } from './append-stream.ts';
import { type ConnectionSettings } from './connection-string.ts';

/** So often at most is a client given up for answering late. */
const SUSPICION_MS = 1_000;

export class SupervisedClient extends EventStoreDBClient {
  /** When anything was last heard from the server over this client, in milliseconds of performance.now(). */
  heardAt = 0;
  #channel: ReturnType<EventStoreDBClient['getChannel']> | undefined;
  #appends: Promise<AppendStream> | undefined;
  #uses = 0;
  #retired = false;

  constructor(settings: ConnectionSettings, generation: number) {
    const { tls, tlsCa, userCert, userKey, credentials } = settings;
    super(
      clientOptions(settings, generation) as ConstructorParameters<typeof EventStoreDBClient>[0],
      { insecure: !tls, rootCertificate: tlsCa, userCertFile: userCert, userKeyFile: userKey },
      credentials,
    );
    // Its own appends, which the name of a log goes by, get a call each: see append-stream.ts.
    this.supports = () => Promise.resolve(false);
    // Called without being awaited: its rejection (no cluster member found) would end the process.
    const handle = this.handleError;
    this.handleError = (client, error) => handle(client, error).catch(() => undefined);
    const open = this.getChannel;
    this.getChannel = () => (this.#channel = open());
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

  constructor(settings: ConnectionSettings) {
    this.#settings = settings;
  }

  current(): SupervisedClient {
    return (this.#current ??= new SupervisedClient(this.#settings, this.#generation++));
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
