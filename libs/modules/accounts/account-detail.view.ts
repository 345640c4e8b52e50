/** An account as support and leads see it in lists. Its standing for a decision is read from its stream. */
import { type Instant } from '#kernel/instants';
import { type View } from '#kernel/view';
import { type AccountEvent, type AccountKind } from './account.events.ts';
import {
  evolveAccount,
  initialAccount,
  standingOf,
  type AccountState,
  type Standing,
} from './account.state.ts';

export interface AccountDetail {
  readonly platform: string;
  readonly accountId: string;
  readonly kind: AccountKind;
  readonly standing: Standing;
  readonly registeredAt: Instant;
  readonly state: AccountState;
}

export const accountDetailView: View<AccountDetail, AccountEvent> = {
  name: 'account-detail',
  version: 2,
  handles: [
    'AccountRegistered',
    'AccountFrozen',
    'AccountUnfrozen',
    'AccountBanned',
    'VerificationGranted',
    'VerificationRevoked',
    'AccountClosed',
  ],
  keys: ({ stream }) => [stream.slice('account-'.length)],
  evolve: (document, event, accountId) => {
    const { platform, occurredAt: at, actor: by } = event.metadata;
    const state = evolveAccount(document?.state ?? initialAccount, event, { at, by });
    const registeredAt = document?.registeredAt ?? at;
    return {
      platform,
      accountId,
      kind: state.kind,
      standing: standingOf(state),
      registeredAt,
      state,
    };
  },
  indexes: [
    ['platform', 'registeredAt'],
    ['platform', 'standing', 'registeredAt'],
  ],
};
