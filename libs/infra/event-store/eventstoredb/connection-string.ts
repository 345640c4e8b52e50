/**
 * Reads `esdb://` addresses by itself: the client's own reader prints the whole string, password and
 * all, where it meets an option that it does not know. No message of this file repeats what was given,
 * but for the path of a file that is not fit.
 */
import { isIP } from 'node:net';
import { readTlsFiles, type TlsFiles } from './tls-files.ts';

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** With the PEM of the authority that signed the server's certificate, and of the user's own. */
export interface ConnectionSettings extends TlsFiles {
  readonly endpoints: readonly Endpoint[];
  /** The one endpoint is a name to ask for the members of a cluster (`esdb+discover://`). */
  readonly discover: boolean;
  readonly tls: boolean;
  readonly credentials: { readonly username: string; readonly password: string } | undefined;
  /** Milliseconds without a frame after which the connection is asked whether it is alive. */
  readonly keepAliveInterval: number;
  /** Milliseconds that it has for its answer. */
  readonly keepAliveTimeout: number;
  readonly connectionName: string;
}

const DEFAULT_PORT = 2113;
/** What the server's own default asks for; oftener makes the client complain. */
const KEEP_ALIVE_INTERVAL_MS = 10_000;
const KEEP_ALIVE_TIMEOUT_MS = 5_000;

const OPTIONS = [
  'tls',
  'tlsCAFile',
  'userCertFile',
  'userKeyFile',
  'keepAliveInterval',
  'keepAliveTimeout',
  'connectionName',
] as const;
type Option = (typeof OPTIONS)[number];

export const ADDRESS_FORM = 'esdb://[name:password@]host[:port][,host...][?options]';
const SHAPE = /^(esdb|esdb\+discover):\/\/(?:([^:@/]+):([^@/]+)@)?([^@/?]+)\/?(?:\?(.*))?$/;

/** @throws RangeError that says in a sentence what is wrong, never what was given; UnfitFile of a file */
export function parseConnectionString(text: string): ConnectionSettings {
  const shape = SHAPE.exec(text.trim());
  if (!shape) {
    throw new RangeError('It is no address of an EventStoreDB.');
  }
  const [, scheme, name, password, hosts = '', query = ''] = shape;
  const options = optionsIn(query);
  const discover = scheme === 'esdb+discover';
  const endpoints = hosts.split(',').map(endpointOf);
  const tls = truthOf('tls', options, true);
  if (discover && endpoints.length > 1) throw new RangeError('esdb+discover takes one host.');
  // The client names the host to TLS, where Node takes no IP address as a name since version 26.
  if (tls && endpoints.some(({ address }) => isIP(address) !== 0)) {
    throw new RangeError('With TLS the host is a name, not an IP address.');
  }
  return {
    endpoints,
    discover,
    tls,
    ...readTlsFiles((option) => options.get(option)),
    credentials:
      name === undefined || password === undefined
        ? undefined
        : { username: decoded(name), password: decoded(password) },
    keepAliveInterval: millisecondsOf('keepAliveInterval', options, KEEP_ALIVE_INTERVAL_MS),
    keepAliveTimeout: millisecondsOf('keepAliveTimeout', options, KEEP_ALIVE_TIMEOUT_MS),
    connectionName: options.get('connectionName') ?? 'casetrail',
  };
}

/** Where the settings lead, for messages: hosts and ports alone. */
export function addressOf({ endpoints }: ConnectionSettings): string {
  return endpoints.map(({ address, port }) => `${address}:${port}`).join(', ');
}

function optionsIn(query: string): Map<Option, string> {
  const known = new Map<string, Option>(OPTIONS.map((option) => [option.toLowerCase(), option]));
  const options = new Map<Option, string>();
  for (const pair of query.split('&').filter(Boolean)) {
    const [key = '', ...value] = pair.split('=');
    const option = known.get(key.toLowerCase());
    if (!option) throw new RangeError(`It has an option that is none of ${OPTIONS.join(', ')}.`);
    options.set(option, decoded(value.join('=')));
  }
  return options;
}

function endpointOf(host: string): Endpoint {
  const [, address, port] = /^([A-Za-z0-9._-]+)(?::(\d{1,5}))?$/.exec(host) ?? [];
  const number = port === undefined ? DEFAULT_PORT : Number(port);
  if (!address || number < 1 || number > 65_535)
    throw new RangeError('It has a host that is none.');
  return { address, port: number };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new RangeError('It has a % that begins no escape.');
  }
}

function truthOf(option: Option, options: Map<Option, string>, otherwise: boolean): boolean {
  const value = options.get(option) ?? String(otherwise);
  if (value !== 'true' && value !== 'false') throw new RangeError(`${option} is true or false.`);
  return value === 'true';
}

function millisecondsOf(option: Option, options: Map<Option, string>, otherwise: number): number {
  const value = Number(options.get(option) ?? otherwise);
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new RangeError(`${option} is a number of milliseconds.`);
  }
  return value;
}
