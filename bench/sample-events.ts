/** Events as cases have them, of 600 bytes of data and metadata each. */
import { randomUUID } from 'node:crypto';
import { type NewEvent } from '#kernel/envelope';
import { type Instant } from '#kernel/instants';

const BYTES = 600;
const AT = '2026-11-28T08:00:00.000Z' as Instant;

/** @param n numbers the events; ids are fresh all the same */
export function eventOf(n: number): NewEvent {
  const commandId = randomUUID();
  const metadata = {
    platform: 'bench',
    actor: { kind: 'person', id: `reviewer-${n % 40}`, role: 'reviewer' },
    occurredAt: AT,
    recordedAt: AT,
    commandId,
    correlationId: commandId,
    causationId: commandId,
    policyVersion: 'individual@1',
    accountId: `account-${n % 1_000}`,
  } as const;
  const bare = { review: 1, note: '' };
  const left = BYTES - JSON.stringify(metadata).length - JSON.stringify(bare).length;
  return {
    id: randomUUID(),
    type: 'NoteAdded',
    schemaVersion: 1,
    data: { ...bare, note: 'n'.repeat(Math.max(0, left)) },
    metadata,
  };
}
