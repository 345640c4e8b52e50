/**
 * Versions of policies that were published for a later time: one document each, gone when the version, or
 * one after it, took effect, also one that did so as it was published, or when the policy was retired.
 */
import { type RecordedEvent } from '#kernel/envelope';
import { type Instant } from '#kernel/instants';
import { type Timer } from '#kernel/process';
import { type View } from '#kernel/view';
import { type PutInForce } from './policy.decide.ts';
import { type PolicyEvent } from './policy.events.ts';
import { isForLater } from './policy.state.ts';

export interface PolicyTimer extends Timer {
  readonly dueAt: Instant;
  readonly armed: boolean;
}

export const policyTimersView: View<PolicyTimer, PolicyEvent> = {
  name: 'policy-timers',
  version: 2,
  handles: ['PolicyPublished', 'PolicyTookEffect', 'PolicyRetired'],
  keys: (event) => {
    const { policyVersion } = event.data;
    return event.type === 'PolicyPublished' && isForLater(event.data, event.metadata.occurredAt)
      ? [keyOf(event, policyVersion)]
      : Array.from({ length: policyVersion }, (_, before) => keyOf(event, before + 1));
  },
  evolve: (_document, event) => {
    const { platform, occurredAt, imported } = event.metadata;
    if (event.type !== 'PolicyPublished' || imported) return null;
    if (!isForLater(event.data, occurredAt)) return null;
    const { definition, policyVersion, effectiveFrom: dueAt } = event.data;
    const command: PutInForce = { type: 'PutInForce', policyVersion };
    return {
      platform,
      dueAt,
      armed: true,
      action: { to: 'policy', id: definition.key, command },
    };
  },
  indexes: [['armed', 'dueAt']],
};

const keyOf = ({ stream }: RecordedEvent<PolicyEvent>, policyVersion: number): string =>
  `${stream.slice('policy-'.length)}/${policyVersion}`;
