import { SYSTEM } from '#kernel/actor';
import { daysToMs, plusMs } from '#kernel/instants';
import { aCase, applicant, as, frozenAccount, holder, HOUR_MS, MONDAY } from '../case.testkit.ts';

const suspend = { type: 'SuspendCase', freezeId: 'freeze-1', cause: 'compromised' } as const;
const resume = { type: 'ResumeCase' } as const;
const frozen = { account: frozenAccount };
const good = { account: { ...holder, revision: 2 } };

describe('suspending a case', () => {
  it('keeps what every clock has left', () => {
    const later = aCase()
      .claimedBy('ada')
      .after(HOUR_MS / 2);
    later.tries(suspend, SYSTEM, frozen).then([
      {
        type: 'CaseSuspended',
        data: {
          freezeId: 'freeze-1',
          cause: 'compromised',
          standing: 'frozen',
          accountRevision: 1,
          reviewLeftMs: later.state.rules!.reviewMs - HOUR_MS / 2,
          overallLeftMs: later.state.rules!.overallMs - HOUR_MS / 2,
          leaseLeftMs: HOUR_MS / 2,
        },
      },
    ]);
  });

  it('says whether the account was frozen or banned, and neither of one that no longer is', () => {
    const since = plusMs(MONDAY, -HOUR_MS);
    const claimed = aCase().claimedBy('ada');
    const banned = { account: { ...frozenAccount, standing: 'banned' } } as const;
    expect(claimed.tries(suspend, SYSTEM, banned).events()).toMatchObject([
      { data: { standing: 'banned' } },
    ]);
    const [over] = claimed.tries({ ...suspend, since }, SYSTEM, good).events();
    expect(over!.data).not.toHaveProperty('standing');
  });

  it('keeps the deadline of a supplement, the end of a snooze and the window of an appeal', () => {
    const claimed = aCase().claimedBy('ada');
    const left = (past: typeof claimed) =>
      past.after(HOUR_MS).tries(suspend, SYSTEM, frozen).events();
    const asked = claimed.decided({ type: 'RequestSupplement', material: 'identity' });
    expect(left(asked)).toMatchObject([{ data: { supplementLeftMs: daysToMs(7) - HOUR_MS } }]);
    const until = plusMs(MONDAY, 3 * HOUR_MS);
    const snoozed = claimed.does(
      { type: 'SnoozeReview', review: 1, until, cause: 'x' },
      ...as('ada'),
    );
    expect(left(snoozed)).toMatchObject([{ data: { snoozeLeftMs: 2 * HOUR_MS } }]);
    const rejected = claimed.decided({ type: 'RejectCase', final: true });
    expect(left(rejected)).toMatchObject([{ data: { appealLeftMs: daysToMs(14) - HOUR_MS } }]);
  });

  it('stops the clocks at the moment of the freeze, however late the command comes', () => {
    const claimed = aCase().claimedBy('ada');
    const since = plusMs(MONDAY, HOUR_MS / 2);
    const late = { ...suspend, since };
    const { reviewMs, overallMs } = claimed.state.rules!;
    expect(claimed.afterDays(3).tries(late, SYSTEM, frozen).events()).toMatchObject([
      {
        data: {
          reviewLeftMs: reviewMs - HOUR_MS / 2,
          overallLeftMs: overallMs - HOUR_MS / 2,
          leaseLeftMs: HOUR_MS / 2,
        },
      },
    ]);
    const asked = claimed.decided({ type: 'RequestSupplement', material: 'identity' });
    expect(asked.afterDays(9).tries(late, SYSTEM, frozen).events()).toMatchObject([
      { data: { supplementLeftMs: daysToMs(7) - HOUR_MS / 2 } },
    ]);
    const rejected = claimed.decided({ type: 'RejectCase', final: true });
    expect(rejected.afterDays(15).tries(late, SYSTEM, frozen).events()).toMatchObject([
      { data: { appealLeftMs: daysToMs(14) - HOUR_MS / 2 } },
    ]);
  });

  it('gives no clock more than it was started with, where the freeze lost the race against it', () => {
    const claimed = aCase().after(HOUR_MS).claimedBy('ada');
    const before = { ...suspend, since: MONDAY };
    const { reviewMs, overallMs, leaseMs } = claimed.state.rules!;
    expect(claimed.tries(before, SYSTEM, frozen).events()).toMatchObject([
      { data: { reviewLeftMs: reviewMs, overallLeftMs: overallMs, leaseLeftMs: leaseMs } },
    ]);
    const rejected = claimed.decided({ type: 'RejectCase', final: true });
    expect(rejected.tries(before, SYSTEM, frozen).events()).toMatchObject([
      { data: { appealLeftMs: daysToMs(14) } },
    ]);
    const asked = claimed.decided({ type: 'RequestSupplement', material: 'identity' });
    expect(asked.tries(before, SYSTEM, frozen).events()).toMatchObject([
      { data: { supplementLeftMs: daysToMs(7) } },
    ]);
    const inTheFuture = { ...suspend, since: plusMs(MONDAY, daysToMs(1)) };
    expect(claimed.tries(inTheFuture, SYSTEM, frozen).events()).toMatchObject([
      { data: { leaseLeftMs: leaseMs } },
    ]);
  });

  it('makes up for a freeze that was over before the case heard of it: stopped then, going on now', () => {
    const late = { ...suspend, since: plusMs(MONDAY, HOUR_MS / 2) };
    const asked = aCase()
      .claimedBy('ada')
      .decided({ type: 'RequestSupplement', material: 'identity' });
    const made = asked.afterDays(9).tries(late, SYSTEM, good);
    expect(made.events()).toMatchObject([
      { type: 'CaseSuspended', data: { supplementLeftMs: daysToMs(7) - HOUR_MS / 2 } },
      {
        type: 'CaseResumed',
        data: { supplementUntil: plusMs(MONDAY, daysToMs(16) - HOUR_MS / 2), accountRevision: 2 },
      },
    ]);
    expect(made.state()).toMatchObject({ status: 'awaiting-supplement', suspension: null });
    expect(aCase().claimedBy('ada').after(HOUR_MS).tries(late, SYSTEM, good).state()).toMatchObject(
      {
        status: 'in-review',
        review: { claim: { by: 'ada', leaseUntil: plusMs(MONDAY, HOUR_MS + HOUR_MS / 2) } },
      },
    );
  });

  it('does nothing twice, to a closed case, or for an account that is in good standing again', () => {
    aCase().waiting().frozen().tries(suspend, SYSTEM, frozen).thenNothing();
    aCase().waiting().tries(suspend, SYSTEM).thenNothing();
    aCase().waiting().tries(suspend, SYSTEM, { account: undefined }).thenNothing();
    const claimed = aCase().claimedBy('ada');
    claimed.decided({ type: 'ApproveCase' }).tries(suspend, SYSTEM, frozen).thenNothing();
    const rejected = claimed.decided({ type: 'RejectCase', final: true });
    rejected.afterDays(14).tries(suspend, SYSTEM, frozen).thenNothing();
    aCase().tries(suspend, SYSTEM, frozen).thenViolation('case-not-found');
  });
});

