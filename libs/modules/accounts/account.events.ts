/**
 * The events of an applicant's account, in life order. Stored for ever: add, never change. No personal
 * data: causes are codes of closed lists, so that nobody can write about a person here.
 */
import { z } from 'zod';
import { defineEvent, EventCatalogue, type EventOf } from '#kernel/event-definition';
import { instantSchema } from '#kernel/schemas';

export const ACCOUNT_KINDS = ['individual', 'business'] as const;
export type AccountKind = (typeof ACCOUNT_KINDS)[number];

export const FREEZE_CAUSES = [
  'complaint',
  'compromise',
  'duplicate-identity',
  'holder-request',
  'legal-order',
  'risk-review',
  'suspected-fraud',
] as const;
export type FreezeCause = (typeof FREEZE_CAUSES)[number];

/** What a freeze stops: everything, or verification alone. Either way open cases are suspended. */
export const FREEZE_SCOPES = ['all', 'verification'] as const;
export type FreezeScope = (typeof FREEZE_SCOPES)[number];

/** On which ground of law (after PIPL, article 13, and GDPR, article 6) an account is restricted. */
export const LEGAL_BASES = [
  'consent',
  'contract',
  'legal-obligation',
  'legitimate-interest',
  'public-authority-order',
  'vital-interest',
] as const;
export type LegalBasis = (typeof LEGAL_BASES)[number];

export const BAN_CAUSES = [
  'duplicate-identity',
  'fraud',
  'legal-order',
  'sanctions',
  'terms-breach',
] as const;
export type BanCause = (typeof BAN_CAUSES)[number];

export const CLOSURE_CAUSES = ['holder-request', 'legal-order', 'platform-decision'] as const;
export type ClosureCause = (typeof CLOSURE_CAUSES)[number];

export const REVOCATION_CAUSES = ['case-reopened', 'fraud', 'identity-released'] as const;
export type RevocationCause = (typeof REVOCATION_CAUSES)[number];

const freezeIdSchema = z.uuid().describe('Tells this freeze from others of the same account.');
const caseIdSchema = z.string().min(1).describe('The case that the verification came from.');
const legalBasisSchema = z.enum(LEGAL_BASES).optional();

export const accountRegistered = defineEvent(
  'AccountRegistered',
  'An applicant has an account on the platform.',
  z.strictObject({
    accountId: z.uuid(),
    principalId: z.string().min(1).describe("The subject of the holder's tokens."),
    kind: z.enum(ACCOUNT_KINDS),
    subjectId: z
      .uuid()
      .describe('The subject whose data it is: the unit of encryption and erasure.'),
  }),
);

export const accountFrozen = defineEvent(
  'AccountFrozen',
  'The account was suspended. It stays so until every freeze of it is lifted.',
  z.strictObject({
    freezeId: freezeIdSchema,
    cause: z.enum(FREEZE_CAUSES),
    scope: z.enum(FREEZE_SCOPES),
    legalBasis: legalBasisSchema,
    until: instantSchema.optional().describe('When it ends by itself; absent: when it is lifted.'),
  }),
);

export const accountUnfrozen = defineEvent(
  'AccountUnfrozen',
  'One freeze of the account was lifted, or ran out.',
  z.strictObject({
    freezeId: freezeIdSchema,
    how: z.enum(['lifted', 'expired']),
    stillFrozen: z.boolean().describe('Whether other freezes keep the account suspended.'),
  }),
);

export const accountBanned = defineEvent(
  'AccountBanned',
  'The account was shut out for good.',
  z.strictObject({ cause: z.enum(BAN_CAUSES), legalBasis: legalBasisSchema }),
);

export const verificationGranted = defineEvent(
  'VerificationGranted',
  'An approved case made the account a verified one.',
  z.strictObject({
    caseId: caseIdSchema,
    policyKey: z.string().min(1),
    policyVersion: z.int().min(1),
    validUntil: instantSchema.optional().describe('Absent: without end.'),
  }),
);

export const verificationRevoked = defineEvent(
  'VerificationRevoked',
  'What an approved case had granted was taken back.',
  z.strictObject({ caseId: caseIdSchema, cause: z.enum(REVOCATION_CAUSES) }),
);

export const accountClosed = defineEvent(
  'AccountClosed',
  'The account ended.',
  z.strictObject({ cause: z.enum(CLOSURE_CAUSES) }),
);

const definitions = [
  accountRegistered,
  accountFrozen,
  accountUnfrozen,
  accountBanned,
  verificationGranted,
  verificationRevoked,
  accountClosed,
] as const;

export type AccountEvent = EventOf<(typeof definitions)[number]>;

export const accountEvents = new EventCatalogue(definitions);
