/** How somebody of the staff stands to a case, by its account: from streams, so as it is now. */
import { type Principal } from '#infra/auth/caller';
import { foldStream } from '#infra/command-handler/fold-stream';
import { type EventStore } from '#infra/event-store/event-store.port';
import { holdsAccount } from '#modules/accounts/index';
import { caseStream } from '#modules/cases/index';
import { staffDecider, staffEvents, staffIdOf, staffStream } from '#modules/staff/index';
import { type Looking } from './purpose.decide.ts';

export async function standingTo(
  accountId: string,
  principal: Principal,
  store: EventStore,
  signal: AbortSignal,
): Promise<Pick<Looking, 'own' | 'conflict'>> {
  const own = holdsAccount(principal, accountId);
  const stream = staffStream(staffIdOf(principal.platform, principal.id));
  const { state } = await foldStream(store, stream, staffDecider, staffEvents, { signal });
  return { own, conflict: state.conflicts.includes(accountId) };
}

/** Whose case it is, as its first event says; undefined for one of another platform too. */
export async function accountOfCase(
  caseId: string,
  platform: string,
  store: EventStore,
): Promise<string | undefined> {
  for await (const { metadata } of store.readStream(caseStream(caseId), { limit: 1 }))
    return metadata.platform === platform ? metadata.accountId : undefined;
  return undefined;
}
