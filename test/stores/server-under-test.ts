/** The EventStoreDB server that tests may use, if there is one: EVENTSTOREDB_URL names it. */
import { FaultProxy } from './fault-proxy.ts';

const { EVENTSTOREDB_URL: URL_UNDER_TEST } = process.env;

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

/** A relay to the server, and the server's address with the relay in its place. */
export async function relayTo(url: string): Promise<{ proxy: FaultProxy; url: string }> {
  const [, before, host, port, after] =
    /^(esdb:\/\/(?:[^@/]*@)?)([^:,/?]+)(?::(\d+))?(.*)$/.exec(url) ?? [];
  if (host === undefined) throw new Error('EVENTSTOREDB_URL is not of the form esdb://host:port');
  const proxy = await FaultProxy.to(host, Number(port ?? 2113));
  return { proxy, url: `${before}127.0.0.1:${proxy.port}${after}` };
}
