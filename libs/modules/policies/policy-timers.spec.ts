import { SYSTEM } from '#kernel/actor';
import { type RecordedEvent } from '#kernel/envelope';
import { instant } from '#kernel/instants';
import { type Position } from '#kernel/position';
import { metadataFor } from '#kernel/testing/metadata';
import { policyTimersView, type PolicyTimer } from './policy-timers.view.ts';
import { type PolicyEvent } from './policy.events.ts';
import { policyStream } from './policy.state.ts';
import { individualPolicy } from './policy.testkit.ts';

const NOW = instant('2026-03-02T01:00:00Z');
const LATER = instant('2026-04-01T00:00:00Z');
const { key } = individualPolicy;

const published = (policyVersion: number, effectiveFrom = LATER): PolicyEvent => ({
  type: 'PolicyPublished',
  data: {
    policyVersion,
    definition: { ...individualPolicy, policyVersion },
    effectiveFrom,
    changes: [],
  },
});
const tookEffect = (policyVersion: number): PolicyEvent => ({
  type: 'PolicyTookEffect',
  data: { key, policyVersion, effectiveFrom: LATER },
});
const retired: PolicyEvent = { type: 'PolicyRetired', data: { policyVersion: 2, cause: 'merged' } };

/** The timers that these events leave, by the version that they are of. */
function timersAfter(...events: readonly PolicyEvent[]): Readonly<Record<string, PolicyTimer>> {
  const timers = new Map<string, PolicyTimer>();
  for (const [revision, event] of events.entries()) {
    const given = {
      ...event,
      id: `event-${revision}`,
      schemaVersion: 1,
      stream: policyStream('shop', key),
      revision,
      position: `${revision}` as Position,
      metadata: metadataFor('event', NOW, { platform: 'shop', actor: SYSTEM }),
    } as RecordedEvent<PolicyEvent>;
    for (const name of policyTimersView.keys(given)) {
      const timer = policyTimersView.evolve(timers.get(name) ?? null, given, name);
      if (timer) timers.set(name, timer);
      else timers.delete(name);
    }
  }
  return Object.fromEntries([...timers].map(([name, timer]) => [name.split('/')[1], timer]));
}

describe('the timer of a version', () => {
  it('is set where it takes effect later, and puts it in force then', () => {
    expect(timersAfter(published(1, NOW), published(2))).toEqual({
      2: {
        platform: 'shop',
        dueAt: LATER,
        armed: true,
        action: { to: 'policy', id: key, command: { type: 'PutInForce', policyVersion: 2 } },
      },
    });
  });

  it('is gone once the version took effect, or one after it', () => {
    const both = [published(1, NOW), published(2), published(3)];
    expect(Object.keys(timersAfter(...both))).toEqual(['2', '3']);
    expect(Object.keys(timersAfter(...both, tookEffect(2)))).toEqual(['3']);
    expect(timersAfter(...both, tookEffect(3))).toEqual({});
  });

  it('is gone once one after it is published that takes effect at once', () => {
    expect(timersAfter(published(1, NOW), published(2), published(3, NOW))).toEqual({});
  });

  it('is gone with the policy', () => {
    expect(timersAfter(published(1, NOW), published(2), retired)).toEqual({});
  });
});
