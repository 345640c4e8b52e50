import { type Actor, SYSTEM } from '#kernel/actor';
import { isUuid } from '#kernel/ids';
import { at, MONDAY_9, specify } from '#kernel/testing/given-when-then';
import { isViolation } from '#kernel/violation';
import { type AccountCommand, accountDecider } from './account.decider.ts';
import { type AccountEvent, accountEvents } from './account.events.ts';
import { accountIdOf, accountStream, standingOf, verificationsAt } from './account.state.ts';
import {
  accountId,
  banned,
  closed,
  everybody,
  freezeId,
  frozen,
  holder,
  registered,
  staff,
  subjectId,
} from './account.testkit.ts';
import { accountViolations } from './account.violations.ts';

const given = specify(accountDecider, accountEvents);
const register = {
  type: 'RegisterAccount',
  accountId,
  principalId: holder.id,
  kind: 'individual',
  subjectId,
} as const;
const ban = { type: 'BanAccount', cause: 'fraud' } as const;
const close = { type: 'CloseAccount', cause: 'holder-request' } as const;
const grant = {
  type: 'GrantVerification',
  caseId: 'case-1',
  policyKey: 'individual',
  policyVersion: 2,
  validUntil: at('2028-03-01T01:00:00Z'),
} as const;
const revoke = { type: 'RevokeVerification', caseId: 'case-1', cause: 'case-reopened' } as const;
const granted: AccountEvent = {
  type: 'VerificationGranted',
  data: {
    caseId: 'case-1',
    policyKey: 'individual',
    policyVersion: 2,
    validUntil: at('2028-03-01T01:00:00Z'),
  },
};
const revoked: AccountEvent = {
  type: 'VerificationRevoked',
  data: { caseId: 'case-1', cause: 'case-reopened' },
};

describe('registering', () => {
  it.each([holder, SYSTEM])('is done by $role $kind $id', (by) => {
    given().when(register, { by }).then([registered]);
  });

  it('again, of the same account, changes nothing', () => {
    given([registered]).when(register, { by: holder }).thenNothing();
  });

  it('again, of another kind or subject, is refused', () => {
    given([registered])
      .when({ ...register, kind: 'business' }, { by: holder })
      .thenViolation('account-already-registered');
    given([registered])
      .when({ ...register, subjectId: accountId }, { by: holder })
      .thenViolation('account-already-registered');
  });

  it('does not bring a closed account back', () => {
    given([registered, closed]).when(register, { by: holder }).thenViolation('account-closed');
  });
});

describe('banning', () => {
  it('shuts the account out, frozen or not', () => {
    given([registered])
      .when(ban, { by: staff('lead') })
      .then([banned]);
    const state = given([registered, frozen(1, 'complaint')])
      .when(ban, { by: staff('senior') })
      .state();
    expect(standingOf(state)).toBe('banned');
  });

  it('is done once', () => {
    given([registered, banned])
      .when(ban, { by: staff('lead') })
      .thenViolation('account-banned');
  });

  it('on a legal order names its legal basis', () => {
    const ordered = { type: 'BanAccount', cause: 'legal-order' } as const;
    given([registered])
      .when(ordered, { by: staff('lead') })
      .thenViolation('legal-basis-missing', 'legalBasis');
    given([registered])
      .when({ ...ordered, legalBasis: 'legal-obligation' }, { by: staff('lead') })
      .then([
        {
          type: 'AccountBanned',
          data: { cause: 'legal-order', legalBasis: 'legal-obligation' },
        },
      ]);
  });
});

describe('closing', () => {
  it('ends the account', () => {
    given([registered]).when(close, { by: holder }).then([closed]);
  });

  it('is no way out of a ban for its holder: the staff close a banned account', () => {
    for (const past of [[banned], [frozen(1, 'complaint'), banned]])
      given([registered, ...past])
        .when(close, { by: holder })
        .thenViolation('account-banned');
    given([registered, banned])
      .when(close, { by: staff('lead') })
      .then([closed]);
  });

  it('is asked for by its holder in their own name alone', () => {
    for (const cause of ['legal-order', 'platform-decision'] as const) {
      const command = { type: 'CloseAccount', cause } as const;
      given([registered])
        .when(command, { by: holder })
        .thenViolation('closure-cause-not-for-holder', 'cause');
      expect(
        given([registered])
          .when(command, { by: staff('lead') })
          .events(),
      ).toHaveLength(1);
    }
  });

  it('waits until every freeze is lifted', () => {
    given([registered, frozen(1, 'compromise')])
      .when(close, { by: holder })
      .thenViolation('account-frozen');
  });
});

