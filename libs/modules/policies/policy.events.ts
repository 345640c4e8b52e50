/**
 * The events of a policy, in life order. Stored for ever: add, never change. A version is never edited;
 * what follows from a change of mind is the next version.
 */
import { z } from 'zod';
import { defineEvent, EventCatalogue, type EventOf } from '#kernel/event-definition';
import { codeSchema, instantSchema } from '#kernel/schemas';
import { keySchema, policyDefinitionSchema, policyVersionSchema } from './policy.definition.ts';
import { policyDifferenceSchema } from './policy.differences.ts';

export const policyPublished = defineEvent(
  'PolicyPublished',
  'A version of a policy was published.',
  z.strictObject({
    policyVersion: policyVersionSchema,
    definition: policyDefinitionSchema,
    effectiveFrom: instantSchema.describe('From when on drafts are held against it.'),
    changes: z
      .array(policyDifferenceSchema)
      .describe('What differs from the version before; empty for the first.'),
  }),
);

export const policyTookEffect = defineEvent(
  'PolicyTookEffect',
  'A version that was published for a later time took effect: drafts move to it.',
  z.strictObject({
    policyVersion: policyVersionSchema,
    key: keySchema.describe('Of the policy.'),
    effectiveFrom: instantSchema,
  }),
);

export const policyRetired = defineEvent(
  'PolicyRetired',
  'The policy was retired: nothing new begins under it, submitted cases run on under their version.',
  z.strictObject({
    policyVersion: policyVersionSchema.describe('The last version there is.'),
    cause: codeSchema.describe('Why, as a code.'),
  }),
);

export const POLICY_EVENT_DEFINITIONS = [policyPublished, policyTookEffect, policyRetired] as const;

export type PolicyEvent = EventOf<(typeof POLICY_EVENT_DEFINITIONS)[number]>;

export const policyEvents = new EventCatalogue(POLICY_EVENT_DEFINITIONS);
