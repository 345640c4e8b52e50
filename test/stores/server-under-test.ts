/**
 * The EventStoreDB server that tests may use, if there is one: EVENTSTOREDB_URL names it. Where
 * EVENTSTOREDB_PIDFILE holds its process id and EVENTSTOREDB_START starts it again on the same data
 * (a shell command that returns when the server is up), tests may also stop and kill it; where
 * EVENTSTOREDB_FRESH starts it anew on no data at all, likewise, they may ask for an empty log.
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { FaultProxy } from './fault-proxy.ts';

const {
  EVENTSTOREDB_URL: URL_UNDER_TEST,
  EVENTSTOREDB_PIDFILE: PIDFILE,
  EVENTSTOREDB_START: START_COMMAND,
  EVENTSTOREDB_FRESH: FRESH_COMMAND,
} = process.env;

/**
 * Sections that need a server. Without one they are skipped, which the summary counts apart from what
 * has passed, under a title that says why.
 */
export function describeWithServer(title: string, section: (url: string) => void): void {
  if (URL_UNDER_TEST) {
    describe(title, () => section(URL_UNDER_TEST));
  } else {
    describe.skip(`${title} (not run: EVENTSTOREDB_URL names no server)`, () => section(''));
  }
}

/** Sections that need logs of their own. Each call of `fresh` ends the server before, with all that it held. */
export function describeWithEmptyServer(
  title: string,
  section: (fresh: () => Promise<string>) => void,
): void {
  if (URL_UNDER_TEST && FRESH_COMMAND) describe(title, () => section(freshServer));
  else
    describe.skip(
      `${title} (not run: EVENTSTOREDB_FRESH starts no empty server)`,
      section.bind(null, freshServer),
    );
}

/** Starts the server on no data. @returns its address */
export async function freshServer(): Promise<string> {
  await promisify(execFile)('bash', ['-c', FRESH_COMMAND!]);
  return URL_UNDER_TEST!;
}

/** A relay to the server, and the server's address with the relay in its place. */
export async function relayTo(url: string): Promise<{ proxy: FaultProxy; url: string }> {
  const [, before, host, port, after] =
    /^(esdb:\/\/(?:[^@/]*@)?)([^:,/?]+)(?::(\d+))?(.*)$/.exec(url) ?? [];
  if (host === undefined) throw new Error('EVENTSTOREDB_URL is not of the form esdb://host:port');
  const proxy = await FaultProxy.to(host, Number(port ?? 2113));
  return { proxy, url: `${before}127.0.0.1:${proxy.port}${after}` };
}

export interface ServerProcess {
  signal(name: 'SIGSTOP' | 'SIGCONT'): void;
  /** Kills it; resolves when it is gone. */
  kill(): Promise<void>;
  /** Starts it on the same data; resolves when it is up. */
  start(): Promise<void>;
}

/** Sections that stop and kill the server. */
export function describeWithServerProcess(
  title: string,
  section: (url: string, server: ServerProcess) => void,
): void {
  const can = URL_UNDER_TEST && PIDFILE && START_COMMAND;
  const reason = 'EVENTSTOREDB_PIDFILE and EVENTSTOREDB_START do not say how to kill and start it';
  if (can) describe(title, () => section(URL_UNDER_TEST, processOf(PIDFILE, START_COMMAND)));
  else describe.skip(`${title} (not run: ${reason})`, () => section('', processOf('', '')));
}

/** @throws Error where nothing says how to kill and start it */
export function serverProcess(): ServerProcess {
  if (PIDFILE && START_COMMAND) return processOf(PIDFILE, START_COMMAND);
  throw new Error(
    'EVENTSTOREDB_PIDFILE and EVENTSTOREDB_START do not say how to kill and start it.',
  );
}

function processOf(pidfile: string, command: string): ServerProcess {
  const pid = () => Number(readFileSync(pidfile, 'utf8'));
  const signal = (name: NodeJS.Signals | 0) => process.kill(pid(), name);
  const isThere = () => {
    try {
      return signal(0);
    } catch {
      return false;
    }
  };
  return {
    signal,
    kill: async () => {
      signal('SIGKILL');
      while (isThere()) await sleep(20);
    },
    start: async () => void (await promisify(execFile)('bash', ['-c', command])),
  };
}
