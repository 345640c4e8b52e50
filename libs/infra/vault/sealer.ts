/**
 * Turns what a request says in clear into vault records and references, for one command on one
 * subject. References derive from the command id and a path, so that a retry seals the same records.
 */
import { deriveId } from '#kernel/ids';
import { type NewVaultRecord, type Vault, type VaultKind } from './vault.port.ts';

export interface Sealed {
  readonly ref: string;
  readonly commitment: string;
}

export class Sealer {
  readonly #vault: Vault;
  readonly #whose: { readonly platform: string; readonly subjectId: string };
  readonly #commandId: string;
  readonly #records = new Map<string, NewVaultRecord>();

  constructor(vault: Vault, whose: { platform: string; subjectId: string }, commandId: string) {
    this.#vault = vault;
    this.#whose = whose;
    this.#commandId = commandId;
  }

  /** @param path where in the request the value stands; one value per path. */
  async seal(path: string, kind: VaultKind, value: string | Uint8Array): Promise<Sealed> {
    const ref = deriveId('vault', this.#commandId, path);
    this.#records.set(ref, { ref, ...this.#whose, kind, value });
    const { platform, subjectId } = this.#whose;
    return { ref, commitment: await this.#vault.commitment(platform, subjectId, value) };
  }

  /** Stores everything sealed; called when the decision is made and before its events are appended. */
  async store(): Promise<void> {
    if (this.#records.size > 0) await this.#vault.put([...this.#records.values()]);
  }
}
