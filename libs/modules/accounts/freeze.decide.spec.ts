import { SYSTEM } from '#kernel/actor';
import { at, MONDAY_9, specify } from '#kernel/testing/given-when-then';
import { accountDecider } from './account.decider.ts';
import { accountEvents, FREEZE_CAUSES, type FreezeCause } from './account.events.ts';
import { standingOf } from './account.state.ts';
import {
  banned,
  closed,
  freezeId,
  frozen,
  frozenBy,
  holder,
  registered,
  staff,
  unfrozen,
} from './account.testkit.ts';

const given = specify(accountDecider, accountEvents);
const FRIDAY = at('2026-03-06T01:00:00Z');
const freeze = (n: number, cause: FreezeCause) =>
  ({ type: 'FreezeAccount', freezeId: freezeId(n), cause, scope: 'all' }) as const;
const unfreeze = (n: number) => ({ type: 'UnfreezeAccount', freezeId: freezeId(n) }) as const;
const expire = (n: number) => ({ type: 'ExpireFreeze', freezeId: freezeId(n) }) as const;

describe('freezing', () => {
  const by = staff('lead');

  it('suspends the account, with its cause, scope, legal basis and end', () => {
    const command = {
      ...freeze(1, 'legal-order'),
      scope: 'verification',
      legalBasis: 'public-authority-order',
      until: FRIDAY,
    } as const;
    const { type: _, ...data } = command;
    given([registered])
      .when(command, { by })
      .then([{ type: 'AccountFrozen', data }]);
    expect(standingOf(given([registered]).when(command, { by }).state())).toBe('frozen');
  });

  it('lets several causes stand side by side', () => {
    given([registered, frozen(1, 'complaint')])
      .when(freeze(2, 'risk-review'), { by })
      .then([frozen(2, 'risk-review')]);
  });

  it('is refused twice for one cause, and does nothing when it is the very same freeze', () => {
    const past = [registered, frozen(1, 'complaint')];
    given(past)
      .when(freeze(2, 'complaint'), { by })
      .thenViolation('freeze-cause-standing', 'cause');
    given(past).when(freeze(1, 'complaint'), { by }).thenNothing();
  });

  it('for one cause again is taken where it lasts longer', () => {
    const short = [registered, frozen(1, 'compromise', { until: FRIDAY })];
    const longer = { ...freeze(2, 'compromise'), until: at('2026-03-06T01:00:00.001Z') };
    expect(given(short).when(longer, { by }).events()).toHaveLength(1);
    expect(given(short).when(freeze(2, 'compromise'), { by }).events()).toHaveLength(1);
    given(short)
      .when({ ...freeze(2, 'compromise'), until: FRIDAY }, { by })
      .thenViolation('freeze-cause-standing', 'cause');
    given([registered, frozen(1, 'compromise')])
      .when(longer, { by })
      .thenViolation('freeze-cause-standing', 'cause');
  });

  it('is open to the holder for what protects them, and for nothing else', () => {
    const able = FREEZE_CAUSES.filter(holderMayFreezeFor);
    expect(able).toEqual(['compromise', 'holder-request']);
    given([registered])
      .when(freeze(1, 'complaint'), { by: holder })
      .thenViolation('freeze-cause-not-for-holder', 'cause');
  });

  it('on a legal order names its legal basis', () => {
    given([registered])
      .when(freeze(1, 'legal-order'), { by })
      .thenViolation('legal-basis-missing', 'legalBasis');
  });

  it('ends in the future', () => {
    given([registered])
      .when({ ...freeze(1, 'complaint'), until: MONDAY_9 }, { by, at: MONDAY_9 })
      .thenViolation('freeze-until-past', 'until');
  });

  it('has nothing left to stop on a banned account', () => {
    given([registered, banned])
      .when(freeze(1, 'complaint'), { by })
      .thenViolation('account-banned');
  });
});

function holderMayFreezeFor(cause: FreezeCause): boolean {
  const command = { ...freeze(1, cause), legalBasis: 'public-authority-order' } as const;
  const decision = accountDecider.decide(command, given([registered]).state(), {
    at: MONDAY_9,
    by: holder,
  });
  return Array.isArray(decision);
}

describe('unfreezing', () => {
  it('is done by a second person', () => {
    const past = [registered, frozenBy(1, 'complaint', staff('lead', 'lin'))];
    given(past)
      .when(unfreeze(1), { by: staff('lead', 'lin') })
      .thenViolation('second-person-needed');
    given(past)
      .when(unfreeze(1), { by: staff('lead', 'luo') })
      .then([unfrozen(1, 'lifted', false)]);
  });

  it.each(['constructor', '__proto__', 'toString'])(
    'finds no freeze under a name that every object has: %s',
    (name) => {
      given([registered, frozen(1, 'complaint')])
        .when({ type: 'UnfreezeAccount', freezeId: name }, { by: staff('lead') })
        .thenViolation('freeze-missing', 'freezeId');
    },
  );

  it('lifts one freeze; the account stays frozen until the last is gone', () => {
    const by = staff('lead');
    const first = given([registered, frozen(1, 'complaint'), frozen(2, 'risk-review')]).when(
      unfreeze(1),
      { by },
    );
    first.then([unfrozen(1, 'lifted', true)]);
    expect(standingOf(first.state())).toBe('frozen');
    const second = first.when(unfreeze(2), { by });
    second.then([unfrozen(2, 'lifted', false)]);
    expect(standingOf(second.state())).toBe('good');
  });

  it('needs a freeze that is in force', () => {
    const by = staff('lead');
    given([registered]).when(unfreeze(1), { by }).thenViolation('freeze-missing', 'freezeId');
    given([registered, frozen(1, 'complaint'), unfrozen(1, 'lifted', false)])
      .when(unfreeze(1), { by })
      .thenViolation('freeze-missing', 'freezeId');
  });

  it('does not undo a ban', () => {
    given([registered, frozen(1, 'complaint'), banned])
      .when(unfreeze(1), { by: staff('lead') })
      .thenViolation('account-banned');
  });
});

describe('the end of a freeze', () => {
  const by = SYSTEM;
  const past = [registered, frozen(1, 'risk-review', { until: FRIDAY })];

  it('comes at its instant, and not before', () => {
    given(past)
      .when(expire(1), { by, at: at('2026-03-06T00:59:59.999Z') })
      .thenNothing();
    given(past)
      .when(expire(1), { by, at: FRIDAY })
      .then([unfrozen(1, 'expired', false)]);
  });

  it('leaves other freezes standing', () => {
    given([...past, frozen(2, 'complaint')])
      .when(expire(1), { by, at: FRIDAY })
      .then([unfrozen(1, 'expired', true)]);
  });

  it('does nothing to a freeze without end, one lifted before, or an account that ended', () => {
    const when = { by, at: FRIDAY };
    given([registered, frozen(1, 'complaint')])
      .when(expire(1), when)
      .thenNothing();
    given([...past, unfrozen(1, 'lifted', false)])
      .when(expire(1), when)
      .thenNothing();
    given([...past, banned])
      .when(expire(1), when)
      .thenNothing();
    given([...past, closed])
      .when(expire(1), when)
      .thenNothing();
    given().when(expire(1), when).thenNothing();
  });
});
