import { SYSTEM } from '#kernel/actor';
import { daysToMs, plusMs } from '#kernel/instants';
import { type StaffFacts } from '../case.facts.ts';
import {
  aCase,
  actor,
  applicant,
  aPolicy,
  as,
  frozenAccount,
  HOUR_MS,
  MONDAY,
  staff,
  twoApprovals,
} from '../case.testkit.ts';

const claim = { type: 'ClaimReview', review: 1 } as const;
const renew = { type: 'RenewClaim', review: 1 } as const;
const release = { type: 'ReleaseReview', review: 1, holder: 'ada', cause: 'holder' } as const;
const reassign = { type: 'ReassignReview', review: 1, to: 'ben' } as const;
const snooze = {
  type: 'SnoozeReview',
  review: 1,
  until: plusMs(MONDAY, daysToMs(2)),
  cause: 'waiting-for-registry',
} as const;
const wake = { type: 'WakeReview', review: 1, cause: 'person' } as const;
const lead = as('lea', { roles: ['lead'] });
const leaseUntil = plusMs(MONDAY, HOUR_MS);
const types = (events: readonly { type: string }[]) => events.map(({ type }) => type);

const waiting = aCase().waiting();
const claimed = aCase().claimedBy('ada');

describe('claiming a review', () => {
  it('holds it for a lease, and records which revisions were read', () => {
    const taken = waiting.tries(claim, ...as('ada', { revision: 4 }));
    taken.then([
      {
        type: 'ReviewClaimed',
        data: { review: 1, by: 'ada', leaseUntil, staffRevision: 4, accountRevision: 0 },
      },
    ]);
    expect(taken.state().status).toBe('in-review');
  });

  it('is for one at a time; whoever holds it already keeps it', () => {
    claimed.tries(claim, ...as('ben')).thenViolation('review-claimed');
    claimed.tries(claim, ...as('ada')).thenNothing();
  });

  it('is possible again once the lease has ended, which is recorded first', () => {
    expect(
      types(
        claimed
          .after(HOUR_MS)
          .tries(claim, ...as('ben'))
          .events(),
      ),
    ).toEqual(['ReviewLeaseExpired', 'ReviewClaimed']);
  });

  it.each([
    ['who is not active', as('ada', { active: false }), 'staff-not-active'],
    ['without the role', as('ada', { roles: ['lead'] }), 'role-required'],
    ['without the skill', as('ada', { skills: [] }), 'skill-required'],
    ['who holds the account', as('holder'), 'own-account'],
    ['with a conflict declared', as('ada', { conflicts: ['acc-1'] }), 'conflict-declared'],
    [
      'while the account is frozen',
      as('ada', {}, { account: frozenAccount }),
      'account-not-in-good-standing',
    ],
  ] as const)('is not for somebody %s', (_who, by, code) => {
    waiting.tries(claim, ...by).thenViolation(code);
  });

  it.each(['api-key', 'ai', 'system'] as const)('is not for an actor of the kind %s', (kind) => {
    const facts = { staff: staff('ada') };
    waiting.tries(claim, { kind, id: 'ada' }, facts).thenViolation('only-people-decide');
  });

  it('names a review that is open', () => {
    aCase()
      .tries(claim, ...as('ada'))
      .thenViolation('case-not-found');
    aCase()
      .submitted()
      .tries(claim, ...as('ada'))
      .thenViolation('another-review');
    waiting.tries({ ...claim, review: 2 }, ...as('ada')).thenViolation('another-review');
    waiting
      .frozen()
      .tries(claim, ...as('ada'))
      .thenViolation('case-suspended');
  });

  it('is not for whoever decided before, where the second look or the appeal is', () => {
    const second = { ...claim, review: 2 };
    const proposed = aCase(twoApprovals).claimedBy('ada').decided({ type: 'ApproveCase' });
    proposed.tries(second, ...as('ada')).thenViolation('decided-before');
    expect(proposed.tries(second, ...as('ben')).events()).toHaveLength(1);
    const appealed = claimed
      .decided({ type: 'RejectCase', final: true })
      .does({ type: 'AppealCase', statementRef: 's', commitment: 'c', files: [] }, applicant);
    appealed.tries(second, ...as('ada', { roles: ['senior'] })).thenViolation('decided-before');
    appealed.tries(second, ...as('ben')).thenViolation('role-required');
    expect(appealed.tries(second, ...as('ben', { roles: ['senior'] })).events()).toHaveLength(1);
  });

  it('needs the skill that the policy names for the second look', () => {
    const { review } = twoApprovals;
    const proposed = aCase(aPolicy({ review: { ...review, secondSkill: 'forensics' } }))
      .claimedBy('ada')
      .decided({ type: 'ApproveCase' });
    proposed.tries({ ...claim, review: 2 }, ...as('ben')).thenViolation('skill-required');
    const skilled = as('ben', { skills: ['forensics'] });
    expect(proposed.tries({ ...claim, review: 2 }, ...skilled).events()).toHaveLength(1);
  });
});

