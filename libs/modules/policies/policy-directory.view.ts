/** The policies of a platform with their versions: for lists. Which one is in force is read from the stream. */
import { type View } from '#kernel/view';
import { type PolicyEvent } from './policy.events.ts';
import { evolvePolicy, initialPolicy, type PolicyState } from './policy.state.ts';

export interface PolicyEntry {
  readonly platform: string;
  readonly key: string;
  readonly retired: boolean;
  readonly state: PolicyState;
}

export const policyDirectoryView: View<PolicyEntry, PolicyEvent> = {
  name: 'policy-directory',
  version: 2,
  handles: ['PolicyPublished', 'PolicyTookEffect', 'PolicyRetired'],
  keys: ({ stream }) => [stream.slice('policy-'.length)],
  evolve: (document, event) => {
    const { platform, occurredAt: at, actor: by } = event.metadata;
    const state = evolvePolicy(document?.state ?? initialPolicy, event, { at, by });
    const key = state.versions.at(-1)?.definition.key ?? document?.key ?? '';
    return { platform, key, retired: state.retiredAt !== null, state };
  },
  indexes: [['platform', 'key']],
};
