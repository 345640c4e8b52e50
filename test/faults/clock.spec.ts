/**
 * The clock of a running server is set to another time, amid leases, due times, deadlines, timers, tokens
 * and requests that are repeated: whatever it says, everything happens once and in the order of its
 * positions. The time of an event may be before that of the event before it; nothing else goes back.
 */
import {
  daysToMs,
  hoursToMs,
  type Instant,
  instant,
  minutesToMs,
  msBetween,
  plusMs,
} from '#kernel/instants';
import { type Position } from '#kernel/position';
import { describeInFull } from '#kernel/testing/full-run';
import { asAnswered, until } from '../e2e/world.testkit.ts';
import { type Person } from './clients.testkit.ts';
import { counted, Field } from './field.testkit.ts';
import { publishNext } from './requests.testkit.ts';

/** When the lease, the freeze and the version of the policy before are at their ends. */
const SOON_MS = minutesToMs(30);
const TOKEN_LIFE_MS = hoursToMs(8);
const DUE = ['ReviewLeaseExpired', 'AccountUnfrozen', 'CaseResumed', 'PolicyTookEffect'];

interface Jump {
  readonly name: string;
  readonly from: Instant;
  readonly ms: number;
}

const JUMPS: readonly Jump[] = [
  { name: 'an hour back', from: instant('2026-11-29T09:00:00Z'), ms: -hoursToMs(1) },
  { name: 'back into last year', from: instant('2027-01-01T00:20:00Z'), ms: -hoursToMs(1) },
  { name: 'a day forward', from: instant('2026-11-29T09:00:00Z'), ms: daysToMs(1) },
  { name: 'into a leap day', from: instant('2028-02-28T23:45:00Z'), ms: minutesToMs(45) },
  { name: 'out of a leap day', from: instant('2028-02-29T23:45:00Z'), ms: minutesToMs(45) },
  { name: 'over a leap day', from: instant('2028-02-28T12:00:00Z'), ms: daysToMs(2) },
  { name: 'back over a leap day', from: instant('2028-03-01T00:20:00Z'), ms: -daysToMs(1) },
  { name: 'over the end of a year', from: instant('2026-12-31T23:45:00Z'), ms: minutesToMs(45) },
  {
    name: 'over the end of a year in Shanghai',
    from: instant('2026-12-31T15:45:00Z'),
    ms: minutesToMs(45),
  },
];

