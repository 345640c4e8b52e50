/**
 * Every event of a case, in life order. Stored for ever: add, never change; a new schema version
 * needs an upcast and a golden sample (docs/how-to/change-an-event.md). No personal data: texts,
 * field values, file names and files are vault references with keyed commitments.
 */
import { z } from 'zod';
import { type Instant, isInstant } from '#kernel/instants';
import { defineEvent, EventCatalogue, type EventOf } from '#kernel/event-definition';

const instant = z
  .custom<Instant>((value) => typeof value === 'string' && isInstant(value))
  .meta({
    type: 'string',
    format: 'date-time',
  });
const count = z.int().min(1);
const ms = z.int().min(0).describe('milliseconds');
const code = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/);
const vaultRef = z.string().describe('vault reference');
const person = z.string().describe('principal id');
const streamRevision = z.int().min(0);

const vaultValue = z.strictObject({
  ref: vaultRef,
  commitment: z.string().describe('keyed commitment to the value'),
});
const fileValue = z.strictObject({
  ref: vaultRef,
  nameRef: vaultRef.describe('vault reference of the file name').optional(),
  commitment: z.string(),
  mediaType: z.string(),
  bytes: z.int().min(0),
});
const pointer = z.strictObject({ material: z.string().optional(), field: z.string().optional() });
const reason = z.strictObject({
  code: code.describe('code of the reason catalogue'),
  pointer: pointer.optional(),
  textRef: vaultRef.describe('vault reference of what the reviewer wrote').optional(),
});
const reasons = z.array(reason).min(1);
const due = z.strictObject({
  dueAt: instant,
  calendarVersion: z.string(),
  provisional: z.boolean().describe('reaches into a year without calendar data'),
});
const clock = z.strictObject({
  startedAt: instant,
  grantedMs: ms.describe('business time granted from startedAt on'),
  due,
});
const businessHours = z.strictObject({
  timeZone: z.string(),
  opens: z.string(),
  closes: z.string(),
});
const materialRule = z.strictObject({
  key: z.string(),
  required: z.boolean(),
  filesMin: z.int().min(0),
  filesMax: z.int().min(0),
  accepts: z
    .strictObject({
      documentTypes: z.array(z.string()).describe('empty: none is asked'),
      mediaTypes: z.array(z.string()),
    })
    .optional()
    .describe('absent: what was provided was held against it before, and it cannot have changed'),
  fields: z.array(
    z.strictObject({
      key: z.string(),
      format: z.string(),
      required: z.boolean(),
      identity: z.boolean().describe('identifies the subject'),
      onlyFor: z
        .array(z.string())
        .optional()
        .describe('the document types that the field belongs to; absent: all'),
    }),
  ),
});
const rules = z
  .strictObject({
    policyKey: z.string(),
    policyVersion: count,
    declarationVersion: z.string(),
    queue: z.string(),
    skill: z.string().optional().describe('what a reviewer must be skilled in'),
    secondSkill: z.string().optional(),
    appealSkill: z.string().optional(),
    approvalsNeeded: z.union([z.literal(1), z.literal(2)]),
    leaseMs: ms,
    renewalsMax: z.int().min(0),
    reviewMs: ms.describe('business time for one review, in milliseconds'),
    overallMs: ms.describe('business time for the whole case, in milliseconds'),
    roundsMax: count,
    supplementMs: ms.describe('calendar time to supplement, in milliseconds'),
    appealMs: ms.nullable().describe('calendar time to appeal, in milliseconds; null: no appeal'),
    validityMs: ms.nullable().describe('how long an approval holds; null: without end'),
    businessHours,
    screeningRejectsFormalLack: z.boolean(),
    priority: z.int(),
    materials: z.array(materialRule),
  })
  .describe('what the rules need of the policy, copied at submission');

const evidence = z
  .string()
  .describe('digest of the evidence shown: commitments and screening outcomes');
const reviewNo = count.describe('number of the review within the case');
const level = z.enum(['first', 'second', 'appeal', 'unfreeze']);
export const REVIEW_LEVELS = level.options;
const round = count.describe('round of submission');
const staffRevision = streamRevision.describe("revision of the actor's staff stream that was read");
const accountRevision = streamRevision.describe('revision of the account stream that was read');

