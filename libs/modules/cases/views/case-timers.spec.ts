import { SYSTEM } from '#kernel/actor';
import { type BusinessClock } from '../case.events.ts';
import { daysToMs, instant, minutesToMs, plusMs } from '#kernel/instants';
import {
  aCase,
  applicant,
  as,
  type CaseInThePast,
  DECLARED,
  holder,
  HOUR_MS,
  MONDAY,
  provideIdentity,
  staff,
  twoApprovals,
} from '../case.testkit.ts';
import golden from '../case.golden.json' with { type: 'json' };
import { caseTimersView, type CaseTimer } from './case-timers.view.ts';
import { documentsOf, recorded } from './views.testkit.ts';

const timers = (past: CaseInThePast) => documentsOf(caseTimersView, past);
const kinds = (past: CaseInThePast) =>
  Object.values(timers(past))
    .map(({ kind }) => kind)
    .sort();

const waiting = aCase().waiting();
const claimed = aCase().claimedBy('ada');
const snoozed = claimed.does(
  { type: 'SnoozeReview', review: 1, until: plusMs(MONDAY, daysToMs(2)), cause: 'waiting' },
  ...as('ada'),
);
const asked = claimed.decided({ type: 'RequestSupplement', material: 'identity' });
const proposed = aCase(twoApprovals).claimedBy('ada').decided({ type: 'ApproveCase' });
const dueAt = waiting.state.review!.clock!.due.dueAt;
const overdue = waiting.afterDays(7).does({ type: 'MarkOverdue', review: 1, dueAt }, SYSTEM);
const caseOverdue = waiting
  .afterDays(7)
  .does({ type: 'MarkCaseOverdue', dueAt: waiting.state.overall!.due.dueAt }, SYSTEM);
const screen = { type: 'ScreenCase', round: 1 } as const;
const failed = aCase().submitted().does(screen, SYSTEM, { identityTaken: null });
const lead = as('lin', { roles: ['lead'] });

