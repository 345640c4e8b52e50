import { mayConfigure, type Moment } from '#kernel/actor';
import { canonicalJson } from '#kernel/canonical-json';
import { type Decision } from '#kernel/decider';
import { type Instant } from '#kernel/instants';
import { type Violation } from '#kernel/violation';
import { type PolicyDefinition } from './policy.definition.ts';
import { differencesBetween } from './policy.differences.ts';
import { type PolicyEvent } from './policy.events.ts';
import { faultsOf } from './policy.schema.ts';
import {
  latestVersion,
  type PolicyState,
  type PublishedPolicy,
  versionOf,
} from './policy.state.ts';
import { policyViolation } from './policy.violations.ts';

export interface PublishPolicy {
  readonly type: 'PublishPolicy';
  /** As `checkPolicyDefinition` gives it back. Its version number guards against an unseen one between. */
  readonly definition: PolicyDefinition;
  /** Absent: from its publication on. */
  readonly effectiveFrom?: Instant;
}

export interface RetirePolicy {
  readonly type: 'RetirePolicy';
  readonly cause: string;
}

/** Of the system, when the time of a version has come. */
export interface PutInForce {
  readonly type: 'PutInForce';
  readonly policyVersion: number;
}

export function publishPolicy(
  command: PublishPolicy,
  state: PolicyState,
  moment: Moment,
): Decision<PolicyEvent> {
  const { definition, effectiveFrom = moment.at } = command;
  if (!mayConfigure(moment.by)) return policyViolation('policy-admins-only');
  if (state.retiredAt !== null) return policyViolation('policy-retired');
  const fault = faultsOf(definition)[0];
  if (fault) {
    return policyViolation('policy-definition-faulty', {
      field: `definition${fault.pointer.replaceAll('/', '.')}`,
      params: { pointer: fault.pointer, fault: fault.code },
    });
  }
  const previous = latestVersion(state);
  const violation = violationOfSuccession(definition, previous);
  if (violation) return violation;
  if (effectiveFrom < moment.at)
    return policyViolation('policy-effective-in-the-past', { field: 'effectiveFrom' });
  if (previous && effectiveFrom < previous.effectiveFrom) {
    return policyViolation('policy-effective-before-predecessor', {
      field: 'effectiveFrom',
      params: { predecessor: previous.effectiveFrom },
    });
  }
  const changes = previous ? [...differencesBetween(previous.definition, definition)] : [];
  const { policyVersion } = definition;
  return [{ type: 'PolicyPublished', data: { policyVersion, definition, effectiveFrom, changes } }];
}

/** What forbids that the definition follows this version, or begins the policy. */
function violationOfSuccession(
  definition: PolicyDefinition,
  previous: PublishedPolicy | undefined,
): Violation | undefined {
  if (previous) {
    const { key, kind } = previous.definition;
    if (definition.key !== key)
      return policyViolation('policy-key-differs', { field: 'definition.key', params: { key } });
    if (definition.kind !== kind)
      return policyViolation('policy-kind-differs', { field: 'definition.kind', params: { kind } });
    if (isSameText(definition, previous.definition)) {
      const { policyVersion } = previous;
      return policyViolation('policy-unchanged', { params: { policyVersion } });
    }
  }
  const expected = (previous?.policyVersion ?? 0) + 1;
  if (definition.policyVersion === expected) return undefined;
  return policyViolation('policy-version-out-of-order', {
    field: 'definition.policyVersion',
    params: { expected },
  });
}

function isSameText(definition: PolicyDefinition, previous: PolicyDefinition): boolean {
  const { policyVersion } = previous;
  return canonicalJson({ ...definition, policyVersion }) === canonicalJson(previous);
}

export function retirePolicy(
  command: RetirePolicy,
  state: PolicyState,
  moment: Moment,
): Decision<PolicyEvent> {
  if (!mayConfigure(moment.by)) return policyViolation('policy-admins-only');
  const last = latestVersion(state);
  if (!last) return policyViolation('policy-missing');
  if (state.retiredAt !== null) return policyViolation('policy-retired');
  const { policyVersion } = last;
  return [{ type: 'PolicyRetired', data: { policyVersion, cause: command.cause } }];
}

/**
 * What holds for a new case is told by the clock alone (`versionInForce`); this says in the log that the
 * time has come, for what follows from it: drafts move.
 */
export function putInForce(
  { policyVersion }: PutInForce,
  state: PolicyState,
  { at, by }: Moment,
): Decision<PolicyEvent> {
  if (by.kind !== 'system') return policyViolation('policy-admins-only');
  if (state.retiredAt !== null) return policyViolation('policy-retired');
  const version = versionOf(state, policyVersion);
  if (!version) return policyViolation('policy-missing');
  const { definition, effectiveFrom } = version;
  if (effectiveFrom > at)
    return policyViolation('policy-not-due-yet', { params: { effectiveFrom } });
  if (policyVersion <= state.inEffect)
    return policyViolation('policy-in-effect', { params: { policyVersion } });
  return [
    { type: 'PolicyTookEffect', data: { key: definition.key, policyVersion, effectiveFrom } },
  ];
}
