/** Definitions for specs: the samples, read as an author's text is. */
import business from './samples/business.policy.json' with { type: 'json' };
import individual from './samples/individual.policy.json' with { type: 'json' };
import { type PolicyDefinition, policyDefinitionSchema } from './policy.definition.ts';

export const individualPolicy: PolicyDefinition = policyDefinitionSchema.parse(individual);
export const businessPolicy: PolicyDefinition = policyDefinitionSchema.parse(business);

type Mutable<T> = T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T;

/** A copy of a definition with something else in it. */
export function changed(
  definition: PolicyDefinition,
  change: (copy: Mutable<PolicyDefinition>) => void,
): PolicyDefinition {
  const copy = structuredClone(definition);
  change(copy);
  return copy;
}
