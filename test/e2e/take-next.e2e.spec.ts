/** Take-next where most of what waits may not be taken by whoever asks. */
import { Server } from './server.testkit.ts';
import { done, draft, submit, until } from './world.testkit.ts';

/** More than are looked at in the first page of candidates. */
const CONFLICTS = 10;

const server = new Server();
beforeAll(() => server.start());
afterAll(() => server.dispose());

async function waiting(as: string): Promise<string> {
  const caseId = await draft(server, as);
  await submit(server, as, caseId);
  return caseId;
}

const queueOf = (count: number) =>
  until(
    () => server.get('/v1/queues', { as: 'lin' }),
    ({ body }) => body.items.length === count,
  );

describe('whoever may not take what is most urgent', () => {
  it('is given the most urgent of what they may take, and told where there is nothing', async () => {
    for (let n = 0; n < CONFLICTS; n++) await waiting(`applicant-${n}`);
    const { body } = await queueOf(CONFLICTS);
    for (const { accountId } of body.items as { accountId: string }[]) {
      done(await server.post('/v1/staff/rui/conflicts', { as: 'rui', body: { accountId } }));
    }
    const ask = { as: 'rui', body: {} };
    const nothing = await server.post('/v1/queues/next', ask);
    expect([nothing.status, nothing.body.code]).toEqual([409, 'no-review-to-take']);

    const last = await waiting('somebody-else');
    await queueOf(CONFLICTS + 1);
    expect(done(await server.post('/v1/queues/next', ask)).body.claimed.caseId).toBe(last);
  });
});
