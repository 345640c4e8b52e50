/**
 * What is shown of a case: to its applicant, who sees reasons in their own language and no name of
 * the staff, and to the staff, who see everything but values in clear. Values are masked here; in
 * clear they are revealed one by one, for a purpose, and recorded first. What a reviewer wrote to the
 * applicant is shown to the applicant alone.
 */
import { renderReason, type Locale } from '#modules/reasons/index';
import { type FileValue, type Reason } from '../case.events.ts';
import { isOpen, type CaseState } from '../case.state.ts';
import { shortcomings } from '../submit/completeness.ts';
import { type CaseDetail } from './case-detail.view.ts';
import { tellReasons, wordsNeededFor, type Words } from './told-reasons.ts';

type Masked = ReadonlyMap<string, string>;

/** References of what reviewers wrote to the applicant and the case still shows. */
export function wordsToApplicant({ state, refused, appeals }: CaseDetail): readonly string[] {
  const asked = state.supplement?.items.map(({ reasons }) => reasons) ?? [];
  const dismissed = appeals.map(({ reasons }) => reasons);
  return [refused, ...asked, state.rejection?.reasons ?? [], ...dismissed].flatMap(wordsNeededFor);
}

export function asApplicantSees(
  document: CaseDetail,
  masked: Masked,
  words: Words,
  locale: Locale,
) {
  const { state } = document;
  const told = (reasons: readonly Reason[]) => tellReasons(reasons, words, locale);
  return {
    ...common(document, masked),
    /** When a result is expected; absent while no clock runs. */
    expectedBy: state.suspension ? null : (state.overall?.due.dueAt ?? null),
    /** Whether that may yet move by some days, since the calendar of its year is not out. */
    expectedByProvisional: !state.suspension && (state.overall?.due.provisional ?? false),
    /** Whether it takes longer than was expected. */
    overdue: state.overallOverdue,
    lacking: told(lackingOf(document)),
    /** The last one since the last submission, as it was then. */
    selfAssessment:
      document.assessed && isOpen(state)
        ? { ...document.assessed, findings: told(document.assessed.findings) }
        : null,
    supplement: state.supplement && {
      until: state.supplement.until,
      items: state.supplement.items.map(({ material, field, reasons }) => ({
        material,
        ...(field === undefined ? {} : { field }),
        reasons: told(reasons),
      })),
    },
    rejection: state.rejection && {
      final: state.rejection.final,
      appealUntil: state.rejection.appealed ? null : state.rejection.appealUntil,
      reasons: told(state.rejection.reasons),
    },
    /** With what came of each; of one that was dismissed, why. */
    appeals: document.appeals.map(({ by: _by, statementRef: _statement, ...appeal }) => ({
      ...appeal,
      files: appeal.files.map((file) => ({ ...fileOf(file, masked), at: file.at })),
      reasons: told(appeal.reasons),
    })),
    validUntil: state.approval?.validUntil ?? null,
  };
}

export function asReviewerSees(document: CaseDetail, masked: Masked, locale: Locale) {
  const { state } = document;
  const told = (reasons: readonly Reason[]) =>
    reasons.map((reason) => ({
      ...reason,
      text: renderReason(reason.code, locale, 'reviewer').text,
    }));
  return {
    ...common(document, masked),
    accountId: document.accountId,
    openedBy: state.openedBy,
    review: state.review,
    proposal: state.proposal,
    deciders: state.deciders,
    /** What stands against an approval now: materials may have changed since the screening. */
    lacking: told(lackingOf(document)),
    screening: state.screening && {
      ...state.screening,
      findings: told(state.screening.findings),
    },
    overall: state.overall,
    overallOverdue: state.overallOverdue,
    suspension: state.suspension,
    supplement: state.supplement,
    rejection: state.rejection && { ...state.rejection, reasons: told(state.rejection.reasons) },
    approval: state.approval,
    decisions: document.decisions.map((decision) => ({
      ...decision,
      reasons: told(decision.reasons),
    })),
    /** What they say is revealed by their references. */
    appeals: document.appeals.map((appeal) => ({
      ...appeal,
      files: appeal.files.map((file) => ({ ...fileOf(file, masked), at: file.at })),
      reasons: told(appeal.reasons),
    })),
    notes: document.notes,
  };
}

/** Under review: of what is held as it stands. Else what the last submission was refused for. */
function lackingOf({ state, refused }: CaseDetail): readonly Reason[] {
  const { status, rules, materials } = state;
  const isReviewed = status === 'waiting' || status === 'in-review';
  return isReviewed && rules ? shortcomings(materials, rules) : refused;
}

function common(
  { caseId, status, policyKey, openedAt, changedAt, state }: CaseDetail,
  masked: Masked,
) {
  const { version, round, policyVersion, suspension } = state;
  return {
    caseId,
    status,
    suspended: suspension !== null,
    version,
    round,
    policyKey,
    policyVersion,
    openedAt,
    changedAt,
    materials: materialsOf(state, masked),
  };
}

function materialsOf(state: CaseState, masked: Masked) {
  return Object.entries(state.materials).map(([material, held]) => ({
    material,
    documentType: held.documentType ?? null,
    fields: Object.entries(held.fields).map(([field, { ref }]) => ({
      field,
      ref,
      masked: masked.get(ref) ?? '',
      findings: held.findings
        .filter(({ pointer }) => pointer?.field === field)
        .map(({ code }) => code),
    })),
    files: held.files.map((file) => fileOf(file, masked)),
  }));
}

function fileOf({ ref, nameRef, mediaType, bytes }: FileValue, masked: Masked) {
  const name = nameRef === undefined ? null : (masked.get(nameRef) ?? '');
  return { ref, mediaType, bytes, name };
}
