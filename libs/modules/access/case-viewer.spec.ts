import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Principal } from '#infra/auth/caller';
import { type EventStore } from '#infra/event-store/event-store.port';
import { openSqliteEventStore } from '#infra/event-store/sqlite/sqlite-event-store';
import { type EventMetadata } from '#kernel/envelope';
import { deriveId } from '#kernel/ids';
import { instant } from '#kernel/instants';
import { metadataFor } from '#kernel/testing/metadata';
import { accountIdOf } from '#modules/accounts/index';
import { staffIdOf, staffStream } from '#modules/staff/index';
import { accountOfCase, standingTo } from './case-viewer.ts';

const AT = instant('2026-03-02T01:00:00Z');
const ada: Principal = { id: 'ada', platform: 'shop', kind: 'person', expiresAt: AT };
const [OWN, OTHERS] = [accountIdOf('shop', 'ada'), accountIdOf('shop', 'ben')];
const { signal } = new AbortController();

let folder: string;
let log: EventStore;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'casetrail-viewer-'));
  log = await openSqliteEventStore({ file: join(folder, 'events.sqlite'), worker: false });
});
afterEach(async () => {
  await log.close();
  rmSync(folder, { recursive: true });
});

async function happened(
  stream: string,
  type: string,
  data: object,
  about: Partial<EventMetadata> = {},
): Promise<void> {
  const id = deriveId('event', stream);
  const metadata = metadataFor(id, AT, { platform: 'shop', ...about });
  await log.append(stream, 'no-stream', [{ id, type, schemaVersion: 1, data, metadata }]);
}

describe('how somebody stands to an account', () => {
  it('is that it is their own, or that they declared a conflict of interest with it', async () => {
    const stream = staffStream(staffIdOf('shop', 'ada'));
    await happened(stream, 'ConflictDeclared', { accountId: OTHERS });
    expect(await standingTo(OWN, ada, log, signal)).toEqual({ own: true, conflict: false });
    expect(await standingTo(OTHERS, ada, log, signal)).toEqual({ own: false, conflict: true });
  });

  it('is neither of a key of the same name, nor on another platform', async () => {
    const neither = { own: false, conflict: false };
    expect(await standingTo(OWN, { ...ada, kind: 'api-key' }, log, signal)).toEqual(neither);
    expect(await standingTo(OWN, { ...ada, platform: 'bank' }, log, signal)).toEqual(neither);
  });
});

describe('the account of a case', () => {
  it('is what its first event says, on its own platform alone', async () => {
    await happened('case-c1', 'CaseOpened', {}, { accountId: OTHERS });
    expect(await accountOfCase('c1', 'shop', log)).toBe(OTHERS);
    expect(await accountOfCase('c1', 'bank', log)).toBeUndefined();
    expect(await accountOfCase('c2', 'shop', log)).toBeUndefined();
  });
});
