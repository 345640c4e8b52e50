/**
 * What the rules of a case need from outside its stream. Gathered before the decision from the
 * streams themselves (never from a view); the events record the revisions that were read.
 */
import { type Role } from '#kernel/actor';
import { type Instant } from '#kernel/instants';
import { type Maintenance } from '#kernel/business-time/business-time';
import { type Calendar } from '#kernel/business-time/calendar';
import { type PolicyDefinition } from '#modules/policies/index';
import { type Reason } from './case.events.ts';

/** A time in which the account was not in good standing, by the freeze that began it. */
export interface AccountStop {
  readonly freezeId: string;
  readonly cause: string;
  readonly since: Instant;
}

export interface AccountFacts {
  readonly accountId: string;
  readonly kind: 'individual' | 'business';
  readonly principalId: string;
  readonly standing: 'good' | 'frozen' | 'banned' | 'closed';
  /** In order, also those that are over. */
  readonly stops: readonly AccountStop[];
  readonly revision: number;
}

export interface StaffFacts {
  readonly principalId: string;
  readonly active: boolean;
  readonly roles: readonly Role[];
  readonly skills: readonly string[];
  /** Accounts with which a conflict of interest is declared. */
  readonly conflicts: readonly string[];
  readonly revision: number;
}

export interface CaseFacts {
  readonly calendar: Calendar;
  /** Announced maintenance of the platform: business time does not run in it. */
  readonly maintenance: readonly Maintenance[];
  readonly account?: AccountFacts;
  /** The actor, where they are of the staff. */
  readonly staff?: StaffFacts;
  /** Whom a lead gives a review to, or who is asked whether they may keep one. */
  readonly assignee?: StaffFacts;
  /** The version that the draft is under. */
  readonly policy?: PolicyDefinition;
  /** The version in force now, where it is another one. */
  readonly policyInForce?: PolicyDefinition;
  /** Whether the blind index could reserve the identity for this case. */
  readonly identity?: IdentityFact;
  /** Whether the blind index names another account for it; null where it could not be asked. */
  readonly identityTaken?: boolean | null;
  /**
   * What says that a date of birth and the identity number beside it disagree; absent where there are no
   * two to compare, null where the vault could not be asked.
   */
  readonly birthDates?: readonly Reason[] | null;
  /** What the version in force finds in the values that it checks in another way than the draft's. */
  readonly checkedAnew?: readonly CheckedAnew[];
  /** Codes that the reason catalogue knows. */
  readonly knownReason: (code: string) => boolean;
}

export interface CheckedAnew {
  readonly material: string;
  readonly field: string;
  /** Code of the reason; null where the value is good. */
  readonly finding: string | null;
}

export type IdentityFact =
  | { readonly outcome: 'reserved'; readonly identityRef: string }
  | { readonly outcome: 'taken' }
  /** The policy asks for none, or none was provided. */
  | { readonly outcome: 'none' };
