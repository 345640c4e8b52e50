import { type RecordedEvent } from '#kernel/envelope';
import { instant } from '#kernel/instants';
import { type Position } from '#kernel/position';
import { metadataFor } from '#kernel/testing/metadata';
import { policyDirectoryView, type PolicyEntry } from './policy-directory.view.ts';
import { policyEvents, type PolicyEvent } from './policy.events.ts';
import { policyStream } from './policy.state.ts';
import { individualPolicy } from './policy.testkit.ts';

const AT = instant('2026-03-02T01:00:00Z');
const LATER = instant('2026-04-01T00:00:00Z');
const { key } = individualPolicy;

const published = (policyVersion: number): PolicyEvent => ({
  type: 'PolicyPublished',
  data: {
    policyVersion,
    definition: { ...individualPolicy, policyVersion },
    effectiveFrom: policyVersion === 1 ? AT : LATER,
    changes: [],
  },
});
const retired: PolicyEvent = {
  type: 'PolicyRetired',
  data: { policyVersion: 2, cause: 'superseded' },
};

function recorded(event: PolicyEvent, revision: number, platform = 'shop') {
  const id = `event-${revision}`;
  return {
    ...event,
    id,
    schemaVersion: 1,
    stream: policyStream(platform, key),
    revision,
    position: `${revision}` as Position,
    metadata: metadataFor(id, AT, { platform }),
  } as RecordedEvent<PolicyEvent>;
}

function entry(...events: readonly PolicyEvent[]): PolicyEntry {
  return events.reduce<PolicyEntry | null>((document, event, revision) => {
    const given = recorded(event, revision);
    return policyDirectoryView.evolve(document, given, policyDirectoryView.keys(given)[0]!);
  }, null)!;
}

describe('a policy in the directory', () => {
  it('is there from its first version on', () => {
    expect(entry(published(1))).toMatchObject({ platform: 'shop', key, retired: false });
  });

  it('keeps every version as it was published, with when it takes effect', () => {
    const { versions } = entry(published(1), published(2)).state;
    expect(versions).toMatchObject([
      { policyVersion: 1, effectiveFrom: AT, publishedAt: AT },
      { policyVersion: 2, effectiveFrom: LATER, publishedAt: AT },
    ]);
    expect(versions[0]!.definition).toEqual({ ...individualPolicy, policyVersion: 1 });
  });

  it('says that it was retired, and keeps its versions', () => {
    const { retired: isRetired, state } = entry(published(1), published(2), retired);
    expect(isRetired).toBe(true);
    expect(state).toMatchObject({ retiredAt: AT, versions: [{}, {}] });
  });

  it('is another document on another platform', () => {
    const [here] = policyDirectoryView.keys(recorded(published(1), 0));
    const [there] = policyDirectoryView.keys(recorded(published(1), 0, 'bank'));
    expect(here).not.toBe(there);
  });

  it('follows every event that a policy can have', () => {
    const types = policyEvents.definitions.map(({ type }) => type);
    expect([...policyDirectoryView.handles].sort()).toEqual(types.sort());
  });
});
