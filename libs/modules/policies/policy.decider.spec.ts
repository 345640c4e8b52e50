import fc from 'fast-check';
import { type Actor, SYSTEM } from '#kernel/actor';
import { at, MONDAY_9, specify } from '#kernel/testing/given-when-then';
import { policyDecider } from './policy.decider.ts';
import { type PolicyDefinition } from './policy.definition.ts';
import { type PolicyEvent, policyEvents } from './policy.events.ts';
import { latestVersion, policyStream, versionInForce, versionOf } from './policy.state.ts';
import { businessPolicy, changed, individualPolicy } from './policy.testkit.ts';
import { policyViolations } from './policy.violations.ts';

const given = specify(policyDecider, policyEvents);
const admin: Actor = { kind: 'person', id: 'alva', role: 'admin' };
const by = admin;
const TUESDAY = at('2026-03-03T01:00:00Z');
const FRIDAY = at('2026-03-06T01:00:00Z');

const second = changed(individualPolicy, (copy) => {
  copy.policyVersion = 2;
  copy.appeal.windowDays = 30;
});
const publish = (definition: PolicyDefinition, effectiveFrom = MONDAY_9) =>
  ({ type: 'PublishPolicy', definition, effectiveFrom }) as const;
const published = (
  definition: PolicyDefinition,
  effectiveFrom = MONDAY_9,
  changes: Extract<PolicyEvent, { type: 'PolicyPublished' }>['data']['changes'] = [],
): PolicyEvent => ({
  type: 'PolicyPublished',
  data: { policyVersion: definition.policyVersion, definition, effectiveFrom, changes },
});
const retired: PolicyEvent = {
  type: 'PolicyRetired',
  data: { policyVersion: 1, cause: 'superseded' },
};
const retire = { type: 'RetirePolicy', cause: 'superseded' } as const;

describe('publishing a policy', () => {
  it('begins with version 1', () => {
    given()
      .when(publish(individualPolicy), { by })
      .then([published(individualPolicy)]);
  });

  it('goes on with the next version and names what changed', () => {
    given([published(individualPolicy)])
      .when(publish(second, FRIDAY), { by })
      .then([
        published(second, FRIDAY, [
          { code: 'threshold-changed', path: '/appeal/windowDays', before: 15, after: 30 },
        ]),
      ]);
  });

  it('takes effect at once where nothing else is said', () => {
    given()
      .when({ type: 'PublishPolicy', definition: individualPolicy }, { by, at: FRIDAY })
      .then([published(individualPolicy, FRIDAY)]);
  });

  it('is open to the operator, who acts as the system', () => {
    given()
      .when(publish(individualPolicy), { by: SYSTEM })
      .then([published(individualPolicy)]);
  });

  it('is for admins only', () => {
    given()
      .when(publish(individualPolicy), { by: { ...admin, role: 'lead' } })
      .thenViolation('policy-admins-only');
  });

  it('refuses a definition that contradicts itself, and says where', () => {
    const faulty = changed(individualPolicy, (copy) => (copy.appeal.windowDays = 0));
    given()
      .when(publish(faulty), { by })
      .thenViolation('policy-definition-faulty', 'definition.appeal.windowDays');
  });

  it('refuses a key that an address of its own would hide', () => {
    given()
      .when(publish({ ...individualPolicy, key: 'schema' }), { by })
      .thenViolation('policy-definition-faulty', 'definition.key');
  });

  it('refuses a version that is not the next one', () => {
    given()
      .when(publish(second), { by })
      .thenViolation('policy-version-out-of-order', 'definition.policyVersion');
    given([published(individualPolicy)])
      .when(publish({ ...second, policyVersion: 1 }), { by })
      .thenViolation('policy-version-out-of-order', 'definition.policyVersion');
  });

  it('refuses the same text again, under whatever number', () => {
    given([published(individualPolicy)])
      .when(publish({ ...individualPolicy, policyVersion: 2 }), { by })
      .thenViolation('policy-unchanged');
  });

  it('keeps key and kind', () => {
    const past = [published(individualPolicy)];
    given(past)
      .when(publish({ ...second, key: 'other' }), { by })
      .thenViolation('policy-key-differs', 'definition.key');
    given(past)
      .when(publish({ ...businessPolicy, key: 'individual', policyVersion: 2 }), { by })
      .thenViolation('policy-kind-differs', 'definition.kind');
  });

  it('never takes effect backwards', () => {
    given()
      .when(publish(individualPolicy, MONDAY_9), { by, at: TUESDAY })
      .thenViolation('policy-effective-in-the-past', 'effectiveFrom');
    given([published(individualPolicy, FRIDAY)])
      .when(publish(second, TUESDAY), { by })
      .thenViolation('policy-effective-before-predecessor', 'effectiveFrom');
  });

  it('is over once the policy is retired', () => {
    given([published(individualPolicy), retired])
      .when(publish(second), { by })
      .thenViolation('policy-retired');
  });
});