describe('renewing a claim', () => {
  it('prolongs the lease from now on', () => {
    claimed
      .after(HOUR_MS / 2)
      .tries(renew, ...as('ada'))
      .then([
        {
          type: 'ReviewClaimRenewed',
          data: { review: 1, by: 'ada', leaseUntil: plusMs(leaseUntil, HOUR_MS / 2), renewal: 1 },
        },
      ]);
  });

  it('is possible once in half its length, and as often as the policy says', () => {
    const half = HOUR_MS / 2;
    claimed
      .after(half - 1)
      .tries(renew, ...as('ada'))
      .thenViolation('renewed-too-soon');
    const once = claimed.after(half).does(renew, ...as('ada'));
    once
      .after(half - 1)
      .tries(renew, ...as('ada'))
      .thenViolation('renewed-too-soon');
    const twice = once.after(half).does(renew, ...as('ada'));
    twice
      .after(half)
      .tries(renew, ...as('ada'))
      .thenViolation('renewals-used-up');
  });

  it('is for the holder, while the lease lasts, while they may still review', () => {
    const later = claimed.after(HOUR_MS / 2);
    waiting.tries(renew, ...as('ada')).thenViolation('review-not-claimed');
    later.tries(renew, ...as('ben')).thenViolation('review-not-held-by-you');
    later.tries(renew, ...as('ada', { active: false })).thenViolation('staff-not-active');
    claimed
      .after(HOUR_MS)
      .tries(renew, ...as('ada'))
      .thenViolation('lease-ended');
    claimed
      .after(HOUR_MS)
      .tries(renew, ...as('ben'))
      .thenViolation('review-not-claimed');
  });
});