describe('what a case grants', () => {
  const by = SYSTEM;

  it('is kept with its policy version and its validity', () => {
    given([registered]).when(grant, { by }).then([granted]);
    const { validUntil: _, ...endless } = grant;
    given([registered])
      .when(endless, { by })
      .then([
        {
          type: 'VerificationGranted',
          data: { caseId: 'case-1', policyKey: 'individual', policyVersion: 2 },
        },
      ]);
  });

  it('is granted to a frozen account too: the approval was a fact when the freeze came', () => {
    given([registered, frozen(1, 'complaint')])
      .when(grant, { by })
      .then([granted]);
  });

  it('is granted once, and again after it was revoked', () => {
    given([registered, granted]).when(grant, { by }).thenNothing();
    given([registered, granted, revoked]).when(grant, { by }).then([granted]);
  });

  it('is not granted to a banned account, but stays where it was', () => {
    given([registered, banned]).when(grant, { by }).thenViolation('account-banned');
    given([registered, granted, banned]).when(grant, { by }).thenNothing();
  });

  it('is revoked once, of a banned account too', () => {
    given([registered, granted]).when(revoke, { by }).then([revoked]);
    given([registered, granted, banned]).when(revoke, { by }).then([revoked]);
    given([registered, granted, revoked]).when(revoke, { by }).thenNothing();
  });

  it('can only be revoked where it was granted', () => {
    given([registered]).when(revoke, { by }).thenViolation('verification-missing');
  });

  it('holds until it ends or is revoked', () => {
    const state = given([registered, granted]).state();
    expect(verificationsAt(state, MONDAY_9).map(({ caseId }) => caseId)).toEqual(['case-1']);
    expect(verificationsAt(state, at('2028-03-01T01:00:00Z'))).toEqual([]);
    expect(verificationsAt(given([registered, granted, revoked]).state(), MONDAY_9)).toEqual([]);
  });
});

const all: readonly (readonly [
  command: AccountCommand,
  past: readonly AccountEvent[],
  who: string,
])[] = [
  [register, [], 'applicant system'],
  [
    { type: 'FreezeAccount', freezeId: freezeId(1), cause: 'compromise', scope: 'all' },
    [registered],
    'applicant senior lead support system',
  ],
  [
    { type: 'UnfreezeAccount', freezeId: freezeId(1) },
    [registered, frozen(1, 'complaint')],
    'senior lead',
  ],
  [{ type: 'ExpireFreeze', freezeId: freezeId(1) }, [registered], 'system'],
  [ban, [registered], 'senior lead'],
  [close, [registered], 'applicant senior lead system'],
  [grant, [registered], 'system'],
  [revoke, [registered, granted], 'system'],
];

describe.each(all)('%j', (command, past, who) => {
  const decide = (by: Actor) => given(past).when(command, { by, at: MONDAY_9 });

  it(`is done by ${who} alone`, () => {
    const able = everybody.filter(
      (by) =>
        !isViolation(accountDecider.decide(command, given(past).state(), { at: MONDAY_9, by })),
    );
    expect(able.map(({ role, kind }) => role ?? kind).join(' ')).toBe(who);
    decide({ kind: 'person', id: 'raul', role: 'reviewer' }).thenViolation('account-actor');
  });

  if (who.includes('applicant')) {
    it('is not done by another applicant', () => {
      decide({ ...holder, id: 'mei' }).thenViolation('account-not-yours');
    });
  }

  if (who.includes('lead')) {
    it('is not done to their own account by a member of the staff', () => {
      decide({ ...holder, role: 'lead' }).thenViolation('account-own-decision');
    });

    it.each(['api-key', 'ai'] as const)('is done by people: not by the %s of a role', (kind) => {
      const role = who.includes('support') ? 'support' : 'lead';
      decide({ kind, id: 'machine', role }).thenViolation('account-people-only');
    });
  }

  if (command.type !== 'RegisterAccount' && command.type !== 'ExpireFreeze') {
    const by = who.includes('lead') ? staff('lead') : SYSTEM;

    it('needs an account', () => {
      given().when(command, { by }).thenViolation('account-missing');
    });

    it('is over once the account is closed', () => {
      given([...past, closed])
        .when(command, { by })
        .thenViolation('account-closed');
    });
  }
});

describe('an account id', () => {
  it('follows from platform and principal, and names the stream', () => {
    expect(isUuid(accountId)).toBe(true);
    expect(accountIdOf('demo', 'wei')).toBe(accountId);
    expect(accountIdOf('other', 'wei')).not.toBe(accountId);
    expect(accountIdOf('demo', 'mei')).not.toBe(accountId);
    expect(accountStream(accountId)).toBe(`account-${accountId}`);
  });
});

describe('the standing', () => {
  it.each([
    ['good', []],
    ['frozen', [frozen(1, 'complaint')]],
    ['banned', [frozen(1, 'complaint'), banned]],
    ['closed', [banned, closed]],
  ] as const)('is %s', (standing, past) => {
    expect(standingOf(given([registered, ...past]).state())).toBe(standing);
  });
});

describe('the violations', () => {
  it('speak both languages', () => {
    for (const { en, zhCN } of Object.values(accountViolations)) {
      expect(en).toMatch(/^[A-Z].*\.$/s);
      expect(zhCN).toMatch(/\p{Script=Han}.*。$/su);
    }
  });
});
