/** An account as its holder and as the staff may see it. */
import { type AccountAnswer, type FreezeAnswer } from './account.dto.ts';
import { type FreezeCause } from './account.events.ts';
import { type AccountState, type Freeze, standingOf } from './account.state.ts';

/** Nobody is warned of a suspicion: its holder reads a cause that is used for ordinary looks too. */
const NEUTRAL_CAUSES: Partial<Record<FreezeCause, FreezeCause>> = {
  'suspected-fraud': 'risk-review',
};

function asHolderSees({ freezeId, cause, scope, until }: Freeze): FreezeAnswer {
  return { freezeId, cause: NEUTRAL_CAUSES[cause] ?? cause, scope, until };
}

export function accountAnswer(state: AccountState, reader: 'holder' | 'staff'): AccountAnswer {
  const { accountId, kind } = state;
  const freezes = Object.values(state.freezes);
  return {
    accountId,
    kind,
    standing: standingOf(state),
    freezes: reader === 'holder' ? freezes.map(asHolderSees) : freezes,
    verifications: Object.values(state.verifications),
  };
}