describe('releasing a review', () => {
  it('is for the holder, a lead, or the system when the holder leaves', () => {
    const released = claimed.tries(release, ...as('ada'));
    released.then([{ type: 'ReviewReleased', data: { review: 1, by: 'ada', cause: 'holder' } }]);
    expect(released.state()).toMatchObject({ status: 'waiting', review: { claim: null } });
    expect(claimed.tries({ ...release, cause: 'lead' }, ...lead).events()).toHaveLength(1);
    expect(claimed.tries({ ...release, cause: 'staff-left' }, SYSTEM).events()).toHaveLength(1);
    claimed.tries(release, ...as('ben')).thenViolation('review-not-held-by-you');
    claimed.tries({ ...release, cause: 'lead' }, ...as('ben')).thenViolation('role-required');
    claimed
      .tries({ ...release, cause: 'staff-left' }, ...as('ben'))
      .thenViolation('review-not-held-by-you');
  });

  it('is for the system where what changed of the holder stands in the way of it, and nowhere else', () => {
    const asked = { ...release, cause: 'not-eligible' } as const;
    const of = (changed: Partial<StaffFacts>) => ({ assignee: staff('ada', changed) });
    for (const changed of [
      { conflicts: ['acc-1'] },
      { skills: [] },
      { roles: ['lead'] as const },
    ]) {
      const released = claimed.tries(asked, SYSTEM, of(changed));
      released.then([
        { type: 'ReviewReleased', data: { review: 1, by: 'ada', cause: 'not-eligible' } },
      ]);
    }
    expect(
      claimed
        .frozen()
        .tries(asked, SYSTEM, of({ skills: [] }))
        .events(),
    ).toHaveLength(1);
    claimed.tries(asked, SYSTEM, of({ conflicts: ['acc-2'] })).thenNothing();
    claimed.tries(asked, SYSTEM, of({})).thenNothing();
    claimed
      .tries(asked, ...as('ben', {}, of({ skills: [] })))
      .thenViolation('review-not-held-by-you');
  });

  it('records that the lease had ended where it had: nobody gives up what they do not hold', () => {
    const ended = claimed.after(HOUR_MS);
    for (const tried of [
      ended.tries(release, ...as('ada')),
      ended.tries({ ...release, cause: 'lead' }, ...lead),
      ended.tries({ ...release, cause: 'staff-left' }, SYSTEM),
    ]) {
      tried.then([{ type: 'ReviewLeaseExpired', data: { review: 1, by: 'ada', leaseUntil } }]);
      expect(tried.state()).toMatchObject({ status: 'waiting', review: { claim: null } });
    }
    const stopped = ended.tries(release, ...as('ada', {}, { account: frozenAccount }));
    expect(types(stopped.events())).toEqual(['ReviewReleased']);
  });

  it('names who holds which review', () => {
    aCase()
      .tries(release, ...as('ada'))
      .thenViolation('case-not-found');
    waiting.tries(release, ...as('ada')).thenViolation('review-not-claimed');
    claimed.tries({ ...release, holder: 'ben' }, ...as('ben')).thenViolation('review-not-claimed');
    claimed.tries({ ...release, review: 2 }, ...as('ada')).thenViolation('another-review');
  });

  it('is possible while the case is suspended: somebody who leaves holds nothing', () => {
    const left = claimed
      .frozen()
      .tries({ ...release, cause: 'staff-left' }, SYSTEM)
      .state();
    expect(left).toMatchObject({ status: 'waiting', review: { claim: null } });
    expect(left.suspension).not.toBeNull();
  });
});

describe('reassigning a review', () => {
  it('of somebody in particular is refused once somebody else holds it', () => {
    const from = { ...reassign, from: 'cleo' };
    claimed.tries(from, lead[0], { ...lead[1], ...toBen }).thenViolation('review-not-claimed');
    const [given] = claimed
      .tries({ ...reassign, from: 'ada' }, lead[0], { ...lead[1], ...toBen })
      .events();
    expect(given!.type).toBe('ReviewReassigned');
  });

  const toBen = { assignee: staff('ben', { revision: 7 }) };

  it('gives it to somebody else with a lease of their own', () => {
    claimed.tries(reassign, lead[0], { ...lead[1], ...toBen }).then([
      {
        type: 'ReviewReassigned',
        data: { review: 1, from: 'ada', to: 'ben', leaseUntil, staffRevision: 7 },
      },
    ]);
    claimed
      .tries({ ...reassign, to: 'ada' }, lead[0], { ...lead[1], assignee: staff('ada') })
      .thenNothing();
  });

  it('records a lease that had ended first, and takes it from nobody then', () => {
    const late = claimed.after(HOUR_MS).tries(reassign, lead[0], { ...lead[1], ...toBen });
    expect(late.events()).toMatchObject([
      { type: 'ReviewLeaseExpired', data: { by: 'ada' } },
      { type: 'ReviewReassigned', data: { from: null, to: 'ben' } },
    ]);
  });

  it('is for leads, to somebody who may take it', () => {
    claimed.tries(reassign, ...as('ben', {}, toBen)).thenViolation('role-required');
    const unfit = { ...lead[1], assignee: staff('ben', { skills: [] }) };
    const refused = claimed.tries(reassign, lead[0], unfit);
    refused.thenViolation('assignee-not-eligible', 'to');
    expect(refused.violation().params).toEqual({ to: 'ben', why: 'skill-required' });
    claimed
      .tries(reassign, lead[0], { ...lead[1], ...toBen, account: frozenAccount })
      .thenViolation('account-not-in-good-standing');
  });
});

