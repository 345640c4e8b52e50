import { SYSTEM, type Actor } from '#kernel/actor';
import { type RecordedEvent } from '#kernel/envelope';
import { instant, type Instant } from '#kernel/instants';
import { type Position } from '#kernel/position';
import { metadataFor } from '#kernel/testing/metadata';
import { accountDetailView, type AccountDetail } from './account-detail.view.ts';
import { accountEvents, type AccountEvent } from './account.events.ts';
import { banned, closed, freezeId, frozen, registered, unfrozen } from './account.testkit.ts';

const MONDAY = instant('2026-03-02T01:00:00Z');
const TUESDAY = instant('2026-03-03T01:00:00Z');
const sam: Actor = { kind: 'person', id: 'sam', role: 'support' };

function recorded(event: AccountEvent, revision: number, at: Instant, actor = SYSTEM) {
  const id = `event-${revision}`;
  return {
    ...event,
    id,
    schemaVersion: 1,
    stream: 'account-a1',
    revision,
    position: `${revision}` as Position,
    metadata: metadataFor(id, at, { actor }),
  } as RecordedEvent<AccountEvent>;
}

/** Registered on Monday; what follows happens on Tuesday. */
function detail(...events: readonly AccountEvent[]): AccountDetail {
  return [registered, ...events].reduce<AccountDetail | null>((document, event, revision) => {
    const given = recorded(event, revision, revision === 0 ? MONDAY : TUESDAY, sam);
    return accountDetailView.keys(given).includes('a1')
      ? accountDetailView.evolve(document, given, 'a1')
      : document;
  }, null)!;
}

const granted: AccountEvent = {
  type: 'VerificationGranted',
  data: { caseId: 'c1', policyKey: 'driver', policyVersion: 2 },
};

describe('an account in the lists of the staff', () => {
  it('is there from its registration on', () => {
    expect(detail()).toMatchObject({
      platform: 'shop',
      accountId: 'a1',
      kind: 'individual',
      standing: 'good',
      registeredAt: MONDAY,
    });
  });

  it.each([
    ['frozen', [frozen(1, 'complaint')], 'frozen'],
    [
      'frozen twice, and lifted once',
      [frozen(1, 'complaint'), frozen(2, 'compromise'), unfrozen(1, 'lifted', true)],
      'frozen',
    ],
    ['frozen, and lifted', [frozen(1, 'complaint'), unfrozen(1, 'lifted', false)], 'good'],
    ['banned', [banned], 'banned'],
    ['closed, which is the last word', [frozen(1, 'complaint'), banned, closed], 'closed'],
  ] as const)('stands as it is: %s', (_what, events, standing) => {
    expect(detail(...events)).toMatchObject({ standing, registeredAt: MONDAY });
  });

  it('says by whom and why it was frozen', () => {
    expect(detail(frozen(1, 'complaint')).state.freezes[freezeId(1)]).toMatchObject({
      cause: 'complaint',
      by: 'sam',
    });
  });

  it('says what it is verified for, and what was taken back', () => {
    expect(detail(granted).state.verifications['c1']).toMatchObject({ revoked: false });
    const revoked: AccountEvent = {
      type: 'VerificationRevoked',
      data: { caseId: 'c1', cause: 'case-reopened' },
    };
    expect(detail(granted, revoked).state.verifications['c1']).toMatchObject({ revoked: true });
  });

  it('follows every event that an account can have', () => {
    const types = accountEvents.definitions.map(({ type }) => type);
    expect([...accountDetailView.handles].sort()).toEqual(types.sort());
  });
});
