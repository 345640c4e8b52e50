/** Finding a server that takes appends, and saying why there is none. */
import {
  AccessDeniedError,
  NotLeaderError,
  TimeoutError,
  type EventStoreDBClient,
} from '@eventstore/db-client';
import { withinDeadline } from '../call-deadline.ts';
import { StoreUnavailable, StoreUnusable } from '../event-store.errors.ts';
import { portError } from './client-errors.ts';
import { addressOf, parseConnectionString } from './connection-string.ts';
import { endOf } from './log-end.ts';
import { Persistence } from './persistence.ts';
import { type LogPosition } from './position-token.ts';
import { rehearseBeginning } from './rehearsal.ts';
import { assertNamed, type ExpectedLog, nameOf, sendName } from './store-name.ts';
import { ClientSupply } from './supervised-client.ts';

/** A start is refused within 15 seconds, whatever else it does. */
export const OPEN_MS = 8_000;
/** gRPC's numbers, of errors that the client passes on as they are. */
const PERMISSION_DENIED = 7;
const UNAUTHENTICATED = 16;

/** The server is of a version that this adapter was not made for. */
export class UnsupportedServer extends StoreUnusable {}

/**
 * Why no server takes appends. `credentials`: name and password are wrong, or lack a right.
 * `not-leader`: it follows another node, or only replicates. `not-ready`: it is up, and takes none
 * now: electing, or without a majority. `certificate`: TLS on one side alone, or a certificate that is
 * not trusted. `unreachable`: nobody answers there.
 */
export type ServerFault =
  'credentials' | 'not-leader' | 'not-ready' | 'certificate' | 'unreachable';

export class ServerRefused extends StoreUnavailable {
  readonly fault: ServerFault;
  /** Hosts and ports. */
  readonly address: string;

  constructor(address: string, cause: unknown) {
    const fault = serverFaultOf(cause);
    super(`No server at ${address} takes appends (${fault}).`, { cause });
    this.fault = fault;
    this.address = address;
  }
}

interface OpeningOptions {
  readonly newName: string;
  readonly log: ExpectedLog | undefined;
  readonly openMs: number;
}

export interface OpenedLog {
  readonly name: string;
  /** Where its last event lies. */
  readonly end: LogPosition;
}

type Work<T> = (client: EventStoreDBClient, msLeft: number) => Promise<T>;

export class Opening {
  readonly #supply: ClientSupply;
  readonly #options: OpeningOptions;
  readonly #late = new AbortController();
  /** What the last try failed with. */
  lastTry: unknown;

  constructor(supply: ClientSupply, options: OpeningOptions) {
    this.#supply = supply;
    this.#options = options;
  }

  /** The log of a server that has just taken an append and been read. @throws StoreUnusable, or what the last try failed with */
  opened(): Promise<OpenedLog> {
    const { log, newName } = this.#options;
    return this.#inTime(async (client, msLeft) => {
      const name = log?.name ?? (await nameOf(client, newName, msLeft));
      if (log) await assertNamed(client, log, msLeft);
      await sendName(client, name, msLeft);
      return { name, end: await endOf(client) };
    });
  }

  /** As far as a new log could be begun; nothing is. @throws as opened() */
  rehearse(): Promise<void> {
    return this.#inTime(async (client, msLeft) => {
      await rehearseBeginning(client, this.#options.newName, msLeft);
      await endOf(client);
    });
  }

  #inTime<T>(work: Work<T>): Promise<T> {
    const deadlineMs = this.#options.openMs;
    return withinDeadline('open', { deadlineMs }, this.#persist(work), () => this.#late.abort());
  }

  async #persist<T>(work: Work<T>): Promise<T> {
    const endsAt = performance.now() + this.#options.openMs;
    for (;;) {
      const msLeft = endsAt - performance.now();
      if (msLeft <= 0 || this.#late.signal.aborted) throw portError('open', this.lastTry);
      const client = this.#supply.current();
      const persistence = new Persistence('open', this.#supply, this.#late.signal);
      try {
        assertSupported(await client.serverVersion());
        return await work(client, msLeft);
      } catch (error) {
        this.lastTry = error;
        await persistence.afterFailure(client, error);
      }
    }
  }
}

/**
 * Whether a new log may begin on the server, of which nothing is written there.
 * @throws as openEventStoreDb does where it is to begin one
 */
export async function assertMayBegin(
  connectionString: string,
  newName: string,
  openMs = OPEN_MS,
): Promise<void> {
  const settings = parseConnectionString(connectionString);
  const supply = new ClientSupply(settings);
  const opening = new Opening(supply, { newName, log: undefined, openMs });
  try {
    await opening.rehearse();
  } catch (error) {
    if (error instanceof StoreUnusable) throw error;
    throw new ServerRefused(addressOf(settings), opening.lastTry ?? error);
  } finally {
    await supply.close();
  }
}

function serverFaultOf(error: unknown): ServerFault {
  if (error instanceof NotLeaderError) return 'not-leader';
  if (error instanceof AccessDeniedError) return 'credentials';
  if (error instanceof TimeoutError) return 'not-ready';
  const { code, message = '' } = (error ?? {}) as { code?: unknown; message?: string };
  if (code === PERMISSION_DENIED || code === UNAUTHENTICATED) return 'credentials';
  if (/not ready/i.test(message)) return 'not-ready';
  // The words of Node's TLS, which the client passes on as they are.
  if (/certificate|EPROTO|SSL|altname/i.test(message)) return 'certificate';
  return 'unreachable';
}

/** @throws UnsupportedServer */
export function assertSupported(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const old = major < 23 || (major === 23 && minor < 10);
  // From 25.0 on the server is KurrentDB, with a client of its own.
  if (!old && major < 25) return;
  const found = /^\d/.test(version)
    ? `is of version ${version}`
    : 'names no version of EventStoreDB';
  throw new UnsupportedServer(
    `The server ${found}; EventStoreDB from 23.10 up to 24.10 is supported.`,
  );
}