describe('a freeze that is over before any process has come to the case', () => {
  const since = plusMs(MONDAY, HOUR_MS / 2);
  const stop = { freezeId: 'freeze-1', cause: 'compromised', since };
  const over = { account: { ...holder, revision: 2, stops: [stop] } };
  const claimed = aCase().claimedBy('ada');
  const { leaseUntil } = claimed.state.review!.claim!;
  const expire = { type: 'ExpireLease', review: 1, leaseUntil: leaseUntil! } as const;

  it('ends no lease that stood still meanwhile, and lets nobody else take the review', () => {
    const twoHoursOn = claimed.after(2 * HOUR_MS);
    const { leaseUntil: until } = twoHoursOn.does(expire, SYSTEM, over).state.review!.claim!;
    expect(until).toBe(plusMs(MONDAY, 2.5 * HOUR_MS));
    twoHoursOn
      .tries({ type: 'ClaimReview', review: 1 }, ...as('ben', {}, over))
      .thenViolation('review-claimed');
  });

  it('is made up for by whatever happens first, and once', () => {
    const approved = claimed
      .after(2 * HOUR_MS)
      .tries({ type: 'ApproveCase', review: 1 }, ...as('ada', {}, over));
    expect(approved.events()).toMatchObject([
      { type: 'CaseSuspended', data: { freezeId: 'freeze-1', leaseLeftMs: HOUR_MS / 2 } },
      { type: 'CaseResumed', data: { leaseUntil: plusMs(MONDAY, 2.5 * HOUR_MS) } },
      { type: 'CaseApproved' },
    ]);
    const noted = claimed
      .after(HOUR_MS)
      .does(
        { type: 'AddNote', noteId: 'n', textRef: 't', commitment: 'c' },
        ...as('ben', {}, over),
      );
    noted
      .after(1)
      .tries({ type: 'SuspendCase', ...stop }, SYSTEM, good)
      .thenNothing();
    const renewed = noted
      .after(HOUR_MS / 4)
      .tries({ type: 'RenewClaim', review: 1 }, ...as('ada', {}, over));
    expect(renewed.events().map(({ type }) => type)).toEqual(['ReviewClaimRenewed']);
  });

  it('moves the deadlines of time too, each by as long as it stood still', () => {
    const asked = claimed.decided({ type: 'RequestSupplement', material: 'identity' });
    const dueAt = asked.state.supplement!.until!;
    const late = asked.afterDays(8).does({ type: 'ExpireSupplement', dueAt }, SYSTEM, over);
    expect(late.state).toMatchObject({
      status: 'awaiting-supplement',
      supplement: { until: plusMs(dueAt, daysToMs(8) - HOUR_MS / 2) },
    });
    asked
      .afterDays(8)
      .tries({ type: 'ExpireSupplement', dueAt }, SYSTEM)
      .then([{ type: 'CaseExpired', data: { cause: 'supplement-deadline', dueAt } }]);
  });

  it('makes up for several at once, and for none from before the case was opened', () => {
    const before = { ...stop, freezeId: 'freeze-0', since: plusMs(MONDAY, -daysToMs(30)) };
    const second = { ...stop, freezeId: 'freeze-2', since: plusMs(MONDAY, HOUR_MS) };
    const several = { account: { ...holder, stops: [before, stop, second] } };
    const twoHoursOn = claimed.after(2 * HOUR_MS);
    const renew = { type: 'RenewClaim', review: 1 } as const;
    expect(twoHoursOn.tries(renew, ...as('ada', {}, several)).events()).toMatchObject([
      { type: 'CaseSuspended', data: { freezeId: 'freeze-1', leaseLeftMs: HOUR_MS / 2 } },
      { type: 'CaseResumed', data: { leaseUntil: plusMs(MONDAY, 2.5 * HOUR_MS) } },
      { type: 'ReviewClaimRenewed' },
    ]);
    const renewed = twoHoursOn.does(renew, ...as('ada', {}, several)).after(1);
    renewed.tries({ type: 'SuspendCase', ...second }, SYSTEM, several).thenNothing();
  });

  it('counts a freeze that began while the case stood still for another no second time', () => {
    const second = { ...stop, freezeId: 'freeze-2', since: plusMs(MONDAY, HOUR_MS) };
    const both = { account: { ...holder, stops: [stop, second] } };
    const resumed = claimed
      .after(HOUR_MS / 2)
      .frozen()
      .after(2 * HOUR_MS)
      .does(resume, SYSTEM, both);
    const { leaseUntil: until } = resumed.state.review!.claim!;
    expect(until).toBe(plusMs(MONDAY, 3 * HOUR_MS));
    const approve = { type: 'ApproveCase', review: 1 } as const;
    expect(
      resumed
        .after(HOUR_MS / 4)
        .tries(approve, ...as('ada', {}, both))
        .events()
        .map(({ type }) => type),
    ).toEqual(['CaseApproved']);
  });

  it('leaves what was given when the case went on as it was, however late another freeze is heard of', () => {
    const resumed = claimed
      .after(HOUR_MS / 2)
      .frozen()
      .after(HOUR_MS)
      .does(resume, SYSTEM, good);
    const late = { ...suspend, freezeId: 'freeze-2', since: plusMs(MONDAY, HOUR_MS) };
    expect(
      resumed
        .after(HOUR_MS / 4)
        .tries(late, SYSTEM, frozen)
        .events(),
    ).toMatchObject([{ type: 'CaseSuspended', data: { leaseLeftMs: HOUR_MS / 2 } }]);
  });

  it('is recorded by the first command of time, so that it is not made up for again and again', () => {
    const { dueAt } = claimed.state.review!.clock!.due;
    const mark = { type: 'MarkOverdue', review: 1, dueAt } as const;
    const made = claimed.afterDays(3).does(mark, SYSTEM, over);
    const anew = made.state.review!.clock!.due.dueAt;
    expect(anew > dueAt).toBe(true);
    expect(
      made
        .afterDays(7)
        .tries({ ...mark, dueAt: anew }, SYSTEM, over)
        .events(),
    ).toMatchObject([{ type: 'ReviewOverdue' }]);
  });

  it('is nothing to a case that it found closed, and that is opened again afterwards', () => {
    const reopened = claimed
      .decided({ type: 'ApproveCase' })
      .afterDays(2)
      .does(
        { type: 'ReopenCase', cause: 'fraud-found' },
        ...as('sue', { roles: ['senior'] }, over),
      );
    const { number: review, clock } = reopened.state.review!;
    const claim = reopened
      .after(4 * HOUR_MS)
      .tries({ type: 'ClaimReview', review }, ...as('ben', {}, over));
    expect(claim.events().map(({ type }) => type)).toEqual(['ReviewClaimed']);
    const { dueAt } = clock!.due;
    const mark = reopened.afterDays(7).tries({ type: 'MarkOverdue', review, dueAt }, SYSTEM, over);
    expect(mark.events().map(({ type }) => type)).toEqual(['ReviewOverdue']);
  });

  it('lets the case go on by whatever happens first, where only its end was not heard of', () => {
    const stopped = claimed.after(HOUR_MS / 2).frozen();
    const approve = { type: 'ApproveCase', review: 1 } as const;
    const hourOn = stopped.after(HOUR_MS);
    const approved = hourOn.tries(approve, ...as('ada', {}, over));
    expect(approved.events()).toMatchObject([
      { type: 'CaseResumed', data: { freezeId: 'freeze-1', accountRevision: 2 } },
      { type: 'CaseApproved' },
    ]);
    // Half an hour was left, and is now.
    const lost = stopped.afterDays(1).does(expire, SYSTEM, over);
    expect(lost.state).toMatchObject({
      suspension: null,
      review: { claim: { by: 'ada', leaseUntil: plusMs(MONDAY, daysToMs(1) + HOUR_MS) } },
    });
    lost.tries(resume, SYSTEM, over).thenNothing();
    hourOn
      .tries({ type: 'ClaimReview', review: 1 }, ...as('ben', {}, over))
      .thenViolation('review-claimed');
  });

  it('leaves a case standing still for who has read the account as of before the freeze', () => {
    const stopped = claimed.frozen();
    for (const revision of [0, 1]) {
      stopped
        .tries(
          { type: 'ApproveCase', review: 1 },
          ...as('ada', {}, { account: { ...holder, revision } }),
        )
        .thenViolation('case-suspended');
    }
  });

  it('is left to the process where the account is not in good standing', () => {
    const frozenAgain = { account: { ...frozenAccount, stops: [stop] } };
    claimed
      .after(2 * HOUR_MS)
      .tries(expire, SYSTEM, frozenAgain)
      .thenNothing();
  });
});

