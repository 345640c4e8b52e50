import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoreUnavailable } from '#infra/event-store/event-store.errors';
import { type EventStore } from '#infra/event-store/event-store.port';
import { openSqliteEventStore } from '#infra/event-store/sqlite/sqlite-event-store';
import { VaultUnavailable, type Vault, type VaultRecord } from '#infra/vault/vault.port';
import { type NewEvent } from '#kernel/envelope';
import { deriveId } from '#kernel/ids';
import { instant } from '#kernel/instants';
import { START, type Position } from '#kernel/position';
import { metadataFor } from '#kernel/testing/metadata';
import { type AccessAttempt, type AccessRecorder } from './access-recorder.ts';
import { RevealController } from './reveal.controller.ts';

const AT = instant('2026-03-02T01:00:00Z');
const CASE = deriveId('case', 1);
const [NAME, SCAN, OTHERS] = [1, 2, 3].map((n) => deriveId('ref', n)) as [string, string, string];
const caller = {
  principal: { id: 'ada', platform: 'shop', kind: 'person', expiresAt: AT },
  roles: ['reviewer'],
  actor: { kind: 'person', id: 'ada' },
} as const;
const signal = new AbortController().signal;

let folder: string;
let log: EventStore;
/** What was done, in order. */
let steps: string[];
let attempts: AccessAttempt[];
let recording: () => Promise<Position>;
let reading: () => Promise<readonly (VaultRecord | undefined)[]>;

const value = (ref: string, kind: VaultRecord['kind'], text: string): VaultRecord => ({
  ref,
  platform: 'shop',
  subjectId: 'sub-1',
  kind,
  storedAt: AT,
  value: Buffer.from(text),
});

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'casetrail-reveal-'));
  log = await openSqliteEventStore({ file: join(folder, 'events.sqlite'), worker: false });
  const id = deriveId('event', 1);
  const event: NewEvent = {
    id,
    type: 'MaterialProvided',
    schemaVersion: 1,
    data: { fields: { name: { ref: NAME } }, files: [{ ref: SCAN }] },
    metadata: metadataFor(id, AT, { accountId: 'acc-1' }),
  };
  await log.append(`case-${CASE}`, 'no-stream', [event]);
  steps = [];
  attempts = [];
  recording = async () => START;
  reading = async () => [value(NAME, 'name', '李四'), value(SCAN, 'file', 'scan')];
});
afterEach(async () => {
  await log.close();
  rmSync(folder, { recursive: true });
});

function reveal(refs: string[], change: { platform?: string; caseId?: string } = {}) {
  const recorder = {
    record: (attempt: AccessAttempt) => {
      steps.push('recorded');
      attempts.push(attempt);
      return recording();
    },
  } as unknown as AccessRecorder;
  const vault = {
    read: () => {
      steps.push('read');
      return reading();
    },
  } as unknown as Vault;
  const { platform = 'shop', caseId = CASE } = change;
  const asked = { ...caller, principal: { ...caller.principal, platform } };
  const body = { caseId, refs, purpose: 'review' as const };
  return new RevealController(log, vault, recorder).reveal(body, asked, signal);
}

describe('revealing personal data', () => {
  it('is recorded first, and the values are read and shown after that', async () => {
    expect(await reveal([NAME, SCAN])).toEqual({
      values: [
        { ref: NAME, kind: 'name', text: '李四' },
        { ref: SCAN, kind: 'file', base64: Buffer.from('scan').toString('base64') },
      ],
    });
    expect(steps).toEqual(['recorded', 'read']);
    expect(attempts).toEqual([
      {
        platform: 'shop',
        actor: { kind: 'person', id: 'ada', role: 'reviewer' },
        accountId: 'acc-1',
        event: {
          type: 'PersonalDataRevealed',
          data: { caseId: CASE, accountId: 'acc-1', refs: [NAME, SCAN], purpose: 'review' },
        },
      },
    ]);
  });

  it('shows nothing where it could not be recorded: the vault is not even asked', async () => {
    recording = () => Promise.reject(new StoreUnavailable('The disk is full.'));
    await expect(reveal([NAME])).rejects.toThrow('The disk is full.');
    expect(steps).toEqual(['recorded']);
  });

  it('stays recorded where the vault then fails', async () => {
    reading = () => Promise.reject(new VaultUnavailable('The disk is gone.'));
    await expect(reveal([NAME])).rejects.toThrow('The disk is gone.');
    expect(attempts).toHaveLength(1);
  });

  it('waits until it is recorded, however long that takes', async () => {
    let record: (position: Position) => void = () => undefined;
    recording = () => new Promise((resolve) => (record = resolve));
    const shown = reveal([NAME, SCAN]);
    while (steps.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(steps).toEqual(['recorded']);
    record(START);
    await shown;
    expect(steps).toEqual(['recorded', 'read']);
  });

  it('is recorded each time', async () => {
    await reveal([NAME]);
    await reveal([NAME]);
    expect(attempts).toHaveLength(2);
  });

  it('says what is there no more, after an erasure say', async () => {
    reading = async () => [undefined, value(SCAN, 'file', 'scan')];
    const { values } = await reveal([NAME, SCAN]);
    expect(values[0]).toEqual({ ref: NAME, gone: true });
  });

  it.each([
    ['a reference that the case does not name', [NAME, OTHERS], {}, 'refs'],
    ['a case of another platform', [NAME], { platform: 'bank' }, 'caseId'],
    ['no case at all', [NAME], { caseId: deriveId('case', 2) }, 'caseId'],
  ])('finds nothing for %s, and neither records nor reads', async (_, refs, change, field) => {
    await expect(reveal(refs, change)).rejects.toMatchObject({
      code: 'not-found-here',
      details: { field },
    });
    expect(steps).toEqual([]);
  });
});
