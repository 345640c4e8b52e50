/** Approvals over HTTP, whole: token, rights, If-Match, idempotency, rules, durable; against a bare route. */
import { approvalsFor, CONNECTIONS, rateOf, STREAM_LENGTH } from '../approvals.ts';
import { type Part } from '../contest.ts';
import { besideBareRoute } from '../http-contest.ts';

/** Each needs a case of its own, which takes as many requests as its stream has events. */
const REQUESTS = 160;
/** The bare route needs nothing of the kind, and so few would be over in no time. */
const BARE_REQUESTS = 1_600;

const ROUTE = new URL('../yardsticks/bare-append.ts', import.meta.url);

export const approvePart: Part = {
  name: 'approve',
  ours: `approvals over HTTP on streams of ${STREAM_LENGTH} events, ${CONNECTIONS} connections`,
  yardstick: 'a bare Fastify route that appends one such event by the same group commit',
  unit: 'requests/s',
  goal: { atLeast: 0.5 },
  ofBuild: true,
  open: () =>
    besideBareRoute(ROUTE, CONNECTIONS, ({ server, work, bare, nextLabel }) => ({
      ours: async () => {
        const asks = await approvalsFor(work, REQUESTS, nextLabel());
        await server.settled();
        return rateOf(work.client, asks);
      },
      yardstick: () => {
        const asks = Array.from({ length: BARE_REQUESTS }, () => ['/append', {}] as const);
        return rateOf(bare, asks);
      },
    })),
};