describe('retiring a policy', () => {
  it('ends it', () => {
    given([published(individualPolicy)])
      .when(retire, { by })
      .then([retired]);
  });

  it('is for admins only', () => {
    given([published(individualPolicy)])
      .when(retire, { by: { ...admin, role: 'senior' } })
      .thenViolation('policy-admins-only');
  });

  it('needs a policy that stands', () => {
    given().when(retire, { by }).thenViolation('policy-missing');
    given([published(individualPolicy), retired])
      .when(retire, { by })
      .thenViolation('policy-retired');
  });
});

describe('putting a version in force whose time has come', () => {
  const put = { type: 'PutInForce', policyVersion: 2 } as const;
  const waiting = given([published(individualPolicy), published(second, FRIDAY)]);
  const tookEffect: PolicyEvent = {
    type: 'PolicyTookEffect',
    data: { key: individualPolicy.key, policyVersion: 2, effectiveFrom: FRIDAY },
  };

  it('is told in the log, once', () => {
    const told = waiting.when(put, { at: FRIDAY });
    told.then([tookEffect]);
    told.when(put, { at: FRIDAY }).thenViolation('policy-in-effect');
  });

  it('is nothing before its time, nor of a policy that was retired meanwhile', () => {
    waiting.when(put, { at: TUESDAY }).thenViolation('policy-not-due-yet');
    given([published(individualPolicy), published(second, FRIDAY), retired])
      .when(put, { at: FRIDAY })
      .thenViolation('policy-retired');
  });

  it('is nothing for a version that took effect as it was published, or that there is not', () => {
    waiting.when({ ...put, policyVersion: 1 }, { at: FRIDAY }).thenViolation('policy-in-effect');
    waiting.when({ ...put, policyVersion: 3 }, { at: FRIDAY }).thenViolation('policy-missing');
  });

  it('is for the system alone', () => {
    waiting.when(put, { by, at: FRIDAY }).thenViolation('policy-admins-only');
  });
});

describe('the version in force', () => {
  const state = given([
    [published(individualPolicy), { at: MONDAY_9 }],
    published(second, FRIDAY),
  ]).state();

  it('is the latest that has taken effect', () => {
    expect(versionInForce(state, at('2026-03-02T00:59:59Z'))).toBeUndefined();
    expect(versionInForce(state, MONDAY_9)?.policyVersion).toBe(1);
    expect(versionInForce(state, TUESDAY)?.policyVersion).toBe(1);
    expect(versionInForce(state, FRIDAY)?.policyVersion).toBe(2);
    expect(latestVersion(state)?.policyVersion).toBe(2);
  });

  it('is none from the retirement on, while every version can still be read', () => {
    const over = given([
      [published(individualPolicy), { at: MONDAY_9 }],
      [retired, { at: TUESDAY }],
    ]).state();
    expect(versionInForce(over, MONDAY_9)?.policyVersion).toBe(1);
    expect(versionInForce(over, TUESDAY)).toBeUndefined();
    expect(versionOf(over, 1)?.definition).toEqual(individualPolicy);
    expect(versionOf(over, 2)).toBeUndefined();
  });

  it('is found in a stream named after platform and key', () => {
    expect(policyStream('demo', 'individual')).toBe('policy-demo-individual');
  });

  it('is never found in that of another platform or key, however they are hyphenated', () => {
    expect(policyStream('a-b', 'c')).not.toBe(policyStream('a', 'b-c'));
    const platform = fc.stringMatching(/^[ab0][ab0-]{0,4}$/);
    const key = fc.stringMatching(/^[ab][ab0-]{0,4}$/);
    fc.assert(
      fc.property(platform, key, platform, key, (one, its, other, another) => {
        fc.pre(one !== other || its !== another);
        expect(policyStream(one, its)).not.toBe(policyStream(other, another));
      }),
    );
  });
});

describe('the violations', () => {
  it('speak both languages', () => {
    for (const { en, zhCN } of Object.values(policyViolations)) {
      expect(en).toMatch(/^[A-Z].*\.$/s);
      expect(zhCN).toMatch(/\p{Script=Han}.*。$/su);
    }
  });
});
