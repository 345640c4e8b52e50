/**
 * Promise: when a new version of a policy takes effect, at its publication or later, the drafts under it
 * move there, with the differences named; so does one that was opened under the old version at that very
 * moment, or that a freeze held back, as soon as it goes on. That the time of a version has come is an
 * event of the policy, which a timer sees to (policy-timers.view.ts). A crash between two drafts repeats
 * the commands under the same ids: the first answers as it did, the second is reached.
 */
import { type RecordedEvent } from '#kernel/envelope';
import { type Action, type Process } from '#kernel/process';
import { type CaseEventOf, caseIdOf } from '#modules/cases/index';
import { isForLater, type PolicyEvent } from '#modules/policies/index';

type CaseMove = CaseEventOf<'CaseOpened' | 'CaseResumed' | 'CaseSubmitted' | 'CaseWithdrawn'>;
type Event = CaseMove | Extract<PolicyEvent, { type: 'PolicyPublished' | 'PolicyTookEffect' }>;

interface Drafts {
  readonly caseIds: readonly string[];
  /** The newest version that took effect; 0 for none. */
  readonly newest: number;
}

export const moveDraftsOnPolicyChange: Process<Drafts, Event> = {
  name: 'move-drafts-on-policy-change',
  version: 3,
  handles: [
    'CaseOpened',
    'CaseResumed',
    'CaseSubmitted',
    'CaseWithdrawn',
    'PolicyPublished',
    'PolicyTookEffect',
  ],
  key: (event) => {
    switch (event.type) {
      case 'PolicyPublished':
        return event.data.definition.key;
      case 'PolicyTookEffect':
        return event.data.key;
      default:
        return policyOf(event)?.key ?? null;
    }
  },
  initial: { caseIds: [], newest: 0 },
  evolve: (state, event) => {
    const others = () => state.caseIds.filter((caseId) => caseId !== caseIdOf(event));
    switch (event.type) {
      case 'PolicyPublished':
        return takesEffectNow(event) ? { ...state, newest: event.data.policyVersion } : state;
      case 'PolicyTookEffect':
        return { ...state, newest: event.data.policyVersion };
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
        return takesEffectNow(event) ? caseIds.map(move) : [];
      case 'PolicyTookEffect':
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

const takesEffectNow = ({
  data,
  metadata,
}: RecordedEvent<Extract<Event, { type: 'PolicyPublished' }>>): boolean =>
  !isForLater(data, metadata.occurredAt);

/** Of the case, as its event says: `<key>@<version>`. */
function policyOf({ metadata: { policyVersion } }: RecordedEvent<CaseMove>) {
  const [key, version] = policyVersion?.split('@') ?? [];
  return key === undefined ? undefined : { key, version: Number(version) };
}

function isBehind(event: RecordedEvent<CaseMove>, newest: number): boolean {
  return (policyOf(event)?.version ?? newest) < newest;
}

const move = (id: string): Action => ({ to: 'case', id, command: { type: 'ApplyPolicyChange' } });
