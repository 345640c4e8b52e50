import { SYSTEM } from '#kernel/actor';
import { daysToMs, plusMs } from '#kernel/instants';
import {
  aCase,
  applicant,
  as,
  type CaseInThePast,
  frozenAccount,
  holder,
} from '../case.testkit.ts';

const withdraw = { type: 'WithdrawCase' } as const;
const end = { type: 'EndCaseOfClosedAccount' } as const;
const closed = { account: { ...holder, standing: 'closed' } } as const;
const claimed = aCase().claimedBy('ada');
const asked = claimed.decided({ type: 'RequestSupplement', material: 'identity' });
const openCases = [
  ['a draft', aCase().drafted()],
  ['a case in screening', aCase().submitted()],
  ['a waiting case', aCase().waiting()],
  ['a case in review', claimed],
  ['a case that awaits a supplement', asked],
  [
    'a rejected case that can be resubmitted',
    claimed.decided({ type: 'RejectCase', final: false }),
  ],
] as const;
/** The review that ends with the case, where one is open. */
const reviewOf = ({ state: { review } }: CaseInThePast) =>
  review ? { review: review.number } : {};
const closedCases = [
  claimed.decided({ type: 'ApproveCase' }),
  claimed.decided({ type: 'RejectCase', final: true }),
  aCase().drafted().does(withdraw, applicant),
];

describe('withdrawing', () => {
  it.each(openCases)('ends %s', (_what, open) => {
    const withdrawn = open.tries(withdraw, applicant);
    withdrawn.then([{ type: 'CaseWithdrawn', data: { cause: 'applicant', ...reviewOf(open) } }]);
    expect(withdrawn.state()).toMatchObject({
      status: 'withdrawn',
      review: null,
      supplement: null,
    });
  });

  it('is for the holder of the account, on a case that is open and not suspended', () => {
    claimed.tries(withdraw, ...as('ada')).thenViolation('not-the-account-holder');
    for (const past of closedCases) past.tries(withdraw, applicant).thenViolation('case-closed');
    claimed.frozen().tries(withdraw, applicant).thenViolation('case-suspended');
    aCase().tries(withdraw, applicant).thenViolation('case-not-found');
  });
});

describe('the end of the account', () => {
  it.each(openCases)('ends %s, suspended or not', (_what, open) => {
    const data = { cause: 'account-closed', ...reviewOf(open) } as const;
    const ended = [{ type: 'CaseWithdrawn', data }] as const;
    open.tries(end, SYSTEM, closed).then(ended);
    const suspended = open.frozen().tries(end, SYSTEM, closed);
    suspended.then(ended);
    expect(suspended.state()).toMatchObject({ status: 'withdrawn', suspension: null });
  });

  it('does nothing to a closed case, nor while the account is not closed', () => {
    for (const past of closedCases) past.tries(end, SYSTEM, closed).thenNothing();
    claimed.tries(end, SYSTEM).thenNothing();
    aCase().tries(end, SYSTEM, closed).thenViolation('case-not-found');
  });
});

describe('the deadline of a supplement', () => {
  const expire = { type: 'ExpireSupplement', dueAt: asked.state.supplement!.until! } as const;

  it('ends the case, not before it is due', () => {
    asked.tries(expire, SYSTEM).thenViolation('not-due-yet');
    const expired = asked.afterDays(7).tries(expire, SYSTEM);
    expired.then([
      { type: 'CaseExpired', data: { cause: 'supplement-deadline', dueAt: expire.dueAt } },
    ]);
    expect(expired.state().status).toBe('expired');
  });

  it.each(['frozen', 'banned', 'closed'] as const)(
    'does nothing while the account is %s, also before the case is suspended',
    (standing) => {
      const account = { ...frozenAccount, standing };
      asked.afterDays(8).tries(expire, SYSTEM, { account }).thenNothing();
    },
  );

  it('that passed during the freeze comes after it, with the time that was left at the freeze', () => {
    const { now } = asked;
    const late = asked.afterDays(8);
    late.tries(expire, SYSTEM, { account: frozenAccount }).thenNothing();
    const resumed = late
      .does(
        { type: 'SuspendCase', freezeId: 'freeze-1', cause: 'compromise', since: now },
        SYSTEM,
        { account: frozenAccount },
      )
      .afterDays(1)
      .does({ type: 'ResumeCase' }, SYSTEM);
    const dueAt = resumed.state.supplement!.until!;
    expect(dueAt).toBe(plusMs(now, daysToMs(9 + 7)));
    resumed.afterDays(7).tries(expire, SYSTEM).thenNothing();
    expect(
      resumed
        .afterDays(7)
        .tries({ ...expire, dueAt }, SYSTEM)
        .state().status,
    ).toBe('expired');
  });

  it('does nothing where another deadline is set, or none', () => {
    asked
      .afterDays(8)
      .tries({ ...expire, dueAt: asked.now }, SYSTEM)
      .thenNothing();
    claimed.afterDays(7).tries(expire, SYSTEM).thenNothing();
    asked.frozen().afterDays(7).tries(expire, SYSTEM).thenViolation('case-suspended');
  });
});
