/** What the holder of a review may decide, and what can be done next once it is decided. */
import { type CaseCommand, type CaseEvent } from '#modules/cases/index';
import { DECLARED } from '../../libs/modules/cases/case.testkit.ts';

const reasons = [{ code: 'illegible', pointer: { material: 'phone' } }];
const items = [{ material: 'phone', reasons }];
const anotherPhone = {
  type: 'ProvideMaterial',
  material: 'phone',
  fields: { number: { ref: 'another-phone', commitment: 'commitment-of-another-phone' } },
  files: [],
  findings: [],
} as const;

interface Made {
  readonly command: CaseCommand;
  readonly event: CaseEvent['type'];
  /** Of the applicant. */
  readonly next: readonly CaseCommand[];
  /** The case's last event then. */
  readonly last: CaseEvent['type'];
}

const MADE = {
  approval: {
    command: { type: 'ApproveCase', review: 1 },
    event: 'CaseApproved',
    next: [],
    last: 'CaseApproved',
  },
  'rejection to be mended': {
    command: { type: 'RejectCase', review: 1, reasons, final: false },
    event: 'CaseRejected',
    next: [anotherPhone, { type: 'ResubmitCase', ...DECLARED }],
    last: 'ReviewRequested',
  },
  'final rejection': {
    command: { type: 'RejectCase', review: 1, reasons, final: true },
    event: 'CaseRejected',
    next: [{ type: 'AppealCase', statementRef: 'why', commitment: 'commitment', files: [] }],
    last: 'ReviewRequested',
  },
  'request for a supplement': {
    command: { type: 'RequestSupplement', review: 1, items },
    event: 'SupplementRequested',
    next: [anotherPhone, { type: 'SupplementCase', ...DECLARED }],
    last: 'ReviewRequested',
  },
  escalation: {
    command: { type: 'EscalateCase', review: 1, cause: 'unsure' },
    event: 'CaseEscalated',
    next: [],
    last: 'CaseEscalated',
  },
} as const satisfies Record<string, Made>;

export type Decision = keyof typeof MADE;
export const DECISIONS: Readonly<Record<Decision, Made>> = MADE;
export const ALL_DECISIONS = Object.keys(MADE) as readonly Decision[];
