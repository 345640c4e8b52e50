/** A policy gets its second version while a draft and a submitted case stand under its first. */
import individual from '../../libs/modules/policies/samples/individual.policy.json' with { type: 'json' };
import { type Answer, Server } from './server.testkit.ts';
import { done, draft, eventsAfter, submit, until } from './world.testkit.ts';

interface Event {
  readonly stream: string;
}

let server: Server;
let begun: string;
let submitted: string;

const secondVersion = {
  ...individual,
  policyVersion: 2,
  appeal: { ...individual.appeal, windowDays: individual.appeal.windowDays + 15 },
};
const publish = (definition: object, key?: string): Promise<Answer> =>
  server.post('/v1/policies/individual/versions', {
    as: 'ada',
    body: { definition },
    ...(key && { key }),
  });
const caseOf = (id: string): Promise<Answer> => server.get(`/v1/cases/${id}`, { as: 'lin' });
const eventsOf = async (id: string) =>
  (await eventsAfter(server)).filter(({ stream }) => stream === `case-${id}`);

beforeAll(async () => {
  server = await new Server().start();
  begun = await draft(server, 'begun');
  submitted = await draft(server, 'submitted');
  await submit(server, 'submitted', submitted);
});

afterAll(() => server.dispose());

describe('the second version of a policy', () => {
  it('is published with what differs from the first, once however often it is sent', async () => {
    const first = done(await publish(secondVersion, 'second-version'));
    expect(first.body).toMatchObject({ key: 'individual', inForce: 2, latest: 2 });
    expect(first.body.versions.map((one: { changes: object[] }) => one.changes)).toEqual([
      [],
      [
        {
          code: 'threshold-changed',
          path: '/appeal/windowDays',
          before: individual.appeal.windowDays,
          after: secondVersion.appeal.windowDays,
        },
      ],
    ]);
    expect((await publish(secondVersion, 'second-version')).body).toEqual(first.body);
    const again = await publish(secondVersion);
    expect([again.status, again.body.code]).toEqual([409, 'policy-unchanged']);
  });

  it('takes a draft with it, and names the differences', async () => {
    await until(
      () => server.get('/v1/events?type=PolicyChangeApplied&limit=100&wait=5', { as: 'ada' }),
      ({ body }) => body.items.some(({ stream }: Event) => stream === `case-${begun}`),
    );
    const applied = (await eventsOf(begun)).filter(({ type }) => type === 'PolicyChangeApplied');
    expect(applied).toHaveLength(1);
    expect(JSON.stringify(applied[0]!.data)).toContain('/appeal/windowDays');
    expect(applied[0]!.metadata.policyVersion).toBe('individual@2');
  });

  it('leaves a submitted case under the first, to its decision', async () => {
    const before = await eventsOf(submitted);
    expect(before.map(({ type }) => type)).not.toContain('PolicyChangeApplied');
    const path = `/v1/cases/${submitted}/reviews/1`;
    done(await server.post(`${path}/claim`, { as: 'rui' }));
    const { body } = await until(
      () => caseOf(submitted),
      (answer) => answer.body.status === 'in-review',
    );
    done(
      await server.post(`${path}/rejection`, {
        as: 'rui',
        ifMatch: body.version,
        body: {
          reasons: [{ code: 'illegible', pointer: { material: 'identity-document' } }],
          final: false,
        },
      }),
    );
    const events = await eventsOf(submitted);
    expect(new Set(events.map(({ metadata }) => metadata.policyVersion))).toEqual(
      new Set(['individual@1']),
    );
    expect(events.at(-1)!.type).toBe('CaseRejected');
  });

  it('is what a case begins with from now on', async () => {
    const later = await draft(server, 'later');
    const [opened] = await eventsOf(later);
    expect(opened).toMatchObject({
      type: 'CaseOpened',
      metadata: { policyVersion: 'individual@2' },
    });
  });
});

describe('a version that takes effect later', () => {
  const SOON_MS = 3_000;

  it('takes the drafts with it when its time comes, though the server was stopped meanwhile', async () => {
    const waiting = await draft(server, 'waiting');
    const definition = { ...secondVersion, policyVersion: 3, validityDays: 180 };
    const effectiveFrom = new Date(Date.now() + SOON_MS).toISOString();
    const body = { definition, effectiveFrom };
    const answer = await server.post('/v1/policies/individual/versions', { as: 'ada', body });
    expect(done(answer).body).toMatchObject({ latest: 3 });
    await server.stop();
    await server.start();
    const { body: moved } = await until(
      () => caseOf(waiting),
      ({ body: shown }) => shown.policyVersion === 3,
    );
    expect(moved.status).toBe('draft');
    const events = await eventsAfter(server);
    const at = (type: string) => events.findIndex((event) => event.type === type);
    const took = events.find(({ type }) => type === 'PolicyTookEffect')!;
    expect(took.data).toEqual({ key: 'individual', policyVersion: 3, effectiveFrom });
    expect(took.metadata.occurredAt >= effectiveFrom).toBe(true);
    expect(events.slice(at('PolicyTookEffect'))).toContainEqual(
      expect.objectContaining({ type: 'PolicyChangeApplied', stream: `case-${waiting}` }),
    );
  });
});
