/** Flows that begin with a request. */
import { type Instant } from '#kernel/instants';
import individual from '../../libs/modules/policies/samples/individual.policy.json' with { type: 'json' };
import { CALENDAR_OF_2027 } from '../../libs/modules/platforms/calendar.testkit.ts';
import { residentNumber } from './clients.testkit.ts';
import { type Field } from './field.testkit.ts';
import { type Flow, nothing, SCREENED, SCREENED_LATER, screenedLater } from './flow.testkit.ts';

export const REQUESTS: readonly Flow[] = [
  {
    name: 'an account is registered',
    prepare: nothing,
    act: (field, person) => field.register(person),
    effect: { AccountRegistered: 1 },
  },
  {
    name: 'a case is opened',
    prepare: (field, person) => field.register(person),
    act: (field, person) => field.open(person),
    effect: { CaseOpened: 1 },
  },
  {
    name: 'a file is uploaded',
    prepare: async (field, person) => {
      await field.register(person);
      await field.open(person);
    },
    act: (field, person) => field.upload(person).then(),
    effect: { MaterialProvided: 1 },
  },
  {
    name: 'a material is provided',
    prepare: async (field, person) => {
      await field.register(person);
      await field.open(person);
    },
    act: (field, person) => field.fill(person, 'identity-document'),
    effect: { MaterialProvided: 1 },
  },
  {
    name: 'a case is submitted',
    keptBy: 'screen-on-submission',
    prepare: (field, person) => field.draft(person),
    act: (field, person) => field.submit(person),
    effect: SCREENED,
    orElse: SCREENED_LATER,
    later: screenedLater,
  },
  {
    name: 'a review is taken as the next',
    prepare: (field, person) => field.waiting(person),
    act: async (field) => void (await field.post('/v1/queues/next', { as: 'rosa', body: {} })),
    effect: { ReviewSelected: 1, ReviewClaimed: 1 },
  },
  {
    name: 'a case is approved',
    keptBy: 'grant-verification-on-approval',
    prepare: (field, person) => field.claimed(person),
    act: (field, person) =>
      field.review(person, 'reviews/1/approval', { as: 'rui', ifMatch: person.version }),
    effect: { CaseApproved: 1, VerificationGranted: 1 },
    check: async (field, person) => {
      const { number } = residentNumber(Number(person.name.split('-')[1]));
      const key = { platform: 'demo', type: 'cn-resident-id', number };
      expect(await field.stores.vault.findIdentity(key)).toMatchObject({
        caseId: person.caseId,
        state: 'confirmed',
      });
    },
  },
  {
    name: 'an approval is taken back',
    prepare: async (field, person) => {
      await field.claimed(person);
      const ask = { as: 'rui', ifMatch: person.version };
      await field.review(person, 'reviews/1/approval', ask);
      await field.atRest();
    },
    act: (field, person) =>
      field.review(person, 'reopening', {
        as: 'sun',
        ifMatch: person.version,
        body: { cause: 'new-evidence', text: 'By post.' },
      }),
    effect: { CaseReopened: 1, ReviewRequested: 1, VerificationRevoked: 1 },
    check: async (field, person) => {
      const { number } = residentNumber(Number(person.name.split('-')[1]));
      const key = { platform: 'demo', type: 'cn-resident-id', number };
      expect(await field.stores.vault.findIdentity(key)).toBeUndefined();
    },
  },
  {
    name: 'an account is frozen, and its case stops',
    keptBy: 'suspend-cases-on-freeze',
    prepare: (field, person) => field.waiting(person),
    act: async (field, { accountId }) => {
      const body = { cause: 'risk-review', scope: 'all' };
      await field.post(`/v1/accounts/${accountId}/freezes`, { as: 'lin', body });
    },
    effect: { AccountFrozen: 1, CaseSuspended: 1 },
  },
  {
    name: 'somebody of the staff leaves, and holds nothing any more',
    keptBy: 'release-claims-on-staff-leave',
    prepare: async (field, person) => {
      const body = { principalId: `staff-${person.name}`, kind: 'person' };
      const more = { roles: ['reviewer'], skills: ['identity'] };
      await field.post('/v1/staff', { as: 'ada', body: { ...body, ...more } });
      await field.waiting(person);
      await field.review(person, 'reviews/1/claim', { as: `staff-${person.name}` });
    },
    act: async (field, { name }) =>
      void (await field.post(`/v1/staff/staff-${name}/departure`, { as: 'ada' })),
    effect: { StaffLeft: 1, ReviewReleased: 1 },
  },
  {
    name: 'a policy changes, and a draft with it',
    keptBy: 'move-drafts-on-policy-change',
    prepare: async (field, person) => {
      await field.register(person);
      await field.open(person);
    },
    act: (field) => publishNext(field),
    effect: { PolicyPublished: 1, PolicyChangeApplied: 1 },
  },
  {
    name: 'a value is revealed',
    prepare: (field, person) => field.draft(person),
    act: async (field, { caseId }) => {
      const { body } = await field.get(`/v1/cases/${caseId}`, { as: 'otto' });
      const { ref } = (body as { materials: { fields: { ref: string }[] }[] }).materials
        .flatMap(({ fields }) => fields)
        .at(0)!;
      const asked = { caseId, refs: [ref], purpose: 'audit' };
      await field.post('/v1/reveals', { as: 'otto', body: asked });
    },
    effect: { PersonalDataRevealed: 1 },
  },
  {
    name: 'views, counts and the feed are read',
    prepare: (field, person) => field.claimed(person),
    act: async (field, { name, caseId }) => {
      const own = await field.post(`/v1/cases/${caseId}/notes`, { as: 'rui', body: { text: 'N' } });
      const after = own.headers.get('x-casetrail-position')!;
      for (const [path, as] of [
        [`/v1/cases/${caseId}`, 'rui'],
        ['/v1/cases', name],
        ['/v1/cases/counts', 'rui'],
        ['/v1/queues', 'rui'],
        ['/v1/queues/counts', 'rui'],
        ['/v1/reviewers/me/work', 'rui'],
        ['/v1/timeline', name],
        ['/v1/accounts', 'lin'],
        ['/v1/staff', 'ada'],
        ['/v1/policies', 'ada'],
        ['/v1/audit', 'otto'],
      ] as const) {
        await field.get(path, { as, after });
      }
      await field.get('/v1/events?type=NoteAdded', { as: 'otto' });
      await field.get('/health/ready', {});
      await field.insistOn(() => field.ported.readStore.ready());
    },
    effect: { NoteAdded: 1 },
  },
];

/** At the end of a year whose next has no data yet; once a server. */
export const reissue: Flow = {
  name: 'calendar data comes, and due times are issued anew',
  keptBy: 'reissue-dues-on-calendar-data',
  prepare: (field, person) => field.waiting(person),
  act: async (field) => {
    const body = { addition: CALENDAR_OF_2027 };
    await field.post('/v1/platform/calendar', { as: 'ada', body });
  },
  effect: { CalendarExtended: 1, DueReissued: 2 },
};

/** The next version of the policy for individuals, in force at once or later. */
export async function publishNext(field: Field, effectiveFrom?: Instant): Promise<void> {
  const { body: known } = await field.get('/v1/policies/individual', { as: 'ada' });
  const policyVersion = (known as { latest: number }).latest + 1;
  const windowDays = individual.appeal.windowDays + policyVersion;
  const definition = { ...individual, policyVersion, appeal: { ...individual.appeal, windowDays } };
  const body = { definition, ...(effectiveFrom && { effectiveFrom }) };
  await field.post('/v1/policies/individual/versions', { as: 'ada', body });
}
