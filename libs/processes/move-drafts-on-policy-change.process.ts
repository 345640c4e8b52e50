/**
 * Promise: when a new version of a policy is published, the drafts under it move there, with the
 * differences named. One that takes effect later is refused by the drafts now and applied when they
 * are submitted.
 */
import { type RecordedEvent } from '#kernel/envelope';
import { type Process } from '#kernel/process';
import { type CaseEventOf } from '#modules/cases/index';
import { type PolicyEvent } from '#modules/policies/index';

type Event =
  | CaseEventOf<'CaseOpened' | 'CaseSubmitted' | 'CaseWithdrawn'>
  | Extract<PolicyEvent, { type: 'PolicyPublished' }>;

interface Drafts {
  readonly caseIds: readonly string[];
}

export const moveDraftsOnPolicyChange: Process<Drafts, Event> = {
  name: 'move-drafts-on-policy-change',
  version: 1,
  handles: ['CaseOpened', 'CaseSubmitted', 'CaseWithdrawn', 'PolicyPublished'],
  key: (event) => {
    const { platform, policyVersion } = event.metadata;
    const key =
      event.type === 'PolicyPublished' ? event.data.definition.key : policyVersion?.split('@')[0];
    return key === undefined ? null : `${platform}/${key}`;
  },
  initial: { caseIds: [] },
  evolve: (state, event) => {
    if (event.type === 'PolicyPublished') return state;
    const others = state.caseIds.filter((caseId) => caseId !== caseIdOf(event));
    return { caseIds: event.type === 'CaseOpened' ? [...others, caseIdOf(event)] : others };
  },
  react: (event, { caseIds }) =>
    event.type === 'PolicyPublished'
      ? caseIds.map((id) => ({ to: 'case', id, command: { type: 'ApplyPolicyChange' } }))
      : [],
};

const caseIdOf = ({ stream }: RecordedEvent<Event>): string => stream.slice('case-'.length);
