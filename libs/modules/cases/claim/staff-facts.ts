/** What the staff registry's stream says of somebody now: never a view, which may lie behind. */
import { type FoldedStream, foldStream } from '#infra/command-handler/fold-stream';
import { type EventStore } from '#infra/event-store/event-store.port';
import {
  isActive,
  staffDecider,
  staffEvents,
  staffIdOf,
  staffStream,
  type StaffState,
} from '#modules/staff/index';
import { type StaffFacts } from '../case.facts.ts';

/** Of whoever is not of the staff, at revision -1, that they are not active. */
export async function staffFactsOf(
  store: EventStore,
  { platform, id }: { readonly platform: string; readonly id: string },
  signal: AbortSignal,
): Promise<StaffFacts> {
  const stream = staffStream(staffIdOf(platform, id));
  return factsIn(id, await foldStream(store, stream, staffDecider, staffEvents, { signal }));
}

export function factsIn(principalId: string, { state, revision }: FoldedStream<StaffState>) {
  const { roles, skills, conflicts } = state;
  return { principalId, active: isActive(state), roles, skills, conflicts, revision };
}
