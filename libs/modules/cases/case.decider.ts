/** The case as a decider: every command, and the one function that decides it. */
import { type Decider } from '#kernel/decider';
import {
  appealCase,
  dismissAppeal,
  grantAppeal,
  provideAppealEvidence,
  reopenCase,
  type AppealCommand,
} from './appeal/appeal.decide.ts';
import { type Decide } from './case.decide.ts';
import { type CaseEvent } from './case.events.ts';
import { type CaseFacts } from './case.facts.ts';
import { evolveCase } from './case.evolve.ts';
import { initialCase, type CaseState } from './case.state.ts';
import {
  addNote,
  claimReview,
  expireLease,
  reassignReview,
  releaseReview,
  renewClaim,
  snoozeReview,
  wakeReview,
  type ClaimCommand,
} from './claim/claim.decide.ts';
import {
  approveCase,
  declineApproval,
  escalateCase,
  rejectCase,
  requestSupplement,
  type DecisionCommand,
} from './decision/decision.decide.ts';
import {
  applyPolicyChange,
  openCase,
  provideMaterial,
  removeMaterial,
  type DraftCommand,
} from './draft/draft.decide.ts';
import {
  markCaseOverdue,
  markOverdue,
  reissueDues,
  withDuesReissued,
  type DueCommand,
} from './due/due.decide.ts';
import {
  resumeCase,
  suspendCase,
  withStopsMadeUpFor,
  type HoldCommand,
} from './hold/hold.decide.ts';
import { assessDraft, screenCase, type ScreenCommand } from './screen/screen.decide.ts';
import {
  resubmitCase,
  submitCase,
  supplementCase,
  type SubmitCommand,
} from './submit/submit.decide.ts';
import {
  endCaseOfClosedAccount,
  expireSupplement,
  withdrawCase,
  type WithdrawCommand,
} from './withdraw/withdraw.decide.ts';

export type CaseCommand =
  | DraftCommand
  | SubmitCommand
  | ScreenCommand
  | ClaimCommand
  | DueCommand
  | DecisionCommand
  | AppealCommand
  | HoldCommand
  | WithdrawCommand;

export type CaseCommandOf<T extends CaseCommand['type']> = Extract<CaseCommand, { type: T }>;

const decisions: {
  readonly [T in CaseCommand['type']]: Decide<CaseCommandOf<T>>;
} = {
  OpenCase: openCase,
  ProvideMaterial: provideMaterial,
  RemoveMaterial: removeMaterial,
  ApplyPolicyChange: applyPolicyChange,
  SubmitCase: submitCase,
  SupplementCase: supplementCase,
  ResubmitCase: resubmitCase,
  ScreenCase: screenCase,
  AssessDraft: assessDraft,
  ClaimReview: withDuesReissued(claimReview),
  RenewClaim: withDuesReissued(renewClaim),
  ReleaseReview: releaseReview,
  ReassignReview: withDuesReissued(reassignReview),
  SnoozeReview: snoozeReview,
  WakeReview: wakeReview,
  AddNote: addNote,
  ExpireLease: expireLease,
  MarkOverdue: markOverdue,
  MarkCaseOverdue: markCaseOverdue,
  ReissueDues: reissueDues,
  ApproveCase: approveCase,
  DeclineApproval: declineApproval,
  RejectCase: rejectCase,
  RequestSupplement: requestSupplement,
  EscalateCase: escalateCase,
  AppealCase: appealCase,
  ProvideAppealEvidence: provideAppealEvidence,
  GrantAppeal: grantAppeal,
  DismissAppeal: dismissAppeal,
  ReopenCase: reopenCase,
  SuspendCase: suspendCase,
  ResumeCase: resumeCase,
  WithdrawCase: withdrawCase,
  EndCaseOfClosedAccount: endCaseOfClosedAccount,
  ExpireSupplement: expireSupplement,
};

export const CASE_COMMANDS = Object.keys(decisions) as readonly CaseCommand['type'][];

export const caseDecider: Decider<CaseCommand, CaseState, CaseEvent, CaseFacts> = {
  initial: initialCase,
  evolve: evolveCase,
  decide: (command, state, moment, facts) => {
    const decide = decisions[command.type] as Decide<CaseCommand>;
    const holds = command.type === 'SuspendCase' || command.type === 'ResumeCase';
    return (holds ? decide : withStopsMadeUpFor(decide))(command, state, moment, facts);
  },
};

export const caseStream = (caseId: string): string => `case-${caseId}`;

/** Of an event in the stream of a case. */
export const caseIdOf = ({ stream }: { readonly stream: string }): string =>
  stream.slice(caseStream('').length);