describe('a freeze that goes on, and that no process has come with yet', () => {
  const since = plusMs(MONDAY, HOUR_MS / 2);
  const stop = { freezeId: 'freeze-1', cause: 'compromised', since };
  const goingOn = { account: { ...frozenAccount, stops: [stop] } };
  const banned = { account: { ...goingOn.account, standing: 'banned' as const } };
  const claimed = aCase().claimedBy('ada');
  const until = plusMs(MONDAY, daysToMs(1));
  const snooze = { type: 'SnoozeReview', review: 1, until, cause: 'other' } as const;
  const snoozed = claimed.does(snooze, ...as('ada'));

  it('lets nobody do what they may not once it has come', () => {
    const hourOn = claimed.after(HOUR_MS);
    for (const facts of [goingOn, banned]) {
      hourOn
        .tries({ type: 'ApproveCase', review: 1 }, ...as('ada', {}, facts))
        .thenViolation('case-suspended');
      hourOn.tries({ type: 'WithdrawCase' }, applicant, facts).thenViolation('case-suspended');
      hourOn.tries(snooze, ...as('ada', {}, facts)).thenViolation('case-suspended');
      snoozed
        .after(HOUR_MS)
        .tries({ type: 'WakeReview', review: 1, cause: 'person' }, ...as('ada', {}, facts))
        .thenViolation('case-suspended');
    }
  });

  it('stops the case, as of its beginning, for what may be done meanwhile', () => {
    const note = { type: 'AddNote', noteId: 'n', textRef: 't', commitment: 'c' } as const;
    const noted = claimed.after(HOUR_MS).tries(note, ...as('ben', {}, goingOn));
    expect(noted.events()).toMatchObject([
      { type: 'CaseSuspended', data: { freezeId: 'freeze-1', leaseLeftMs: HOUR_MS / 2 } },
      { type: 'NoteAdded' },
    ]);
    claimed
      .after(HOUR_MS)
      .does(note, ...as('ben', {}, goingOn))
      .tries({ type: 'SuspendCase', ...stop }, SYSTEM, goingOn)
      .thenNothing();
  });
});

