/** Freezes that end by themselves: one document a freeze, gone when it is lifted. What was brought in arms none. */
import { type Instant } from '#kernel/instants';
import { type Timer } from '#kernel/process';
import { type View } from '#kernel/view';
import { type ExpireFreeze } from './freeze.decide.ts';
import { type AccountEvent } from './account.events.ts';

export interface FreezeTimer extends Timer {
  readonly dueAt: Instant;
  readonly armed: boolean;
}

export const accountTimersView: View<FreezeTimer, AccountEvent> = {
  name: 'account-timers',
  version: 2,
  handles: ['AccountFrozen', 'AccountUnfrozen'],
  keys: (event) =>
    event.type === 'AccountFrozen' || event.type === 'AccountUnfrozen'
      ? [`${event.stream.slice('account-'.length)}/${event.data.freezeId}`]
      : [],
  evolve: (_document, event, key) => {
    if (event.type !== 'AccountFrozen' || event.data.until === undefined) return null;
    if (event.metadata.imported) return null;
    const command: ExpireFreeze = { type: 'ExpireFreeze', freezeId: event.data.freezeId };
    return {
      platform: event.metadata.platform,
      dueAt: event.data.until,
      armed: true,
      action: { to: 'account', id: key.slice(0, key.indexOf('/')), command },
    };
  },
  indexes: [['armed', 'dueAt']],
};