describeInFull('a clock that is set', () => {
  let field: Field;
  let held: Person;
  let frozen: Person;
  let drafted: Person;
  let refs: readonly string[];
  let begun: Position;

  afterEach(() => field.dispose());

  /** The platform and its policy are older than any jump goes back. */
  async function begin({ from, ms }: Jump): Promise<void> {
    field = new Field();
    field.clock.set(plusMs(from, Math.min(0, ms) - hoursToMs(1)));
    await field.start();
    await field.atRest();
    field.clock.set(from);
    begun = await field.stores.eventStore.head();
    [held, frozen, drafted] = [field.person(), field.person(), field.person()];
    await field.claimed(held);
    await field.waiting(frozen);
    await field.draft(drafted);
    await field.post(`/v1/accounts/${frozen.accountId}/freezes`, {
      as: 'lin',
      body: { cause: 'risk-review', scope: 'all', until: plusMs(field.clock.now(), SOON_MS) },
    });
    await publishNext(field, plusMs(field.clock.now(), SOON_MS));
    await field.atRest();
    const { body } = await field.get(`/v1/cases/${held.caseId}`, { as: 'otto' });
    const { materials } = body as { materials: { fields: { ref: string }[] }[] };
    refs = materials.flatMap(({ fields }) => fields.map(({ ref }) => ref)).slice(0, 1);
  }

  /** Under the same keys whenever it is called. */
  async function repeated(): Promise<readonly object[]> {
    const note = { as: 'rui', key: 'note', body: { text: 'Called back.' } };
    const asked = { caseId: held.caseId, refs, purpose: 'audit' };
    const reveal = { as: 'otto', key: 'reveal', body: asked };
    return [
      await field.insist(() => field.server.post(`/v1/cases/${held.caseId}/notes`, note)),
      await field.insist(() => field.server.post('/v1/reveals', reveal)),
    ].map(asAnswered);
  }

  const countOf = async (type: string): Promise<number> =>
    (await field.events(begun)).filter((event) => event.type === type).length;

  /** What was due by then, each once: and nothing before its time. */
  async function expectFired(times: number): Promise<void> {
    for (const type of DUE) {
      await until(
        () => countOf(type),
        (count) => count >= times,
      );
    }
    await field.atRest();
    for (const type of DUE) expect([type, await countOf(type)]).toEqual([type, times]);
  }

  /** The lease has longer to run by the clock, and needs no renewal. */
  async function expectStillHeld(): Promise<void> {
    const told = (step: string, as: string) =>
      field.server.post(`/v1/cases/${held.caseId}/reviews/1/${step}`, { as });
    expect((await told('renewal', 'rui')).body.code).toBe('renewed-too-soon');
    expect((await told('claim', 'rosa')).body.code).toBe('review-claimed');
  }

  async function expectInOrder(mayGoBack: boolean): Promise<void> {
    const events = await field.events('' as Position);
    const positions = events.map(({ position }) => position);
    expect(positions).toEqual([...new Set(positions)].sort());
    const revisions = Map.groupBy(events, ({ stream }) => stream);
    for (const ofStream of revisions.values()) {
      expect(ofStream.map(({ revision }) => revision)).toEqual([...ofStream.keys()]);
    }
    const times = events.map(({ metadata }) => metadata.recordedAt);
    const goesBack = times.some((at, index) => index > 0 && msBetween(times[index - 1]!, at) < 0);
    expect(goesBack).toBe(mayGoBack);
  }

  it.each(JUMPS)('$name: all goes on, and nothing is lost or done twice', async (jump) => {
    const { ms } = jump;
    await begin(jump);
    const first = await repeated();
    field.clock.move(ms);
    const late = await field.server.get('/v1/accounts/me', { as: drafted.name });
    const hasEnded = ms > TOKEN_LIFE_MS;
    expect([late.status, late.body.code]).toEqual(
      hasEnded ? [401, 'token-expired'] : [200, undefined],
    );
    field.server.signOut();
    expect(await repeated()).toEqual(first);
    await expectFired(ms >= SOON_MS ? 1 : 0);

    await field.submitAsItIs(drafted);
    await field.atRest();
    if (ms >= SOON_MS) await field.review(held, 'reviews/1/claim', { as: 'rui' });
    else await expectStillHeld();
    await field.review(held, 'reviews/1/approval', { as: 'rui', ifMatch: held.version });
    await field.review(drafted, 'reviews/1/claim', { as: 'rui' });
    await field.atRest();

    await field.stop();
    await field.start();
    field.server.signOut();
    expect(await repeated()).toEqual(first);
    await expectInOrder(ms < 0);

    // Until what was due is due again, and the lease that was taken after the jump has run out.
    field.clock.move(Math.max(0, -ms) + SOON_MS + minutesToMs(1));
    field.server.signOut();
    for (const type of DUE) {
      const times = type === 'ReviewLeaseExpired' && ms >= SOON_MS ? 2 : 1;
      await until(
        () => countOf(type),
        (count) => count >= times,
      );
    }
    await field.atRest();
    expect(counted(await field.events(begun))).toMatchObject({
      ReviewLeaseExpired: ms >= SOON_MS ? 2 : 1,
      AccountFrozen: 1,
      AccountUnfrozen: 1,
      CaseSuspended: 1,
      CaseResumed: 1,
      PolicyPublished: 1,
      PolicyTookEffect: 1,
      NoteAdded: 1,
      PersonalDataRevealed: 1,
      CaseApproved: 1,
      VerificationGranted: 1,
      CaseSubmitted: 3,
      ScreeningCompleted: 3,
    });
    expect(await field.parked()).toEqual([]);
    expect(await field.viewFaults()).toEqual([]);
  });
});
