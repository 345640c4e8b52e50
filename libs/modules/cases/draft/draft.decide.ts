/** Open a case, provide and take back materials, move a draft to the policy in force. */
import { type Moment } from '#kernel/actor';
import { type Decision } from '#kernel/decider';
import { type Violation } from '#kernel/violation';
import { belongsTo, differencesBetween, type PolicyMaterial } from '#modules/policies/index';
import {
  type CaseEvent,
  type CaseEventOf,
  type FileValue,
  type MaterialRule,
  type Reason,
  type VaultValue,
} from '../case.events.ts';
import { type CaseFacts } from '../case.facts.ts';
import { byHolder, goesOn, inGoodStanding, wrongState } from '../case.guards.ts';
import { heldOf, type CaseState } from '../case.state.ts';
import { caseViolation } from '../case.violations.ts';
import { requestReview } from '../claim/review-request.ts';

export interface OpenCase {
  readonly type: 'OpenCase';
  readonly accountId: string;
  readonly subjectId: string;
  readonly policyKey: string;
}

export interface ProvideMaterial {
  readonly type: 'ProvideMaterial';
  readonly material: string;
  readonly documentType?: string;
  readonly fields: Readonly<Record<string, VaultValue>>;
  readonly files: readonly FileValue[];
  /** What the format checks said of the fields, made where the values were still in hand. */
  readonly findings: readonly Reason[];
}

export interface RemoveMaterial {
  readonly type: 'RemoveMaterial';
  readonly material: string;
  readonly fileRef?: string;
}

export interface ApplyPolicyChange {
  readonly type: 'ApplyPolicyChange';
}

export type DraftCommand = OpenCase | ProvideMaterial | RemoveMaterial | ApplyPolicyChange;

export function openCase(
  command: OpenCase,
  state: CaseState,
  { by }: Moment,
  facts: CaseFacts,
): Decision<CaseEvent> {
  if (state.status !== 'none') return caseViolation('case-already-open');
  const stop = byHolder(by, facts.account) ?? inGoodStanding(facts.account);
  if (stop) return stop;
  const policy = facts.policyInForce;
  if (!policy) return caseViolation('policy-not-in-force', { field: 'policyKey' });
  if (policy.kind !== facts.account!.kind) {
    return caseViolation('wrong-kind-of-account', {
      field: 'policyKey',
      params: { kind: policy.kind },
    });
  }
  return [
    {
      type: 'CaseOpened',
      data: {
        accountId: command.accountId,
        subjectId: command.subjectId,
        policyKey: policy.key,
        policyVersion: policy.policyVersion,
        accountRevision: facts.account!.revision,
      },
    },
  ];
}

export function provideMaterial(
  command: ProvideMaterial,
  state: CaseState,
  moment: Moment,
  facts: CaseFacts,
): Decision<CaseEvent> {
  const stop = mayChangeMaterials(state, moment, facts) ?? fits(command, state, facts);
  if (stop) return stop;
  const { material, documentType, fields, files, findings } = command;
  const provided: CaseEvent = {
    type: 'MaterialProvided',
    data: {
      material,
      ...(documentType === undefined ? {} : { documentType }),
      fields,
      files: [...files],
      findings: [...findings],
    },
  };
  return [provided, ...voidProposal(state, moment, facts)];
}

export function removeMaterial(
  command: RemoveMaterial,
  state: CaseState,
  moment: Moment,
  facts: CaseFacts,
): Decision<CaseEvent> {
  const stop = mayChangeMaterials(state, moment, facts);
  if (stop) return stop;
  const held = heldOf(state.materials, command.material);
  const { material, fileRef } = command;
  if (!held) return caseViolation('material-not-provided', { field: 'material' });
  if (fileRef !== undefined && !held.files.some(({ ref }) => ref === fileRef)) {
    return caseViolation('material-not-provided', { field: 'file' });
  }
  const removed: CaseEvent = {
    type: 'MaterialRemoved',
    data: { material, ...(fileRef === undefined ? {} : { fileRef }) },
  };
  return [removed, ...voidProposal(state, moment, facts)];
}

/** By the applicant, or by the system when a version comes into force. */
export function applyPolicyChange(
  _command: ApplyPolicyChange,
  state: CaseState,
  { by }: Moment,
  facts: CaseFacts,
): Decision<CaseEvent> {
  const stop = goesOn(state) ?? (by.kind === 'system' ? null : byHolder(by, facts.account));
  if (stop) return stop;
  if (state.status !== 'draft') return wrongState(state);
  const moved = policyChange(state, facts);
  return moved ? [moved] : caseViolation('draft-is-current');
}

