/** What sets the processes off, and what must have come of it, exactly once, whatever happened on the way. */
import { deriveId } from '#kernel/ids';
import { instant } from '#kernel/instants';
import { aPolicy } from '../../libs/modules/cases/case.testkit.ts';
import { CALENDAR_OF_2027 } from '../../libs/modules/platforms/calendar.testkit.ts';
import { person, type World } from './world.testkit.ts';

/** One instance of each process that it names, at the same time. */
export interface Scenario {
  readonly what: string;
  /** The processes have done with it before it goes on. */
  readonly before: (world: World) => Promise<void>;
  readonly setsOff: (world: World) => Promise<void>;
  /** How often each type of event is in the whole log at the end. */
  readonly events: Readonly<Record<string, number>>;
  /** Who holds the identity of `wei` at the end. */
  readonly identity?: object;
  /** What each of the processes does, the kinds of its steps: it is killed before each. */
  readonly steps: Readonly<Record<string, readonly string[]>>;
}

const freezeId = deriveId('freeze', 'kai');
const freeze = { type: 'FreezeAccount', freezeId, cause: 'compromise', scope: 'all' } as const;
const ada = person('ada', 'reviewer');
const bob = person('bob', 'senior');
const claim = { type: 'ClaimReview', review: 1 } as const;

export const NEW_YEARS_EVE = instant('2026-12-31T02:00:00Z');

const STATE = ['state', 'checkpoint'] as const;

/** An account with a draft, a case that waits and one that is reviewed. */
async function threeCases(world: World, applicant: string): Promise<void> {
  await world.register(applicant);
  await world.draft(`${applicant}-1`, applicant);
  await world.waiting(`${applicant}-2`, applicant);
  await world.waiting(`${applicant}-3`, applicant);
  await world.case(`${applicant}-3`, claim, bob);
}

async function inReview(world: World, applicant: string): Promise<void> {
  await world.register(applicant);
  await world.waiting(applicant, applicant);
  await world.case(applicant, claim, ada);
}

export const SCENARIOS: readonly Scenario[] = [
  {
    what: 'a freeze, a submission, a reviewer suspended, an approval and a policy published',
    before: async (world) => {
      await threeCases(world, 'kai');
      await world.register('lin');
      await world.draft('lin', 'lin');
      await inReview(world, 'mei');
      await inReview(world, 'wei');
      await world.register('yan');
      for (const caseId of ['yan-1', 'yan-2']) await world.draft(caseId, 'yan');
    },
    setsOff: async (world) => {
      await world.case('wei', { type: 'ApproveCase', review: 1 }, ada);
      await world.submit('lin', 'lin');
      await world.account('kai', freeze, person('lea', 'lead'));
      await world.staff('ada', { type: 'SuspendStaff', cause: 'investigation' });
      await world.publish(aPolicy({ policyVersion: 2, validityDays: 180 }));
    },
    events: {
      CaseSuspended: 3,
      // Three were there before.
      ScreeningCompleted: 5,
      ReviewLeaseExpired: 1,
      VerificationGranted: 1,
      PolicyChangeApplied: 2,
    },
    identity: { caseId: 'wei', state: 'confirmed' },
    steps: {
      'suspend-cases-on-freeze': ['append', ...STATE],
      'screen-on-submission': ['append', ...STATE],
      'release-claims-on-staff-leave': ['append', ...STATE],
      'grant-verification-on-approval': ['append', 'identity', ...STATE],
      'move-drafts-on-policy-change': ['append', ...STATE],
    },
  },
  {
    what: 'the end of a freeze, with a round that it kept from its screening, and a reopening',
    before: async (world) => {
      await threeCases(world, 'kai');
      await world.draft('kai-4', 'kai');
      await world.submit('kai-4', 'kai');
      await world.account('kai', freeze, person('lea', 'lead'));
      await world.runProcesses(['suspend-cases-on-freeze']);
      await inReview(world, 'wei');
      await world.case('wei', { type: 'ApproveCase', review: 1 }, ada);
    },
    setsOff: async (world) => {
      await world.account('kai', { type: 'UnfreezeAccount', freezeId }, person('bob', 'senior'));
      await world.case('wei', { type: 'ReopenCase', cause: 'fraud-found' }, bob);
    },
    events: {
      CaseSuspended: 4,
      CaseResumed: 4,
      ScreeningCompleted: 4,
      VerificationGranted: 1,
      VerificationRevoked: 1,
    },
    steps: {
      'suspend-cases-on-freeze': ['append', ...STATE],
      'screen-on-submission': ['append', ...STATE],
      'grant-verification-on-approval': ['append', 'identity', ...STATE],
    },
  },
  {
    what: 'calendar data of a year that the due times of two cases reach into',
    before: async (world) => {
      world.now = NEW_YEARS_EVE;
      await world.register('kai');
      for (const caseId of ['kai-1', 'kai-2']) await world.waiting(caseId, 'kai');
    },
    setsOff: (world) => world.platform({ type: 'ExtendCalendar', addition: CALENDAR_OF_2027 }),
    events: { CalendarGapFound: 1, DueReissued: 4 },
    steps: { 'reissue-dues-on-calendar-data': ['append', ...STATE] },
  },
  {
    what: 'a closure',
    before: (world) => threeCases(world, 'kai'),
    setsOff: (world) =>
      world.account(
        'kai',
        { type: 'CloseAccount', cause: 'holder-request' },
        person('kai', 'applicant'),
      ),
    events: { CaseWithdrawn: 3 },
    steps: { 'suspend-cases-on-freeze': ['append', ...STATE] },
  },
];
