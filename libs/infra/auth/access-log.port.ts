/** The port to which refused attempts are reported. */
import { type Actor, type Role } from '#kernel/actor';
import { type Instant } from '#kernel/instants';
import { type AttemptedAt } from './attempted-at.ts';

export const ACCESS_LOG = Symbol('AccessLog');

/**
 * Whether something is there that the caller may not see, or that nobody of their platform may know of.
 */
export type HiddenFrom = 'caller' | 'platform';

export interface Denial {
  /** The same when it is reported again, because nobody knows whether it was recorded. */
  readonly id: string;
  readonly platform: string;
  readonly actor: Actor;
  readonly principalId: string;
  /** Those the principal has, none of which was enough. */
  readonly roles: readonly Role[];
  /** Method and template: `GET /v1/cases/:caseId`. */
  readonly route: string;
  /** Nothing where the request named no such thing, or somebody tried too many to name each. */
  readonly at: AttemptedAt;
  /** The code that the client was told. */
  readonly code: string;
  /** 1 for the first of a window, which is reported at once; else how many followed it. */
  readonly attempts: number;
  readonly from: Instant;
  readonly to: Instant;
}

export interface AccessLog {
  /** Resolves once it is recorded: once, however often it is reported. A failure does not undo the refusal. */
  denied(denial: Denial): Promise<void>;
}