describe('the timers of a case', () => {
  it.each([
    ['a draft', aCase().drafted(), []],
    ['a case in screening', aCase().submitted(), ['overall-due']],
    ['a screening that failed, with the clock stopped', failed, ['screening']],
    [
      'a screening that was made after all',
      failed.does(screen, SYSTEM),
      ['overall-due', 'review-due'],
    ],
    ['a review that waits', waiting, ['overall-due', 'review-due']],
    ['a review that is claimed', claimed, ['lease', 'overall-due', 'review-due']],
    [
      'a claim given back',
      claimed.does(
        { type: 'ReleaseReview', review: 1, holder: 'ada', cause: 'holder' },
        ...as('ada'),
      ),
      ['overall-due', 'review-due'],
    ],
    [
      'a lease that ran out',
      claimed
        .after(HOUR_MS)
        .does(
          { type: 'ExpireLease', review: 1, leaseUntil: claimed.state.review!.claim!.leaseUntil! },
          SYSTEM,
        ),
      ['overall-due', 'review-due'],
    ],
    [
      'a review passed on to a senior',
      claimed.does({ type: 'EscalateCase', review: 1, cause: 'unclear' }, ...as('ada')),
      ['overall-due', 'review-due'],
    ],
    ['a review put off', snoozed, ['overall-due', 'review-due', 'snooze']],
    [
      'a review woken before its time',
      snoozed.does({ type: 'WakeReview', review: 1, cause: 'person' }, ...lead),
      ['overall-due', 'review-due'],
    ],
    ['a review that is overdue', overdue, ['overall-due']],
    ['a case that is overdue as a whole', caseOverdue, ['review-due']],
    ['a supplement that is awaited', asked, ['supplement']],
    [
      'a supplement that came',
      asked
        .does(provideIdentity, applicant)
        .does({ type: 'SupplementCase', ...DECLARED }, applicant),
      ['overall-due'],
    ],
    [
      'a supplement that did not come',
      asked
        .afterDays(8)
        .does({ type: 'ExpireSupplement', dueAt: asked.state.supplement!.until! }, SYSTEM),
      [],
    ],
    ['a second review that waits', proposed, ['overall-due', 'review-due']],
    [
      'a second review that is claimed',
      proposed.claimedBy('ben'),
      ['lease', 'overall-due', 'review-due'],
    ],
    ['an approval', claimed.decided({ type: 'ApproveCase' }), []],
    ['a rejection', claimed.decided({ type: 'RejectCase', final: false }), []],
    ['a withdrawal', claimed.does({ type: 'WithdrawCase' }, applicant), []],
  ])('of %s', (_what, past, armed) => {
    expect(kinds(past)).toEqual(armed);
    expect(Object.values(timers(past)).every((timer) => timer.armed)).toBe(true);
  });

  it('move with a lease that is renewed', () => {
    const renewed = claimed
      .after(minutesToMs(40))
      .does({ type: 'RenewClaim', review: 1 }, ...as('ada'));
    expect(timers(renewed)['1/lease']).toMatchObject({
      dueAt: renewed.state.review!.claim!.leaseUntil,
      action: { command: { leaseUntil: renewed.state.review!.claim!.leaseUntil } },
    });
    expect(
      renewed.state.review!.claim!.leaseUntil! > claimed.state.review!.claim!.leaseUntil!,
    ).toBe(true);
  });

  it('of a lease move to whom a lead gives the review', () => {
    const moved = claimed
      .after(minutesToMs(10))
      .does({ type: 'ReassignReview', review: 1, to: 'ben' }, lead[0], {
        ...lead[1],
        assignee: staff('ben'),
      });
    const { leaseUntil } = moved.state.review!.claim!;
    expect(timers(moved)['1/lease']).toMatchObject({ dueAt: leaseUntil, armed: true });
    expect(leaseUntil! > claimed.state.review!.claim!.leaseUntil!).toBe(true);
  });

  it('move with a due time that is issued anew', () => {
    const clock: BusinessClock = {
      ...waiting.state.review!.clock!,
      due: { dueAt: instant('2026-03-09T01:00:00Z'), calendarVersion: '2', provisional: false },
    };
    const [template] = recorded(waiting);
    const reissued = (kind: 'review-due' | 'overall-due', data: object) => {
      const event = { ...template!, type: 'DueReissued', data } as never;
      expect(caseTimersView.keys(event)).toEqual([`1/${kind}`]);
      return caseTimersView.evolve(timers(waiting)[`1/${kind}`]!, event, `1/${kind}`);
    };
    const { dueAt } = clock.due;
    expect(
      reissued('review-due', { which: 'review', review: 1, clock, cause: 'calendar' }),
    ).toMatchObject({ dueAt, action: { command: { type: 'MarkOverdue', review: 1, dueAt } } });
    expect(reissued('overall-due', { which: 'overall', clock, cause: 'calendar' })).toMatchObject({
      dueAt,
      action: { command: { type: 'MarkCaseOverdue', dueAt } },
    });
  });

  it('rest while the account is frozen, each of them, and go on with new due times', () => {
    const account = { ...holder, revision: 2 };
    for (const [past, kind] of [
      [claimed, 'lease'],
      [claimed, 'review-due'],
      [claimed, 'overall-due'],
      [snoozed, 'snooze'],
      [asked, 'supplement'],
    ] as const) {
      const before = timers(past)[`1/${kind}`]!;
      const frozen = past.frozen();
      expect(timers(frozen)[`1/${kind}`]).toEqual({ ...before, armed: false });
      const resumed = frozen.afterDays(1).does({ type: 'ResumeCase' }, SYSTEM, { account });
      const after = timers(resumed)[`1/${kind}`]!;
      expect(after.armed).toBe(true);
      expect(after.dueAt > before.dueAt).toBe(true);
    }
  });

  it('of a screening that failed wait while the account is frozen, and fire after it', () => {
    const before = timers(failed)['1/screening']!;
    expect(timers(failed.frozen())['1/screening']).toEqual({ ...before, armed: false });
    const resumed = failed.frozen().does({ type: 'ResumeCase' }, SYSTEM);
    expect(timers(resumed)['1/screening']).toEqual(before);
  });

  it('are taken by the case: each says what it was set for, and the case does it when it is due', () => {
    const expected: Readonly<Record<CaseTimer['kind'], string>> = {
      screening: 'ScreeningCompleted',
      lease: 'ReviewLeaseExpired',
      'review-due': 'ReviewOverdue',
      'overall-due': 'CaseOverdue',
      snooze: 'ReviewWoken',
      supplement: 'CaseExpired',
    };
    for (const past of [claimed, snoozed, asked, failed]) {
      for (const timer of Object.values(timers(past))) {
        const command = timer.action.command as Parameters<CaseInThePast['does']>[0];
        const happened = past.after(daysToMs(30)).tries(command, SYSTEM).events();
        expect(happened.map(({ type }) => type)).toContain(expected[timer.kind]);
      }
    }
  });

  it('and what fires early, or comes too late, changes nothing', () => {
    const renewed = claimed
      .after(minutesToMs(40))
      .does({ type: 'RenewClaim', review: 1 }, ...as('ada'));
    const { command } = timers(claimed)['1/lease']!.action;
    const fire = (past: CaseInThePast) => past.tries(command as never, SYSTEM).violation();
    expect(fire(claimed).code).toBe('not-due-yet');
    expect(fire(renewed.after(HOUR_MS)).code).toBe('review-not-claimed');
  });

  it('are none of what was brought in, whatever times its log names', () => {
    const [template] = recorded(waiting);
    for (const sample of golden.samples) {
      const event = {
        ...template!,
        ...sample,
        metadata: { ...template!.metadata, imported: true },
      } as never;
      for (const key of caseTimersView.keys(event)) {
        expect(caseTimersView.evolve(null, event, key)).toBeNull();
      }
    }
    expect(golden.samples.length).toBeGreaterThan(0);
  });
});
