/** Every command in every state of an account: what follows, or which rule forbids it. */
import { SYSTEM, type Actor } from '#kernel/actor';
import { at, MONDAY_9, specify } from '#kernel/testing/given-when-then';
import { isViolation } from '#kernel/violation';
import { type AccountCommand, accountDecider } from './account.decider.ts';
import { type AccountEvent, accountEvents } from './account.events.ts';
import {
  accountId,
  banned,
  closed,
  freezeId,
  frozen,
  holder,
  registered,
  staff,
  subjectId,
} from './account.testkit.ts';

const given = specify(accountDecider, accountEvents);
const ENDED = at('2026-03-02T00:59:00Z');

const granted: AccountEvent = {
  type: 'VerificationGranted',
  data: { caseId: 'case-1', policyKey: 'individual', policyVersion: 1 },
};
const revoked: AccountEvent = {
  type: 'VerificationRevoked',
  data: { caseId: 'case-1', cause: 'case-reopened' },
};

const STATES = {
  none: [],
  good: [registered],
  verified: [registered, granted],
  revoked: [registered, granted, revoked],
  frozen: [registered, frozen(1, 'complaint')],
  'frozen until now': [registered, frozen(1, 'complaint', { until: ENDED })],
  banned: [registered, granted, banned],
  'frozen and banned': [registered, frozen(1, 'complaint', { until: ENDED }), banned],
  closed: [registered, granted, closed],
} satisfies Record<string, readonly AccountEvent[]>;

const COMMANDS = {
  register: [
    { type: 'RegisterAccount', accountId, principalId: holder.id, kind: 'individual', subjectId },
    holder,
  ],
  freeze: [
    { type: 'FreezeAccount', freezeId: freezeId(2), cause: 'risk-review', scope: 'all' },
    staff('lead'),
  ],
  unfreeze: [{ type: 'UnfreezeAccount', freezeId: freezeId(1) }, staff('lead')],
  expire: [{ type: 'ExpireFreeze', freezeId: freezeId(1) }, SYSTEM],
  ban: [{ type: 'BanAccount', cause: 'fraud' }, staff('lead')],
  close: [{ type: 'CloseAccount', cause: 'holder-request' }, holder],
  grant: [
    { type: 'GrantVerification', caseId: 'case-1', policyKey: 'individual', policyVersion: 1 },
    SYSTEM,
  ],
  revoke: [{ type: 'RevokeVerification', caseId: 'case-1', cause: 'fraud' }, SYSTEM],
} as const satisfies Record<string, readonly [AccountCommand, Actor]>;

/** An event, a violation, or `-` for nothing left to do. */
const EXPECTED: Record<keyof typeof STATES, Record<keyof typeof COMMANDS, string>> = {
  none: {
    register: 'AccountRegistered',
    freeze: 'account-missing',
    unfreeze: 'account-missing',
    expire: '-',
    ban: 'account-missing',
    close: 'account-missing',
    grant: 'account-missing',
    revoke: 'account-missing',
  },
  good: {
    register: '-',
    freeze: 'AccountFrozen',
    unfreeze: 'freeze-missing',
    expire: '-',
    ban: 'AccountBanned',
    close: 'AccountClosed',
    grant: 'VerificationGranted',
    revoke: 'verification-missing',
  },
  verified: {
    register: '-',
    freeze: 'AccountFrozen',
    unfreeze: 'freeze-missing',
    expire: '-',
    ban: 'AccountBanned',
    close: 'AccountClosed',
    grant: '-',
    revoke: 'VerificationRevoked',
  },
  revoked: {
    register: '-',
    freeze: 'AccountFrozen',
    unfreeze: 'freeze-missing',
    expire: '-',
    ban: 'AccountBanned',
    close: 'AccountClosed',
    grant: 'VerificationGranted',
    revoke: '-',
  },
  frozen: {
    register: '-',
    freeze: 'AccountFrozen',
    unfreeze: 'AccountUnfrozen',
    expire: '-',
    ban: 'AccountBanned',
    close: 'account-frozen',
    grant: 'VerificationGranted',
    revoke: 'verification-missing',
  },
  'frozen until now': {
    register: '-',
    freeze: 'AccountFrozen',
    unfreeze: 'AccountUnfrozen',
    expire: 'AccountUnfrozen',
    ban: 'AccountBanned',
    close: 'account-frozen',
    grant: 'VerificationGranted',
    revoke: 'verification-missing',
  },
  banned: {
    register: '-',
    freeze: 'account-banned',
    unfreeze: 'account-banned',
    expire: '-',
    ban: 'account-banned',
    close: 'account-banned',
    grant: '-',
    revoke: 'VerificationRevoked',
  },
  'frozen and banned': {
    register: '-',
    freeze: 'account-banned',
    unfreeze: 'account-banned',
    expire: '-',
    ban: 'account-banned',
    close: 'account-banned',
    grant: 'account-banned',
    revoke: 'verification-missing',
  },
  closed: {
    register: 'account-closed',
    freeze: 'account-closed',
    unfreeze: 'account-closed',
    expire: '-',
    ban: 'account-closed',
    close: 'account-closed',
    grant: 'account-closed',
    revoke: 'account-closed',
  },
};

describe.each(Object.keys(STATES) as (keyof typeof STATES)[])('an account: %s', (state) => {
  it.each(Object.entries(EXPECTED[state]))('%s: %s', (command, expected) => {
    const [sent, by] = COMMANDS[command as keyof typeof COMMANDS];
    const before = given(STATES[state]).state();
    const decision = accountDecider.decide(sent, before, { at: MONDAY_9, by });
    const types = isViolation(decision) ? [] : decision.map(({ type }) => type);
    const said = isViolation(decision) ? decision.code : types.join() || '-';
    expect(said).toBe(expected);
  });
});
