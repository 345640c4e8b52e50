/** The door of the policies: what other areas may know of them. */
export {
  belongsTo,
  fieldsFor,
  findMaterial,
  type FieldFormat,
  KEY,
  type LocalText,
  type PolicyDefinition,
  policyDefinitionSchema,
  type PolicyDefinitionInput,
  type PolicyField,
  type PolicyMaterial,
  policyVersionOf,
} from './policy.definition.ts';
export {
  ASKS_MORE,
  type DifferenceCode,
  differencesBetween,
  type PolicyDifference,
  policyDifferenceSchema,
} from './policy.differences.ts';
export {
  checkPolicyDefinition,
  POLICY_FAULTS,
  type PolicyCheck,
  type PolicyFault,
  type PolicyFaultCode,
} from './policy.schema.ts';
export { type PolicyEvent, policyEvents } from './policy.events.ts';
export {
  isForLater,
  latestVersion,
  type PolicyState,
  policyStream,
  type PublishedPolicy,
  versionInForce,
  versionOf,
} from './policy.state.ts';
export { type PublishPolicy, type RetirePolicy } from './policy.decide.ts';
export { type PolicyCommand, policyDecider } from './policy.decider.ts';
export { policyViolations } from './policy.violations.ts';
