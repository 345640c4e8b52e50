/** Approvals over HTTP, whole: token, rights, If-Match, idempotency, rules, durable; against a bare route. */
import { type Contest, type Part } from '../contest.ts';
import { approvalsFor, CONNECTIONS, rateOf, STREAM_LENGTH } from '../approvals.ts';
import { Casework } from '../casework.ts';
import { missingBuild, startChild, startServer } from '../child.ts';
import { benchFolder } from '../folder.ts';
import { HttpClient } from '../http-client.ts';

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
        const asks = await approvalsFor(work, REQUESTS, `round-${++rounds}`);
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
