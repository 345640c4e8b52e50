/** What a review ends in. */
import { type Moment } from '#kernel/actor';
import { type CaseEventOf } from '../case.events.ts';
import { type CaseState } from '../case.state.ts';
import { closed, including } from '../common.evolve.ts';

export function applyDecision(
  state: CaseState,
  event: CaseEventOf<
    | 'SupplementRequested'
    | 'ApprovalProposed'
    | 'ApprovalDeclined'
    | 'ProposalVoided'
    | 'CaseApproved'
    | 'CaseRejected'
  >,
  { at, by }: Moment,
): CaseState {
  switch (event.type) {
    case 'SupplementRequested':
      return {
        ...state,
        status: 'awaiting-supplement',
        review: null,
        proposal: null,
        overall: null,
        overallOverdue: false,
        materials: nothingRenewed(state.materials),
        supplement: {
          items: event.data.items,
          until: event.data.until ?? null,
          overallLeftMs: event.data.overallLeftMs ?? null,
        },
        stopped: state.overall && { overall: state.overall, at },
        deciders: including(state.deciders, by.id),
      };
    case 'ApprovalProposed':
      return {
        ...state,
        review: null,
        proposal: { by: event.data.by, evidence: event.data.evidence },
        deciders: including(state.deciders, event.data.by),
      };
    case 'ApprovalDeclined':
      return {
        ...state,
        review: null,
        proposal: null,
        deciders: including(state.deciders, event.data.by),
      };
    case 'ProposalVoided':
      return { ...state, review: null, proposal: null };
    case 'CaseApproved': {
      const { validUntil, identityRef, approvers } = event.data;
      return {
        ...closed(state, 'approved'),
        approval: { at, validUntil, identityRef: identityRef ?? null, approvers },
        deciders: approvers.reduce(including, state.deciders),
      };
    }
    case 'CaseRejected': {
      const { reasons, final, appealUntil } = event.data;
      const person = by.kind === 'person' ? event.data.by : null;
      return {
        ...closed(state, 'rejected'),
        materials: nothingRenewed(state.materials),
        rejection: { at, by: person, reasons, final, appealUntil, appealed: false },
        deciders: person === null ? state.deciders : including(state.deciders, person),
      };
    }
  }
}

function nothingRenewed(materials: CaseState['materials']): CaseState['materials'] {
  return Object.fromEntries(
    Object.entries(materials).map(([key, material]) => [
      key,
      { ...material, renewed: { fields: [], files: [] } },
    ]),
  );
}
