/**
 * Promise: when a new version of a policy is published, the drafts under it move there, with the
 * differences named; so does one that was opened under the old version at that very moment, or that a
 * freeze held back, as soon as it goes on. A version that takes effect later is refused by the drafts
 * now and applied when they are submitted.
 */
import { type RecordedEvent } from '#kernel/envelope';
import { type Action, type Process } from '#kernel/process';
import { type CaseEventOf, caseIdOf } from '#modules/cases/index';
import { type PolicyEvent } from '#modules/policies/index';

type CaseMove = CaseEventOf<'CaseOpened' | 'CaseResumed' | 'CaseSubmitted' | 'CaseWithdrawn'>;
type Event = CaseMove | Extract<PolicyEvent, { type: 'PolicyPublished' }>;

interface Drafts {
  readonly caseIds: readonly string[];
  /** The newest version that was published; 0 for none. */
  readonly newest: number;
}

export const moveDraftsOnPolicyChange: Process<Drafts, Event> = {
  name: 'move-drafts-on-policy-change',
  version: 2,
  handles: ['CaseOpened', 'CaseResumed', 'CaseSubmitted', 'CaseWithdrawn', 'PolicyPublished'],
  key: (event) =>
    event.type === 'PolicyPublished' ? event.data.definition.key : (policyOf(event)?.key ?? null),
  initial: { caseIds: [], newest: 0 },
  evolve: (state, event) => {
    const others = () => state.caseIds.filter((caseId) => caseId !== caseIdOf(event));
    switch (event.type) {
      case 'PolicyPublished':
        return { ...state, newest: event.data.definition.policyVersion };
      case 'CaseOpened':
        return { ...state, caseIds: [...others(), caseIdOf(event)] };
      case 'CaseResumed':
        return state;
      default:
        return { ...state, caseIds: others() };
    }
  },
  react: (event, { caseIds, newest }) => {
    switch (event.type) {
      case 'PolicyPublished':
        return caseIds.map(move);
      case 'CaseOpened':
        return isBehind(event, newest) ? [move(caseIdOf(event))] : [];
      case 'CaseResumed':
        return isBehind(event, newest) && caseIds.includes(caseIdOf(event))
          ? [move(caseIdOf(event))]
          : [];
      default:
        return [];
    }
  },
};

/** Of the case, as its event says: `<key>@<version>`. */
function policyOf({ metadata: { policyVersion } }: RecordedEvent<CaseMove>) {
  const [key, version] = policyVersion?.split('@') ?? [];
  return key === undefined ? undefined : { key, version: Number(version) };
}

function isBehind(event: RecordedEvent<CaseMove>, newest: number): boolean {
  return (policyOf(event)?.version ?? newest) < newest;
}

const move = (id: string): Action => ({ to: 'case', id, command: { type: 'ApplyPolicyChange' } });