/** The event that moves a draft to the policy in force; null where it is there already. */
export function policyChange(
  state: CaseState,
  facts: CaseFacts,
): CaseEventOf<'PolicyChangeApplied'> | null {
  const { policy, policyInForce } = facts;
  if (!policy || !policyInForce || policyInForce.policyVersion <= policy.policyVersion) return null;
  return {
    type: 'PolicyChangeApplied',
    data: {
      fromVersion: state.policyVersion,
      toVersion: policyInForce.policyVersion,
      differences: differencesBetween(policy, policyInForce).map(({ code, path }) => ({
        code,
        path,
      })),
      ...findingsAfter(state, facts),
    },
  };
}

/** Of all that is held: what was checked anew as it was found now, the rest as it was. */
function findingsAfter(
  { materials }: CaseState,
  { checkedAnew = [] }: CaseFacts,
): { findings?: Reason[] } {
  if (checkedAnew.length === 0) return {};
  const kept = Object.entries(materials).flatMap(([material, { findings }]) =>
    findings.filter(
      ({ pointer }) =>
        !checkedAnew.some((one) => one.material === material && one.field === pointer?.field),
    ),
  );
  const found = checkedAnew.flatMap(({ material, field, finding }) =>
    finding === null ? [] : [{ code: finding, pointer: { material, field } }],
  );
  return { findings: [...kept, ...found] };
}

/**
 * Materials may change while the applicant has the case (draft, supplement, resubmission), and while
 * it waits for a decision: what is added then is evidence like any other, and a proposal made without
 * it falls. During screening and after the end they stay as they are.
 */
function mayChangeMaterials(state: CaseState, { by }: Moment, facts: CaseFacts): Violation | null {
  const stop = goesOn(state) ?? byHolder(by, facts.account) ?? inGoodStanding(facts.account);
  if (stop) return stop;
  switch (state.status) {
    case 'draft':
    case 'awaiting-supplement':
      return null;
    case 'waiting':
    case 'in-review':
      return state.review?.level === 'appeal' ? wrongState(state) : null;
    case 'rejected':
      return state.rejection?.final === false ? null : wrongState(state);
    default:
      return wrongState(state);
  }
}

/** What the command names exists in the policy: the draft's, or the one the case was submitted under. */
function fits(command: ProvideMaterial, state: CaseState, facts: CaseFacts): Violation | null {
  const material = facts.policy?.materials.find(({ key }) => key === command.material);
  if (!material) return caseViolation('unknown-material', { field: 'material' });
  const held = heldOf(state.materials, command.material);
  return (
    fitsDocumentType(command, material) ??
    fitsFields(command, material, command.documentType ?? held?.documentType) ??
    fitsFiles(command, material, held?.files.length ?? 0)
  );
}

function fitsDocumentType(command: ProvideMaterial, material: PolicyMaterial): Violation | null {
  const accepted = material.accepts.documentTypes;
  if (command.documentType === undefined || accepted.includes(command.documentType)) return null;
  return caseViolation('unknown-document-type', { field: 'documentType', params: { accepted } });
}

function fitsFields(
  { fields, files }: ProvideMaterial,
  material: PolicyMaterial,
  documentType: string | undefined,
): Violation | null {
  for (const key of Object.keys(fields)) {
    const field = material.fields.find((one) => one.key === key);
    if (!field) return caseViolation('field-not-in-policy', { field: `fields.${key}` });
    // Until it is said which document it is, a field of any of them may be given.
    if (documentType !== undefined && !belongsTo(field, documentType)) {
      return caseViolation('field-not-of-document-type', {
        field: `fields.${key}`,
        params: { documentType },
      });
    }
  }
  const nothing = Object.keys(fields).length === 0 && files.length === 0;
  return nothing ? caseViolation('nothing-provided') : null;
}

function fitsFiles(
  { files }: ProvideMaterial,
  material: PolicyMaterial,
  already: number,
): Violation | null {
  const accepted = material.accepts.mediaTypes;
  if (files.some(({ mediaType }) => !accepted.includes(mediaType))) {
    return caseViolation('media-type-not-accepted', { field: 'file', params: { accepted } });
  }
  const { max } = material.files;
  return files.length > 0 && already + files.length > max
    ? caseViolation('too-many-files', { field: 'file', params: { max } })
    : null;
}

function voidProposal(state: CaseState, { at }: Moment, facts: CaseFacts): readonly CaseEvent[] {
  if (!state.proposal || !state.review || !state.rules) return [];
  return [
    { type: 'ProposalVoided', data: { review: state.review.number, cause: 'evidence-changed' } },
    requestReview(state, state.rules, 'first', at, facts),
  ];
}

/** What the rules need to know of a policy's material. */
export function materialRule(material: PolicyMaterial): MaterialRule {
  return {
    key: material.key,
    required: material.required,
    filesMin: material.files.min,
    filesMax: material.files.max,
    accepts: {
      documentTypes: [...material.accepts.documentTypes],
      mediaTypes: [...material.accepts.mediaTypes],
    },
    fields: material.fields.map(({ key, format, required, identity, onlyFor }) => ({
      key,
      format,
      required,
      identity,
      ...(onlyFor === undefined ? {} : { onlyFor }),
    })),
  };
}
