import { minutesToMs, plusMs } from '#kernel/instants';
import {
  aCase,
  applicant,
  aReason,
  as,
  type CaseInThePast,
  holder,
  HOUR_MS,
  MONDAY,
  staff,
  twoApprovals,
} from '../case.testkit.ts';
import { SYSTEM } from '#kernel/actor';
import { keyOfReview, type ReviewAsked, reviewerWorkView, workOf } from './reviewer-work.view.ts';
import { documentsOf, recorded } from './views.testkit.ts';

/** By review and who took it. */
function work(past: CaseInThePast) {
  const documents = documentsOf(reviewerWorkView, past);
  return Object.fromEntries(
    Object.entries(documents).flatMap(([key, document]) =>
      document.by === null
        ? []
        : [[key.slice(2), workOf(document, documents[keyOfReview(document)] as ReviewAsked)]],
    ),
  );
}

const waiting = aCase().waiting();
const claimed = waiting.after(minutesToMs(5)).claimedBy('ada');
const leaseUntil = claimed.state.review!.claim!.leaseUntil!;
const proposed = aCase(twoApprovals).claimedBy('ada').decided({ type: 'ApproveCase' });
const lead = as('lin', { roles: ['lead'] });

describe("a reviewer's own work", () => {
  it('begins when the review is taken', () => {
    expect(work(claimed)['1/ada']).toEqual({
      platform: 'shop',
      caseId: '1',
      review: 1,
      level: 'first',
      queue: 'drivers',
      by: 'ada',
      state: 'held',
      since: plusMs(MONDAY, minutesToMs(5)),
      outcome: null,
      endedAt: null,
    });
  });

  it.each([
    ['approved', { type: 'ApproveCase' }, 'CaseApproved'],
    ['rejected', { type: 'RejectCase', final: false }, 'CaseRejected'],
    [
      'asked for a supplement',
      { type: 'RequestSupplement', material: 'identity' },
      'SupplementRequested',
    ],
  ] as const)('is done, and says what came of it, once they %s', (_what, decision, outcome) => {
    const decided = claimed.after(minutesToMs(7)).decided(decision);
    expect(work(decided)['1/ada']).toMatchObject({
      state: 'done',
      outcome,
      endedAt: plusMs(MONDAY, minutesToMs(12)),
    });
  });

  describe('is over once it is in their hands no more, and stays what it was', () => {
    const released = claimed.does(
      { type: 'ReleaseReview', review: 1, holder: 'ada', cause: 'holder' },
      ...as('ada'),
    );
    const lapsed = claimed
      .after(2 * HOUR_MS)
      .does({ type: 'ExpireLease', review: 1, leaseUntil }, SYSTEM);
    const until = plusMs(MONDAY, 48 * HOUR_MS);
    const senior = { roles: ['senior'] } as const;

    it.each([
      ['gave it back', released, 'released', 'ReviewReleased'],
      ['let the lease run out', lapsed, 'expired', 'ReviewLeaseExpired'],
      [
        'passed it on',
        claimed.does({ type: 'EscalateCase', review: 1, cause: 'x' }, ...as('ada')),
        'done',
        'CaseEscalated',
      ],
      [
        'put it off',
        claimed.does({ type: 'SnoozeReview', review: 1, until, cause: 'waiting' }, ...as('ada')),
        'released',
        'ReviewSnoozed',
      ],
      [
        'lost it to whom a lead gave it',
        claimed.does({ type: 'ReassignReview', review: 1, to: 'ben' }, lead[0], {
          ...lead[1],
          assignee: staff('ben', senior),
        }),
        'released',
        'ReviewReassigned',
      ],
    ])('where they %s', (_what, past, state, outcome) => {
      const own = work(past)['1/ada'];
      expect(own).toMatchObject({ by: 'ada', state, outcome, level: 'first' });
      const withdrawn = past.after(HOUR_MS).does({ type: 'WithdrawCase' }, applicant);
      expect(work(withdrawn)['1/ada']).toEqual(own);
      if (past.state.review!.snoozedUntil !== null) return;
      const next = past.state.review!.claim ? past : past.claimedBy('ben', senior);
      const decided = next.decided({ type: 'RejectCase', final: false });
      expect(work(decided)).toMatchObject({
        '1/ada': own,
        '1/ben': { by: 'ben', state: 'done', outcome: 'CaseRejected' },
      });
    });

    it('at the end of the lease, however late that is noticed', () => {
      expect(work(lapsed)['1/ada']).toMatchObject({ endedAt: leaseUntil });
    });

    it('until they take it again', () => {
      expect(work(released.claimedBy('ada'))).toMatchObject({
        '1/ada': { state: 'held', outcome: null, endedAt: null },
      });
    });

    it('also where somebody who held it before puts it off as a lead', () => {
      const both = as('ada', { roles: ['lead', 'reviewer'] });
      const snooze = { type: 'SnoozeReview', review: 1, until, cause: 'waiting' } as const;
      expect(work(released.does(snooze, ...both))).toEqual(work(released));
      expect(work(waiting.does(snooze, ...lead))).toEqual({});
    });
  });

  it('goes to whom a lead gives it, from then on', () => {
    const moved = claimed
      .after(minutesToMs(10))
      .does({ type: 'ReassignReview', review: 1, to: 'ben' }, lead[0], {
        ...lead[1],
        assignee: staff('ben'),
      });
    expect(work(moved)['1/ben']).toMatchObject({
      by: 'ben',
      state: 'held',
      since: plusMs(MONDAY, minutesToMs(15)),
    });
  });

  it('of a first and a second reviewer is told apart', () => {
    const declined = proposed
      .claimedBy('ben')
      .does({ type: 'DeclineApproval', review: 2, reasons: [aReason] }, ...as('ben'));
    expect(work(declined)).toMatchObject({
      '1/ada': { by: 'ada', level: 'first', outcome: 'ApprovalProposed' },
      '2/ben': { by: 'ben', level: 'second', outcome: 'ApprovalDeclined' },
    });
  });

  it('of an appeal is of who heard it', () => {
    const appealed = claimed
      .decided({ type: 'RejectCase', final: true })
      .does({ type: 'AppealCase', statementRef: 's', commitment: 'c', files: [] }, applicant);
    const heard = appealed
      .claimedBy('sam', { roles: ['senior'] })
      .does(
        { type: 'DismissAppeal', review: 2, reasons: [aReason] },
        ...as('sam', { roles: ['senior'] }),
      );
    expect(work(heard)).toMatchObject({
      '1/ada': { by: 'ada', outcome: 'CaseRejected' },
      '2/sam': { by: 'sam', level: 'appeal', outcome: 'AppealDismissed' },
    });
  });

  it('ends with the case, where its applicant withdraws it or the account is closed', () => {
    const at = plusMs(MONDAY, minutesToMs(12));
    const later = claimed.after(minutesToMs(7));
    const account = { ...holder, standing: 'closed' } as const;
    for (const withdrawn of [
      later.does({ type: 'WithdrawCase' }, applicant),
      later.does({ type: 'EndCaseOfClosedAccount' }, SYSTEM, { account }),
    ]) {
      expect(work(withdrawn)).toMatchObject({
        '1/ada': { by: 'ada', state: 'done', outcome: 'CaseWithdrawn', endedAt: at },
      });
    }
    expect(work(aCase().drafted().does({ type: 'WithdrawCase' }, applicant))).toEqual({});
  });

  it('ends at the latest when the next review is asked for, as in logs that do not say how', () => {
    const [, asked] = recorded(claimed).filter(({ type }) => type.startsWith('Review'));
    const next = { ...asked!, type: 'ReviewRequested', data: { review: 2, level: 'second' } };
    expect(reviewerWorkView.keys(next as never)).toEqual(['1/1', '1/2']);
    const documents = documentsOf(reviewerWorkView, claimed);
    const over = reviewerWorkView.evolve(documents['1/1']!, next as never, '1/1') as ReviewAsked;
    const endedAt = plusMs(MONDAY, minutesToMs(5));
    const ended = { by: 'ada', state: 'done', outcome: 'ReviewRequested', endedAt };
    expect(workOf(documents['1/1/ada'] as never, over)).toMatchObject(ended);
    expect(reviewerWorkView.evolve(null, next as never, '1/1')).toBeNull();
    expect(reviewerWorkView.evolve(null, next as never, '1/2')).toMatchObject({ state: 'open' });
  });

  it('that was decided stays decided when the next review is asked for', () => {
    expect(work(proposed)).toMatchObject({
      '1/ada': { state: 'done', outcome: 'ApprovalProposed' },
    });
  });
});