describe('snoozing and waking a review', () => {
  const snoozed = claimed.does(snooze, ...as('ada'));

  it('gives the claim up until then, with the clock going on', () => {
    expect(snoozed.state).toMatchObject({
      status: 'waiting',
      review: { claim: null, snoozedUntil: snooze.until, clock: waiting.state.review!.clock },
    });
    snoozed.tries(claim, ...as('ben')).thenViolation('review-snoozed');
    expect(
      snoozed
        .afterDays(2)
        .tries(claim, ...as('ben'))
        .events(),
    ).toHaveLength(1);
  });

  it('is for the holder, or a lead where nobody holds it', () => {
    claimed.tries(snooze, ...as('ben')).thenViolation('review-not-held-by-you');
    waiting.tries(snooze, ...as('ben')).thenViolation('role-required');
    expect(types(waiting.tries(snooze, ...lead).events())).toEqual(['ReviewSnoozed']);
    expect(
      types(
        claimed
          .after(HOUR_MS)
          .tries(snooze, ...lead)
          .events(),
      ),
    ).toEqual(['ReviewLeaseExpired', 'ReviewSnoozed']);
  });

  it.each([0, daysToMs(30) + 1])('lasts a while, at most thirty days: not %d ms', (ms) => {
    const until = plusMs(MONDAY, ms);
    claimed.tries({ ...snooze, until }, ...as('ada')).thenViolation('snooze-out-of-range', 'until');
  });

  it('ends by itself when it is time, or when somebody of the staff says so', () => {
    const byTime = { ...wake, cause: 'time' } as const;
    snoozed.tries(byTime, SYSTEM).thenViolation('not-due-yet');
    snoozed
      .afterDays(2)
      .tries(byTime, SYSTEM)
      .then([{ type: 'ReviewWoken', data: { review: 1, cause: 'time' } }]);
    expect(snoozed.tries(wake, ...as('ben')).state().review!.snoozedUntil).toBeNull();
    snoozed.tries(wake, ...as('sue', { roles: ['support'] })).thenViolation('role-required');
    waiting.tries(wake, ...as('ben')).thenViolation('review-not-snoozed');
  });
});

describe('notes', () => {
  const note = { type: 'AddNote', noteId: 'n-1', textRef: 'ref', commitment: 'c' } as const;

  it('can be added to any case, open or closed, without moving its version', () => {
    const decided = claimed.decided({ type: 'ApproveCase' });
    const noted = decided.tries(note, ...as('sue', { roles: ['support'] }));
    noted.then([{ type: 'NoteAdded', data: { noteId: 'n-1', textRef: 'ref', commitment: 'c' } }]);
    expect(noted.state()).toEqual(decided.state);
  });

  it('are for the staff', () => {
    waiting.tries(note, applicant).thenViolation('staff-not-active');
    waiting.tries(note, ...as('ann', { roles: ['auditor'] })).thenViolation('role-required');
    aCase()
      .tries(note, ...as('ada'))
      .thenViolation('case-not-found');
  });
});

describe('what time does to a review', () => {
  const expire = { type: 'ExpireLease', review: 1, leaseUntil } as const;

  it('ends a lease, not before, and only the one it was set for', () => {
    claimed.tries(expire, SYSTEM).thenViolation('not-due-yet');
    const ended = claimed.after(HOUR_MS).tries(expire, SYSTEM);
    ended.then([{ type: 'ReviewLeaseExpired', data: { review: 1, by: 'ada', leaseUntil } }]);
    expect(ended.state().status).toBe('waiting');
    const renewed = claimed.after(HOUR_MS / 2).does(renew, ...as('ada'));
    renewed.after(HOUR_MS).tries(expire, SYSTEM).thenViolation('review-not-claimed');
  });

  it.each([
    ['a lease', claimed, expire],
    ['a snooze', claimed.does(snooze, ...as('ada')), { ...wake, cause: 'time' }],
  ] as const)('ends %s after a freeze, not in it, suspended already or not', (_what, past, end) => {
    const due = past.afterDays(3);
    due.tries(end, SYSTEM, { account: frozenAccount }).thenNothing();
    expect(due.tries(end, SYSTEM).events()).toHaveLength(1);
  });

  it('leaves the open review alone when it was set for another', () => {
    claimed.tries({ ...expire, review: 2 }, SYSTEM).thenViolation('another-review');
    claimed.frozen().tries(expire, SYSTEM).thenViolation('case-suspended');
    waiting.tries(claim, actor('ada')).thenViolation('staff-not-active');
  });
});
