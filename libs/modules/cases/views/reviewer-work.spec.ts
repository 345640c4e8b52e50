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
import { reviewerWorkView } from './reviewer-work.view.ts';
import { documentsOf, recorded } from './views.testkit.ts';

const work = (past: CaseInThePast) => documentsOf(reviewerWorkView, past);

const waiting = aCase().waiting();
const claimed = waiting.after(minutesToMs(5)).claimedBy('ada');
const leaseUntil = claimed.state.review!.claim!.leaseUntil!;
const proposed = aCase(twoApprovals).claimedBy('ada').decided({ type: 'ApproveCase' });
const lead = as('lin', { roles: ['lead'] });

describe("a reviewer's own work", () => {
  it('begins when the review is taken', () => {
    expect(work(claimed)['1/1']).toEqual({
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
    expect(work(decided)['1/1']).toMatchObject({
      by: 'ada',
      state: 'done',
      outcome,
      endedAt: plusMs(MONDAY, minutesToMs(12)),
    });
  });

  it.each([
    [
      'gave it back',
      claimed.does(
        { type: 'ReleaseReview', review: 1, holder: 'ada', cause: 'holder' },
        ...as('ada'),
      ),
    ],
    [
      'let the lease run out',
      claimed.after(HOUR_MS).does({ type: 'ExpireLease', review: 1, leaseUntil }, SYSTEM),
    ],
    ['passed it on', claimed.does({ type: 'EscalateCase', review: 1, cause: 'x' }, ...as('ada'))],
    [
      'put it off',
      claimed.does(
        { type: 'SnoozeReview', review: 1, until: plusMs(MONDAY, 48 * HOUR_MS), cause: 'waiting' },
        ...as('ada'),
      ),
    ],
  ])('is held no more, but still of whom it was, once they %s', (_what, past) => {
    expect(work(past)['1/1']).toMatchObject({ state: 'open', by: 'ada', outcome: null });
  });

  it('goes to whom a lead gives it, from then on', () => {
    const moved = claimed
      .after(minutesToMs(10))
      .does({ type: 'ReassignReview', review: 1, to: 'ben' }, lead[0], {
        ...lead[1],
        assignee: staff('ben'),
      });
    expect(work(moved)['1/1']).toMatchObject({
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
      '1/1': { by: 'ada', level: 'first', outcome: 'ApprovalProposed' },
      '1/2': { by: 'ben', level: 'second', outcome: 'ApprovalDeclined' },
      '1/3': { by: null, state: 'open' },
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
      '1/1': { by: 'ada', outcome: 'CaseRejected' },
      '1/2': { by: 'sam', level: 'appeal', outcome: 'AppealDismissed' },
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
        '1/1': { by: 'ada', state: 'done', outcome: 'CaseWithdrawn', endedAt: at },
      });
    }
    expect(work(aCase().drafted().does({ type: 'WithdrawCase' }, applicant))).toEqual({});
  });

  it('ends at the latest when the next review is asked for, as in logs that do not say how', () => {
    const [, asked] = recorded(claimed).filter(({ type }) => type.startsWith('Review'));
    const next = { ...asked!, type: 'ReviewRequested', data: { review: 2, level: 'second' } };
    expect(reviewerWorkView.keys(next as never)).toEqual(['1/1', '1/2']);
    const before = work(claimed)['1/1']!;
    const endedAt = plusMs(MONDAY, minutesToMs(5));
    const ended = { ...before, state: 'done', outcome: 'ReviewRequested', endedAt };
    expect(reviewerWorkView.evolve(before, next as never, '1/1')).toMatchObject(ended);
    expect(reviewerWorkView.evolve(null, next as never, '1/1')).toBeNull();
    expect(reviewerWorkView.evolve(null, next as never, '1/2')).toMatchObject({ state: 'open' });
  });

  it('that was decided stays decided when the next review is asked for', () => {
    expect(work(proposed)).toMatchObject({
      '1/1': { state: 'done', outcome: 'ApprovalProposed' },
      '1/2': { state: 'open', outcome: null },
    });
  });
});
