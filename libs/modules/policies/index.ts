/** The door of the policies: what other areas may know of them. */
export {
  belongsTo,
  findMaterial,
  type FieldFormat,
  KEY,
  type PolicyDefinition,
  policyDefinitionSchema,
  type PolicyField,
  type PolicyMaterial,
  PRIORITY_MAX,
} from './policy.definition.ts';
export { type DifferenceCode, differencesBetween } from './policy.differences.ts';
export { checkPolicyDefinition } from './policy.schema.ts';
export { type PolicyEvent, policyEvents } from './policy.events.ts';
export {
  isForLater,
  type PolicyState,
  policyStream,
  versionInForce,
  versionOf,
} from './policy.state.ts';
export { type PolicyCommand, policyDecider } from './policy.decider.ts';
export { policyViolations } from './policy.violations.ts';
