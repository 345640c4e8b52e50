/** Approvals over HTTP, whole: token, rights, If-Match, idempotency, rules, durable; against a bare route. */
import { type Contest, msOf, type Part } from '../contest.ts';
import { Casework, type CaseAt } from '../casework.ts';
import { missingBuild, startChild, startServer } from '../child.ts';
import { benchFolder } from '../folder.ts';
import { HttpClient, inParallel } from '../http-client.ts';

const CONNECTIONS = 32;
const STREAM_LENGTH = 30;
/** Each needs a case of its own, which takes as many requests as its stream has events. */
const REQUESTS = 160;
/** The bare route needs nothing of the kind, and so few would be over in no time. */
const BARE_REQUESTS = 1_600;

export const approvePart: Part = {
  name: 'approve',
  ours: `approvals over HTTP on streams of ${STREAM_LENGTH} events, ${CONNECTIONS} connections`,
  yardstick: 'a bare Fastify route that appends one such event by the same group commit',
  unit: 'requests/s',
  goal: { atLeast: 0.5 },
  missing: missingBuild,
  open: async (): Promise<Contest> => {
    const folder = benchFolder();
    const server = await startServer(folder.path);
    const work = await Casework.on(server);
    const route = new URL('../yardsticks/bare-append.ts', import.meta.url).pathname;
    const bare = await startChild(['--conditions=source', route, folder.file('bare.db')]);
    const client = new HttpClient(bare.url, CONNECTIONS);
    let rounds = 0;
    return {
      ours: async () => {
        const cases = await work.claimedCases(REQUESTS, STREAM_LENGTH, `round-${++rounds}`);
        const asks = await Promise.all(cases.map((one) => askFor(work, one)));
        await server.settled();
        return rateOf(work.client, asks);
      },
      yardstick: () => {
        const asks = Array.from({ length: BARE_REQUESTS }, () => ['/append', {}] as const);
        return rateOf(client, asks);
      },
      close: async () => {
        client.close();
        work.close();
        await Promise.all([server.stop(), bare.stop()]);
        folder.remove();
      },
    };
  },
};

type Ask = readonly [path: string, headers: Readonly<Record<string, string>>];

async function askFor(work: Casework, { caseId, version }: CaseAt): Promise<Ask> {
  return [`/v1/cases/${caseId}/reviews/1/approval`, await work.headers('rui', version)];
}

async function expect(client: HttpClient, ...[path, headers]: Ask): Promise<void> {
  const { status, text } = await client.send(path, { method: 'POST', headers });
  if (status >= 300) throw new Error(`Refused: ${status} ${text}`);
}

/** @returns requests a second */
async function rateOf(client: HttpClient, asks: readonly Ask[]): Promise<number> {
  const ms = await msOf(() => inParallel(asks, CONNECTIONS, (ask) => expect(client, ...ask)));
  return (asks.length * 1_000) / ms;
}
