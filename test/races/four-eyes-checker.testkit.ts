/**
 * Whether as many people as the policy asks for stand behind each approval, by the log alone: who acted
 * is what each event's own envelope says, whatever its content claims.
 */
import { type RecordedEvent } from '#kernel/envelope';

/** After one of these its actor has decided in the case, and neither second-reviews nor hears its appeal. */
export const DECIDES: ReadonlySet<string> = new Set([
  'ApprovalProposed',
  'ApprovalDeclined',
  'CaseApproved',
  'CaseRejected',
  'SupplementRequested',
  'CaseEscalated',
  'AppealGranted',
  'AppealDismissed',
]);
/** What takes a proposal back, or looks at the case anew. */
const ENDS_PROPOSAL = new Set([
  'ApprovalDeclined',
  'ProposalVoided',
  'SupplementRequested',
  'CaseRejected',
  'CaseSupplemented',
  'CaseReopened',
]);
const BY_NEW_EYES = new Set(['second', 'appeal']);

interface Data {
  readonly by: string;
  readonly to: string;
  readonly level: string;
  readonly approvers: readonly string[];
  readonly evidence: string;
  readonly rules: { readonly approvalsNeeded: number };
}

const named = ({ type, stream, revision }: RecordedEvent) => `${type} (${stream}@${revision})`;

/** @returns in words, one each; none where all holds */
export function fourEyesFaultsOf(events: readonly RecordedEvent[]): readonly string[] {
  const holders = new Map<string, string>();
  for (const { type, stream, data } of events) {
    if (type === 'AccountRegistered') {
      holders.set(stream, (data as { principalId: string }).principalId);
    }
  }
  const cases = Map.groupBy(
    events.filter(({ stream }) => stream.startsWith('case-')),
    ({ stream }) => stream,
  );
  return [...cases.values()].flatMap((its) => faultsIn(its, holders));
}

function faultsIn(its: readonly RecordedEvent[], holders: ReadonlyMap<string, string>): string[] {
  const faults: string[] = [];
  const deciders = new Set<string>();
  let needed = 1;
  let level = '';
  let holder: string | null = null;
  let proposal: { readonly by: string; readonly evidence: string } | null = null;
  for (const event of its) {
    const { type, metadata } = event;
    const { id: actor } = metadata.actor;
    const { by, to, approvers, evidence, rules } = event.data as Data;
    const say = (what: string) => faults.push(`${named(event)}: ${what}`);
    if (type === 'CaseSubmitted') needed = rules.approvalsNeeded;
    if (type === 'ReviewRequested') [level, holder] = [(event.data as Data).level, null];
    if (type === 'ReviewClaimed') holder = by;
    if (type === 'ReviewReassigned') holder = to;
    const isTaken = type === 'ReviewClaimed' || type === 'ReviewReassigned';
    if (isTaken && BY_NEW_EYES.has(level) && deciders.has(holder!)) {
      say(`${holder} has decided in this case before, and takes its ${level} review`);
    }
    if (DECIDES.has(type)) {
      if (holder !== actor) say(`${actor} decides what ${holder} holds`);
      if (holders.get(`account-${metadata.accountId}`) === actor)
        say(`${actor} decides on their own`);
    }
    if (type === 'CaseApproved') {
      const behind = new Set([actor, ...(proposal ? [proposal.by] : [])]);
      if (behind.size < needed) say(`${behind.size} of ${needed} people stand behind it`);
      if ([...behind].sort().join() !== [...approvers].sort().join()) {
        say(`it names ${approvers.join(', ')}, and ${[...behind].join(', ')} approved`);
      }
      if (proposal && proposal.evidence !== evidence) say('its approvers saw different evidence');
    }
    if (type === 'ApprovalProposed') proposal = { by: actor, evidence };
    if (ENDS_PROPOSAL.has(type)) proposal = null;
    if (DECIDES.has(type)) deciders.add(actor);
  }
  return faults;
}
