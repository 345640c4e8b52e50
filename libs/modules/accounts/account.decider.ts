import { type Decider } from '#kernel/decider';
import {
  banAccount,
  type BanAccount,
  closeAccount,
  type CloseAccount,
  grantVerification,
  type GrantVerification,
  registerAccount,
  type RegisterAccount,
  revokeVerification,
  type RevokeVerification,
} from './account.decide.ts';
import { type AccountEvent } from './account.events.ts';
import { type AccountState, evolveAccount, initialAccount } from './account.state.ts';
import {
  expireFreeze,
  type ExpireFreeze,
  freezeAccount,
  type FreezeAccount,
  unfreezeAccount,
  type UnfreezeAccount,
} from './freeze.decide.ts';

export type AccountCommand =
  | RegisterAccount
  | FreezeAccount
  | UnfreezeAccount
  | ExpireFreeze
  | BanAccount
  | CloseAccount
  | GrantVerification
  | RevokeVerification;

export const accountDecider: Decider<AccountCommand, AccountState, AccountEvent> = {
  initial: initialAccount,
  evolve: evolveAccount,
  decide(command, state, moment) {
    switch (command.type) {
      case 'RegisterAccount':
        return registerAccount(command, state, moment);
      case 'FreezeAccount':
        return freezeAccount(command, state, moment);
      case 'UnfreezeAccount':
        return unfreezeAccount(command, state, moment);
      case 'ExpireFreeze':
        return expireFreeze(command, state, moment);
      case 'BanAccount':
        return banAccount(command, state, moment);
      case 'CloseAccount':
        return closeAccount(command, state, moment);
      case 'GrantVerification':
        return grantVerification(command, state, moment);
      case 'RevokeVerification':
        return revokeVerification(command, state, moment);
    }
  },
};