export const caseOpened = defineEvent(
  'CaseOpened',
  'A draft was begun for an account under a policy version.',
  z.strictObject({
    accountId: z.string(),
    subjectId: z.string(),
    policyKey: z.string(),
    policyVersion: count,
    accountRevision: accountRevision.optional(),
    source: z
      .strictObject({ digest: z.string(), trace: z.string() })
      .optional()
      .describe('imports: the log and its trace'),
  }),
);
export const policyChangeApplied = defineEvent(
  'PolicyChangeApplied',
  'The draft moved to a newer version of its policy.',
  z.strictObject({
    fromVersion: count,
    toVersion: count,
    differences: z.array(z.strictObject({ code, path: z.string() })),
    findings: z
      .array(reason)
      .optional()
      .describe('what formats find in all that is held now; absent: the same as before'),
  }),
);
export const materialProvided = defineEvent(
  'MaterialProvided',
  'Fields or files of one material were provided; what is named replaces what was there before.',
  z.strictObject({
    material: z.string(),
    documentType: z.string().optional(),
    fields: z.record(z.string(), vaultValue),
    files: z.array(fileValue),
    findings: z.array(reason).describe('what the format checks found in the fields given here'),
  }),
);
export const materialRemoved = defineEvent(
  'MaterialRemoved',
  'A material, or one file of it, was taken back.',
  z.strictObject({ material: z.string(), fileRef: vaultRef.optional() }),
);
export const selfAssessmentCompleted = defineEvent(
  'SelfAssessmentCompleted',
  'The applicant had the draft screened without submitting it.',
  z.strictObject({ outcome: z.enum(['clear', 'attention', 'lacking']), findings: z.array(reason) }),
);
export const submissionRefused = defineEvent(
  'SubmissionRefused',
  'A submission was incomplete and did not count.',
  z.strictObject({ round, reasons, policyVersion: count }),
);
export const caseSubmitted = defineEvent(
  'CaseSubmitted',
  'The applicant submitted a round and declared it truthful. From here the case runs under these rules.',
  z.strictObject({
    round,
    declaration: z.strictObject({ textVersion: z.string() }).optional(),
    rules: rules.optional().describe('absent in imports, whose log knows none'),
    accountRevision: accountRevision.optional(),
    overall: clock.optional(),
    evidence: evidence.optional(),
  }),
);
export const screeningStarted = defineEvent(
  'ScreeningStarted',
  'The automatic checks of a round began.',
  z.strictObject({ round }),
);
export const screeningCheckCompleted = defineEvent(
  'ScreeningCheckCompleted',
  'One automatic check came to an outcome.',
  z.strictObject({
    round,
    check: z.string(),
    outcome: z.enum(['clear', 'attention', 'lacking']),
    findings: z.array(reason),
  }),
);
export const screeningFailed = defineEvent(
  'ScreeningFailed',
  'A check could not be made; the case is kept, its clock stopped, and the screening tried again.',
  z.strictObject({
    round,
    check: z.string(),
    cause: code,
    attempt: count.optional().describe('of how many that failed, one after the other'),
    retryAt: instant.optional(),
    overallLeftMs: ms.optional().describe('business time; absent: the clock stood already'),
  }),
);
export const screeningCompleted = defineEvent(
  'ScreeningCompleted',
  'All checks of a round are done.',
  z.strictObject({
    round,
    outcome: z.enum(['clear', 'attention', 'lacking']),
    accountRevision: accountRevision.optional(),
    overall: clock.optional().describe('goes on, where a failure had stopped it'),
  }),
);
export const reviewRequested = defineEvent(
  'ReviewRequested',
  'A human look is asked for and waits in a queue.',
  z.strictObject({
    review: reviewNo,
    level,
    round,
    queue: z.string(),
    skill: z.string().optional(),
    priority: z.int(),
    clock: clock.optional(),
  }),
);
export const reviewClaimed = defineEvent(
  'ReviewClaimed',
  'A reviewer took the review for the length of a lease.',
  z.strictObject({
    review: reviewNo,
    by: person,
    leaseUntil: instant.optional(),
    staffRevision: staffRevision.optional(),
    accountRevision: accountRevision.optional(),
  }),
);
export const reviewClaimRenewed = defineEvent(
  'ReviewClaimRenewed',
  'The holder prolonged the lease.',
  z.strictObject({ review: reviewNo, by: person, leaseUntil: instant, renewal: count }),
);
export const reviewReleased = defineEvent(
  'ReviewReleased',
  'The claim was given up, or taken away; the review waits again.',
  z.strictObject({
    review: reviewNo,
    by: person.describe('who held it'),
    cause: z.enum([
      'holder',
      'lead',
      'staff-suspended',
      'staff-left',
      'not-eligible',
      'snoozed',
      'imported',
    ]),
  }),
);
export const reviewLeaseExpired = defineEvent(
  'ReviewLeaseExpired',
  'The lease ran out; the review waits again.',
  z.strictObject({ review: reviewNo, by: person, leaseUntil: instant }),
);
export const reviewReassigned = defineEvent(
  'ReviewReassigned',
  'A lead gave the review to somebody else.',
  z.strictObject({
    review: reviewNo,
    from: person.nullable(),
    to: person,
    leaseUntil: instant,
    staffRevision: streamRevision.describe(
      "revision of the new holder's staff stream that was read",
    ),
  }),
);
export const noteAdded = defineEvent(
  'NoteAdded',
  'Somebody of the staff wrote a note.',
  z.strictObject({ noteId: z.string(), textRef: vaultRef, commitment: z.string() }),
);
export const supplementRequested = defineEvent(
  'SupplementRequested',
  'The applicant is asked for more, item by item; the clock stops.',
  z.strictObject({
    review: reviewNo.optional(),
    items: z.array(z.strictObject({ material: z.string(), field: z.string().optional(), reasons })),
    until: instant.optional().describe('calendar deadline'),
    overallLeftMs: ms.optional(),
    evidence: evidence.optional(),
    staffRevision: staffRevision.optional(),
  }),
);
export const caseSupplemented = defineEvent(
  'CaseSupplemented',
  'The applicant supplied what was asked for; the next round begins.',
  z.strictObject({
    round,
    declaration: z.strictObject({ textVersion: z.string() }).optional(),
    accountRevision: accountRevision.optional(),
    overall: clock.optional(),
    evidence: evidence.optional(),
  }),
);
export const caseEscalated = defineEvent(
  'CaseEscalated',
  'The holder passed the review on to a senior reviewer.',
  z.strictObject({
    review: reviewNo,
    from: person,
    cause: code,
    textRef: vaultRef.optional(),
    staffRevision: staffRevision.optional(),
  }),
);
export const approvalProposed = defineEvent(
  'ApprovalProposed',
  'A first reviewer would approve; a second, different person has to look.',
  z.strictObject({ review: reviewNo, by: person, evidence, staffRevision, accountRevision }),
);
export const approvalDeclined = defineEvent(
  'ApprovalDeclined',
  'The second reviewer does not agree; the first review is to be done again.',
  z.strictObject({ review: reviewNo, by: person, reasons, staffRevision }),
);
export const proposalVoided = defineEvent(
  'ProposalVoided',
  'A proposed approval fell, since what it was made on has changed.',
  z.strictObject({
    review: reviewNo,
    cause: z.enum(['evidence-changed', 'reassessed']),
  }),
);
export const caseApproved = defineEvent(
  'CaseApproved',
  'The verification succeeded.',
  z.strictObject({
    review: reviewNo.optional(),
    approvers: z.array(person),
    validUntil: instant.nullable(),
    identityRef: z.string().optional().describe('random reference of the entry in the blind index'),
    evidence: evidence.optional(),
    staffRevision: staffRevision.optional(),
    accountRevision: accountRevision.optional(),
  }),
);
export const caseRejected = defineEvent(
  'CaseRejected',
  'The verification failed, for these reasons; it may be resubmitted or not.',
  z.strictObject({
    review: reviewNo.optional(),
    by: person,
    reasons,
    final: z.boolean(),
    appealUntil: instant.nullable(),
    evidence: evidence.optional(),
    staffRevision: staffRevision.optional(),
  }),
);
export const caseAppealed = defineEvent(
  'CaseAppealed',
  'The applicant appealed against a final rejection.',
  z.strictObject({
    appeal: count,
    statementRef: vaultRef,
    commitment: z.string(),
    files: z.array(fileValue),
    accountRevision,
  }),
);
export const appealEvidenceProvided = defineEvent(
  'AppealEvidenceProvided',
  'The applicant gave files to an appeal that is open.',
  z.strictObject({ appeal: count, files: z.array(fileValue).min(1), accountRevision }),
);
export const appealGranted = defineEvent(
  'AppealGranted',
  'The appeal was right: the case is reviewed again, or approved at once.',
  z.strictObject({
    review: reviewNo,
    by: person,
    outcome: z.enum(['review-again', 'approved']),
    textRef: vaultRef.optional(),
    evidence,
    staffRevision,
  }),
);
export const appealDismissed = defineEvent(
  'AppealDismissed',
  'The appeal was not right: the rejection stands.',
  z.strictObject({ review: reviewNo, by: person, reasons, evidence, staffRevision }),
);
export const caseReopened = defineEvent(
  'CaseReopened',
  'A closed case is looked at again; what it granted is revoked.',
  z.strictObject({
    by: person,
    cause: z.enum(['new-evidence', 'fraud-found', 'error-found', 'complaint']),
    textRef: vaultRef.optional(),
    revokesApproval: z.boolean(),
    staffRevision,
  }),
);
export const reviewSnoozed = defineEvent(
  'ReviewSnoozed',
  'The review is put off until an instant; its clock goes on.',
  z.strictObject({ review: reviewNo, by: person, until: instant, cause: code }),
);
export const reviewWoken = defineEvent(
  'ReviewWoken',
  'A snoozed review waits again.',
  z.strictObject({ review: reviewNo, cause: z.enum(['time', 'person']) }),
);
export const caseSuspended = defineEvent(
  'CaseSuspended',
  'The account is frozen or banned: the case stops where it is, and so do its clocks. What each has left is kept.',
  z.strictObject({
    freezeId: z.string(),
    cause: code,
    standing: z
      .enum(['frozen', 'banned'])
      .optional()
      .describe('of the account, as it was read; absent: that has changed since'),
    accountRevision,
    reviewLeftMs: ms.optional().describe('business time'),
    overallLeftMs: ms.optional().describe('business time'),
    leaseLeftMs: ms.optional().describe('calendar time'),
    supplementLeftMs: ms.optional().describe('calendar time'),
    appealLeftMs: ms.optional().describe('calendar time'),
    snoozeLeftMs: ms.optional().describe('calendar time'),
  }),
);
export const caseResumed = defineEvent(
  'CaseResumed',
  'The freeze is lifted: the case goes on where it was, with new due times.',
  z.strictObject({
    freezeId: z.string(),
    accountRevision,
    review: clock.optional(),
    overall: clock.optional(),
    leaseUntil: instant.optional(),
    supplementUntil: instant.optional(),
    appealUntil: instant.optional(),
    snoozedUntil: instant.optional(),
  }),
);
export const dueReissued = defineEvent(
  'DueReissued',
  'A due time was reckoned anew, for new calendar data or announced maintenance.',
  z.strictObject({
    which: z.enum(['review', 'overall']),
    review: reviewNo.optional(),
    clock,
    cause: z.enum(['calendar', 'maintenance']),
  }),
);
export const reviewOverdue = defineEvent(
  'ReviewOverdue',
  'The business time granted to a review is used up.',
  z.strictObject({ review: reviewNo, dueAt: instant }),
);
export const caseOverdue = defineEvent(
  'CaseOverdue',
  'The business time granted to the case as a whole is used up.',
  z.strictObject({ dueAt: instant }),
);
export const caseWithdrawn = defineEvent(
  'CaseWithdrawn',
  'The case was given up before a decision.',
  z.strictObject({
    cause: z.enum(['applicant', 'lapsed', 'account-closed', 'imported']),
    review: reviewNo.optional().describe('the review that was open; absent: none was'),
  }),
);
export const caseExpired = defineEvent(
  'CaseExpired',
  'The supplement did not come in time.',
  z.strictObject({ cause: z.enum(['supplement-deadline']), dueAt: instant }),
);
export const historyRecorded = defineEvent(
  'HistoryRecorded',
  'An imported fact that has no other meaning here.',
  z.strictObject({ activity: z.string(), transition: z.string(), note: code.optional() }),
);

