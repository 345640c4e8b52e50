import { type Moment } from '#kernel/actor';
import { type Instant } from '#kernel/instants';
import { type PolicyDefinition } from './policy.definition.ts';
import { type PolicyDifference } from './policy.differences.ts';
import { type PolicyEvent } from './policy.events.ts';

export interface PublishedPolicy {
  readonly policyVersion: number;
  readonly definition: PolicyDefinition;
  readonly publishedAt: Instant;
  readonly effectiveFrom: Instant;
  /** What differs from the version before. */
  readonly changes: readonly PolicyDifference[];
}

export interface PolicyState {
  /** Every version ever published, the first one first. */
  readonly versions: readonly PublishedPolicy[];
  /** The newest version that the log says to be in effect; one that was published for later is not yet. */
  readonly inEffect: number;
  readonly retiredAt: Instant | null;
}

export const initialPolicy: PolicyState = { versions: [], inEffect: 0, retiredAt: null };

export function evolvePolicy(state: PolicyState, event: PolicyEvent, moment: Moment): PolicyState {
  switch (event.type) {
    case 'PolicyPublished':
      return {
        ...state,
        versions: [...state.versions, { ...event.data, publishedAt: moment.at }],
        inEffect: isForLater(event.data, moment.at) ? state.inEffect : event.data.policyVersion,
      };
    case 'PolicyTookEffect':
      return { ...state, inEffect: event.data.policyVersion };
    case 'PolicyRetired':
      return { ...state, retiredAt: moment.at };
    default:
      return state;
  }
}

/** Whether a version that is published at this instant takes effect only after it. */
export function isForLater(
  { effectiveFrom }: Pick<PublishedPolicy, 'effectiveFrom'>,
  publishedAt: Instant,
): boolean {
  return effectiveFrom > publishedAt;
}

/**
 * The name of the stream that holds a platform's policy of this key: `policy-<platform>-<key>`. Both may
 * have hyphens, so those of the platform are written `_`, which no platform has: two pairs never share
 * a stream.
 */
export const policyStream = (platform: string, key: string): string =>
  `policy-${platform.replaceAll('-', '_')}-${key}`;

export function latestVersion(state: PolicyState): PublishedPolicy | undefined {
  return state.versions.at(-1);
}

/** A version by its number, in force or not: submitted cases stay on theirs. */
export function versionOf(state: PolicyState, policyVersion: number): PublishedPolicy | undefined {
  return state.versions.find((version) => version.policyVersion === policyVersion);
}

/** The version that holds for what begins at this instant: the latest that is in effect; none once retired. */
export function versionInForce(state: PolicyState, at: Instant): PublishedPolicy | undefined {
  if (state.retiredAt !== null && at >= state.retiredAt) return undefined;
  return state.versions.findLast(({ effectiveFrom }) => effectiveFrom <= at);
}
