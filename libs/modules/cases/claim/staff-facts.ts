/** What the staff registry's stream says of the caller now: never a view, which may lie behind. */
import { type Caller } from '#infra/auth/caller';
import { foldStream } from '#infra/command-handler/fold-stream';
import { type EventStore } from '#infra/event-store/event-store.port';
import { isActive, staffDecider, staffEvents, staffIdOf, staffStream } from '#modules/staff/index';
import { type StaffFacts } from '../case.facts.ts';

export async function staffFactsOf(
  store: EventStore,
  { principal }: Caller,
  signal: AbortSignal,
): Promise<StaffFacts> {
  const stream = staffStream(staffIdOf(principal.platform, principal.id));
  const { state, revision } = await foldStream(store, stream, staffDecider, staffEvents, {
    signal,
  });
  const { roles, skills, conflicts } = state;
  return { principalId: principal.id, active: isActive(state), roles, skills, conflicts, revision };
}