describe('resuming a case', () => {
  it('goes on where it was, each clock with what it had left', () => {
    const stopped = aCase()
      .claimedBy('ada')
      .after(HOUR_MS / 2)
      .frozen();
    const resumed = stopped.afterDays(1).tries(resume, SYSTEM, good);
    expect(resumed.events()).toMatchObject([
      {
        type: 'CaseResumed',
        data: {
          freezeId: 'freeze-1',
          accountRevision: 2,
          // Eight and a half hours are left from Tuesday 09:30 on: until Tuesday 18:00.
          review: { due: { dueAt: '2026-03-03T10:00:00.000Z' } },
          leaseUntil: plusMs(MONDAY, daysToMs(1) + HOUR_MS),
        },
      },
    ]);
    expect(resumed.state()).toMatchObject({ status: 'in-review', suspension: null });
  });

  it('gives a supplement and an appeal the calendar time that they had left', () => {
    const claimed = aCase().claimedBy('ada');
    const asked = claimed.decided({ type: 'RequestSupplement', material: 'identity' }).frozen();
    expect(asked.afterDays(30).tries(resume, SYSTEM, good).state().supplement!.until).toBe(
      plusMs(MONDAY, daysToMs(37)),
    );
    const rejected = claimed.decided({ type: 'RejectCase', final: true }).frozen();
    const again = rejected.afterDays(30).does(resume, SYSTEM, good);
    expect(again.state.rejection!.appealUntil).toBe(plusMs(MONDAY, daysToMs(44)));
    const appeal = { type: 'AppealCase', statementRef: 's', commitment: 'c', files: [] } as const;
    expect(again.tries(appeal, applicant).events()).toHaveLength(2);
  });

  it('counts nothing after the freeze, also where a supplement or a failed screening came then', () => {
    const unscreened = { identityTaken: null };
    const screen = { type: 'ScreenCase', round: 1 } as const;
    const failed = aCase().submitted().after(HOUR_MS).does(screen, SYSTEM, unscreened);
    const claimed = aCase().waiting().after(HOUR_MS).claimedBy('ada');
    const asked = claimed.decided({ type: 'RequestSupplement', material: 'identity' });
    for (const late of [failed, asked]) {
      const overallLeftMs = late.state.rules!.overallMs - HOUR_MS / 2;
      const stop = { ...suspend, since: plusMs(MONDAY, HOUR_MS / 2) };
      expect(late.tries(stop, SYSTEM, frozen).events()).toMatchObject([
        { data: { overallLeftMs } },
      ]);
      const { state } = late.does(stop, SYSTEM, frozen).afterDays(1).does(resume, SYSTEM, good);
      expect(state.overall).toBeNull();
      expect(state.supplement ?? state.screeningFailure).toMatchObject({ overallLeftMs });
    }
  });

  it('gives no lease back to somebody who left in the meantime', () => {
    const left = aCase()
      .claimedBy('ada')
      .frozen()
      .does({ type: 'ReleaseReview', review: 1, holder: 'ada', cause: 'staff-left' }, SYSTEM);
    const [resumed] = left.tries(resume, SYSTEM, good).events();
    expect(resumed!.data).not.toHaveProperty('leaseUntil');
  });

  it('waits until the account is in good standing', () => {
    const stopped = aCase().waiting().frozen();
    stopped.tries(resume, SYSTEM, frozen).thenViolation('freeze-not-lifted');
    stopped.tries(resume, SYSTEM, { account: undefined }).thenViolation('freeze-not-lifted');
    aCase().waiting().tries(resume, SYSTEM, good).thenNothing();
    aCase().tries(resume, SYSTEM, good).thenViolation('case-not-found');
  });
});
