import { accountDecider } from './account.decider.ts';
import { accountAnswer } from './account.presentation.ts';
import { frozen, registered, staff } from './account.testkit.ts';
import { at } from '#kernel/testing/given-when-then';

const moment = { at: at('2026-03-03T01:00:00Z'), by: staff('lead', 'lin') };
const suspected = [registered, frozen(1, 'suspected-fraud')].reduce(
  (state, event) => accountDecider.evolve(state, event, moment),
  accountDecider.initial,
);

describe('an account that is frozen on suspicion', () => {
  it('shows its holder a neutral cause, and not who froze it', () => {
    const [freeze] = accountAnswer(suspected, 'holder').freezes;
    expect(freeze).toMatchObject({ cause: 'risk-review' });
    expect(freeze).not.toHaveProperty('by');
  });

  it('shows the staff the true cause, and who froze it', () => {
    const [freeze] = accountAnswer(suspected, 'staff').freezes;
    expect(freeze).toMatchObject({ cause: 'suspected-fraud', by: 'lin' });
  });
});
