/** The port that says what a principal may be right now; read from streams, so that a revocation holds at once. */
import { type Role } from '#kernel/actor';
import { type Principal } from './caller.ts';

export const PRINCIPAL_DIRECTORY = Symbol('PrincipalDirectory');

export interface Standing {
  /** Empty for somebody who is known, and may do nothing now: a suspended member of the staff. */
  readonly roles: readonly Role[];
  readonly accountId?: string;
  readonly staffId?: string;
}

export interface PrincipalDirectory {
  /**
   * Undefined where the platform knows nobody by this principal: never enrolled and without an account,
   * or left. Asked on every request. @throws EventStoreError when the streams cannot be read.
   */
  resolve(principal: Principal, signal: AbortSignal): Promise<Standing | undefined>;
}