export const CASE_EVENT_DEFINITIONS = [
  caseOpened,
  policyChangeApplied,
  materialProvided,
  materialRemoved,
  selfAssessmentCompleted,
  submissionRefused,
  caseSubmitted,
  screeningStarted,
  screeningCheckCompleted,
  screeningFailed,
  screeningCompleted,
  reviewRequested,
  reviewClaimed,
  reviewClaimRenewed,
  reviewReleased,
  reviewLeaseExpired,
  reviewReassigned,
  noteAdded,
  supplementRequested,
  caseSupplemented,
  caseEscalated,
  approvalProposed,
  approvalDeclined,
  proposalVoided,
  caseApproved,
  caseRejected,
  caseAppealed,
  appealEvidenceProvided,
  appealGranted,
  appealDismissed,
  caseReopened,
  reviewSnoozed,
  reviewWoken,
  caseSuspended,
  caseResumed,
  dueReissued,
  reviewOverdue,
  caseOverdue,
  caseWithdrawn,
  caseExpired,
  historyRecorded,
] as const;

export const caseEvents = new EventCatalogue(CASE_EVENT_DEFINITIONS);

export type CaseEvent = EventOf<(typeof CASE_EVENT_DEFINITIONS)[number]>;
export type CaseEventOf<T extends CaseEvent['type']> = Extract<CaseEvent, { type: T }>;

export type CaseRules = z.infer<typeof rules>;
export type MaterialRule = z.infer<typeof materialRule>;
export type BusinessClock = z.infer<typeof clock>;
export type VaultValue = z.infer<typeof vaultValue>;
export type FileValue = z.infer<typeof fileValue>;
export type Reason = z.infer<typeof reason>;
export type ReviewLevel = z.infer<typeof level>;
export type SupplementItem = CaseEventOf<'SupplementRequested'>['data']['items'][number];
export type ScreeningOutcome = CaseEventOf<'ScreeningCompleted'>['data']['outcome'];
