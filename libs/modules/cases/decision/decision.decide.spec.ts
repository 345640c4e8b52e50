import { aCase, actor, aPolicy, facts, given, staff } from '../case.testkit.ts';

const twoApprovals = aPolicy({ review: { ...aPolicy().review, approvals: 2 } });

describe('approve', () => {
  it('grants at once where the policy asks for one approval', () => {
    const claimed = aCase().claimedBy('ada');
    const decided = given(claimed.past).when(
      { type: 'ApproveCase', review: 1 },
      { by: actor('ada'), facts: facts({ staff: staff('ada') }) },
    );
    expect(decided.events()).toMatchObject([
      { type: 'CaseApproved', data: { approvers: ['ada'], identityRef: 'identity-1' } },
    ]);
    expect(decided.state().status).toBe('approved');
  });

  it('proposes, and asks for a second review, where the policy asks for two', () => {
    const claimed = aCase(twoApprovals).claimedBy('ada');
    const decided = given(claimed.past).when(
      { type: 'ApproveCase', review: 1 },
      { by: actor('ada'), facts: facts({ staff: staff('ada') }) },
    );
    expect(decided.events().map(({ type }) => type)).toEqual([
      'ApprovalProposed',
      'ReviewRequested',
    ]);
  });
});
