/**
 * Personal data handed in over HTTP, whole: sealed, durable in the vault, then its event in the log.
 * Against a bare route that makes the same two writes, to the same two files, by the same group commits.
 */
import { type Casework, type Draft, phoneOf, phonePath } from '../casework.ts';
import { msOf, type Part } from '../contest.ts';
import { besideBareRoute } from '../http-contest.ts';
import { type HttpAsk, type HttpClient, inParallel } from '../http-client.ts';

const CONNECTIONS = 32;
const DRAFTS = 160;
const GIVEN_A_DRAFT = 5;
const BARE_REQUESTS = 1_600;

const ROUTE = new URL('../yardsticks/bare-submit.ts', import.meta.url);

export const submitPart: Part = {
  name: 'submit',
  ours: `personal data handed in over HTTP (a record in the vault, then an event), ${CONNECTIONS} connections`,
  yardstick: 'a bare Fastify route that makes the same two writes by the same group commits',
  unit: 'requests/s',
  goal: { atLeast: 0.5 },
  ofBuild: true,
  open: () =>
    besideBareRoute(ROUTE, CONNECTIONS, ({ server, work, bare, nextLabel }) => ({
      ours: async () => {
        const drafts = await work.drafts(DRAFTS, nextLabel());
        const asks = await Promise.all(drafts.map((draft) => asksFor(work, draft)));
        await server.settled();
        return rateOf(work.client, asks);
      },
      yardstick: () => {
        const bareAsk = (_: unknown, n: number): Ask => ['/submit', bodyOf(n)];
        const asks = Array.from({ length: BARE_REQUESTS }, bareAsk).map((ask) => [ask]);
        return rateOf(bare, asks);
      },
    })),
};

type Ask = readonly [path: string, ask: HttpAsk];

const bodyOf = (n: number) => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(phoneOf(n)),
});

/** One number after the other, each another one than before. */
function asksFor(work: Casework, { caseId, person }: Draft): Promise<Ask[]> {
  const numbers = Array.from({ length: GIVEN_A_DRAFT }, (_, n) => n + 1);
  return Promise.all(
    numbers.map(async (n): Promise<Ask> => {
      const { headers, body } = bodyOf(n);
      return [
        phonePath(caseId),
        { headers: { ...headers, ...(await work.headers(person)) }, body },
      ];
    }),
  );
}

/** @param asks those of one list follow each other. @returns requests a second */
async function rateOf(client: HttpClient, asks: readonly (readonly Ask[])[]): Promise<number> {
  const follow = async (ofOne: readonly Ask[]) => {
    for (const [path, ask] of ofOne) {
      const { status, text } = await client.send(path, { method: 'POST', ...ask });
      if (status >= 300) throw new Error(`Refused: ${status} ${text}`);
    }
  };
  const ms = await msOf(() => inParallel(asks, CONNECTIONS, follow));
  return (asks.flat().length * 1_000) / ms;
}
