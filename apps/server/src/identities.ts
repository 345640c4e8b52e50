/**
 * Settles entries of the vault's blind index by a look at the cases: an identity is confirmed for an
 * approval that stands and rests on it, and freed once none does. What an approval rests on and nobody
 * holds for its account any more is no verified identity: that becomes a dead letter, nothing is granted,
 * and a senior reviewer reopens the case.
 */
import { foldStream } from '#infra/command-handler/fold-stream';
import { ActionFailed } from '#infra/process-runner/action-sender';
import { type IdentityEntry } from '#infra/vault/vault.port';
import { accountDecider, accountEvents, accountStream } from '#modules/accounts/index';
import { caseDecider, caseEvents, caseStream } from '#modules/cases/index';
import { type Stores } from './stores.ts';

export class Identities {
  readonly #stores: Pick<Stores, 'eventStore' | 'vault'>;

  constructor(stores: Pick<Stores, 'eventStore' | 'vault'>) {
    this.#stores = stores;
  }

  /**
   * For an approval of the case. The entry may be in the name of another case of the account, which
   * reserved it in the meantime; and the approval may have been taken back since.
   * @throws ActionFailed where the approval stands and the identity is not held for its account
   */
  async confirm(platform: string, identityRef: string, caseId: string): Promise<void> {
    const { vault } = this.#stores;
    if (await vault.confirmIdentity(platform, identityRef, caseId)) return;
    const { approval, accountId } = await this.#case(caseId);
    if (approval?.identityRef !== identityRef) return;
    const entry = await vault.identityOf(platform, identityRef);
    const held =
      entry?.accountId === accountId &&
      (await vault.confirmIdentity(platform, identityRef, entry.caseId));
    if (!held) {
      throw new ActionFailed(
        'ConfirmIdentity: the identity that the approval rests on is not held for its account. Reopen the case, then drive this again.',
      );
    }
  }

  /** For a case whose approval was taken back; passed over where one that stands rests on it, given since perhaps. */
  async release(platform: string, identityRef: string, caseId: string): Promise<void> {
    const { vault } = this.#stores;
    const entry = await vault.identityOf(platform, identityRef);
    if (!entry || (await this.isVerified({ ...entry, caseId }))) return;
    await vault.releaseIdentity(platform, identityRef, caseId);
  }

  /**
   * Whether an approval that stands rests on the entry: its case's, or another's of the same account,
   * from which a later case took the reservation over before it was confirmed.
   */
  async isVerified(
    { identityRef, caseId, accountId }: IdentityEntry,
    signal?: AbortSignal,
  ): Promise<boolean> {
    const { eventStore } = this.#stores;
    const stream = accountStream(accountId);
    const account = await foldStream(
      eventStore,
      stream,
      accountDecider,
      accountEvents,
      signal ? { signal } : {},
    );
    const verified = Object.keys(account.state.verifications);
    for (const id of new Set([caseId, ...verified])) {
      if ((await this.#case(id, signal)).approval?.identityRef === identityRef) return true;
    }
    return false;
  }

  async #case(caseId: string, signal?: AbortSignal) {
    const { eventStore } = this.#stores;
    const options = signal ? { signal } : {};
    const stream = caseStream(caseId);
    return (await foldStream(eventStore, stream, caseDecider, caseEvents, options)).state;
  }
}
