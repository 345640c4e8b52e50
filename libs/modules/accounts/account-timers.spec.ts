import { SYSTEM } from '#kernel/actor';
import { type RecordedEvent } from '#kernel/envelope';
import { deriveId } from '#kernel/ids';
import { type Position } from '#kernel/position';
import { at, MONDAY_9 } from '#kernel/testing/given-when-then';
import { accountTimersView, type FreezeTimer } from './account-timers.view.ts';
import { type AccountEvent } from './account.events.ts';
import { accountId, banned, freezeId, frozen, unfrozen } from './account.testkit.ts';

const until = at('2026-04-01T00:00:00Z');

function recorded(event: AccountEvent, imported = false): RecordedEvent<AccountEvent> {
  const id = deriveId('event', event.type);
  const metadata = {
    platform: 'demo',
    actor: SYSTEM,
    occurredAt: MONDAY_9,
    recordedAt: MONDAY_9,
    commandId: id,
    correlationId: id,
    causationId: id,
    ...(imported && { imported: true as const }),
  };
  const stream = `account-${accountId}`;
  const place = { stream, revision: 0, position: '1' as Position };
  return { id, ...event, schemaVersion: 1, metadata, ...place } as RecordedEvent<AccountEvent>;
}

/** The timers that these events leave, by their keys. */
function timersAfter(...events: readonly RecordedEvent<AccountEvent>[]) {
  const timers = new Map<string, FreezeTimer>();
  for (const event of events) {
    for (const key of accountTimersView.keys(event)) {
      const timer = accountTimersView.evolve(timers.get(key) ?? null, event, key);
      if (timer) timers.set(key, timer);
      else timers.delete(key);
    }
  }
  return timers;
}

describe('the timer of a freeze', () => {
  it('is set for its end, and sends what ends it', () => {
    const key = `${accountId}/${freezeId(1)}`;
    expect(timersAfter(recorded(frozen(1, 'complaint', { until })))).toEqual(
      new Map([
        [
          key,
          {
            platform: 'demo',
            dueAt: until,
            armed: true,
            action: {
              to: 'account',
              id: accountId,
              command: { type: 'ExpireFreeze', freezeId: freezeId(1) },
            },
          },
        ],
      ]),
    );
  });

  it('is not set for one without an end', () => {
    expect(timersAfter(recorded(frozen(1, 'complaint'))).size).toBe(0);
  });

  it('is gone once that freeze is lifted, and no other with it', () => {
    const two = [
      recorded(frozen(1, 'complaint', { until })),
      recorded(frozen(2, 'compromise', { until })),
    ];
    const left = timersAfter(...two, recorded(unfrozen(1, 'lifted', true)));
    expect([...left.keys()]).toEqual([`${accountId}/${freezeId(2)}`]);
  });

  it('is not armed by what was brought in', () => {
    expect(timersAfter(recorded(frozen(1, 'complaint', { until }), true)).size).toBe(0);
  });

  it('is touched by no other event', () => {
    expect(accountTimersView.keys(recorded(banned))).toEqual([]);
  });
});
