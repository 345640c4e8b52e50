/** A platform and its first admin, founded by the operator. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventStore } from '#infra/event-store/event-store.port';
import { openSqliteEventStore } from '#infra/event-store/sqlite/sqlite-event-store';
import { type Actor, OPERATOR } from '#kernel/actor';
import { type RecordedEvent } from '#kernel/envelope';
import { deriveId } from '#kernel/ids';
import { changed } from '#kernel/testing/changed';
import { MONDAY_9 } from '#kernel/testing/given-when-then';
import { staffIdOf, type StaffCommand } from '#modules/staff/index';
import { StaffExecutor } from '#modules/staff/staff-executor';
import { type Founding, foundPlatform, FoundingRefused, platformsIn } from './found-platform.ts';

const clock = { now: () => MONDAY_9 };
const SHOP: Founding = { platform: 'shop', name: 'Shop', admin: 'alva' };

let folder: string;
let store: EventStore;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'casetrail-found-'));
  store = await openSqliteEventStore({ file: join(folder, 'events.sqlite'), worker: false });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const found = (founding: Founding, on = store) => foundPlatform(on, clock, founding);

async function events(): Promise<RecordedEvent[]> {
  const all: RecordedEvent[] = [];
  for await (const event of store.readAll()) all.push(event);
  return all;
}

let commands = 0;
async function staff(principalId: string, command: StaffCommand, by: Actor = OPERATOR) {
  const staffId = staffIdOf('shop', principalId);
  const commandId = deriveId('found-platform.spec', ++commands);
  const envelope = { commandId, platform: 'shop', actor: by };
  const outcome = await new StaffExecutor(store, clock).execute({ staffId, envelope, command });
  expect(outcome.kind).toBe('done');
}

const enrolAdmin = (principalId: string) =>
  staff(principalId, {
    type: 'EnrolStaff',
    staffId: staffIdOf('shop', principalId),
    principalId,
    kind: 'person',
    roles: ['admin'],
    skills: [],
  });

describe('founding a platform', () => {
  it('registers it, and enrols its first admin, who counts; all in the name of the operator', async () => {
    expect(await found(SHOP)).toEqual({ name: 'Shop', registered: true, enrolled: true });
    const all = await events();
    expect(all.map(({ type }) => type)).toEqual([
      'PlatformRegistered',
      'StaffEnrolled',
      'AdminAppointed',
    ]);
    expect(all[1]!.data).toMatchObject({ principalId: 'alva', kind: 'person', roles: ['admin'] });
    for (const { metadata } of all) {
      expect(metadata).toMatchObject({ platform: 'shop', actor: OPERATOR, recordedAt: MONDAY_9 });
    }
    expect(OPERATOR.kind).toBe('system');
    expect(await platformsIn(store)).toEqual([
      { platform: 'shop', name: 'Shop', admins: ['alva'] },
    ]);
  });

  it('names it like its id, where no name is given', async () => {
    expect(await found({ platform: 'shop', admin: 'alva' })).toMatchObject({ name: 'shop' });
  });

  it('changes nothing when it is done again, with the name or without', async () => {
    await found(SHOP);
    const before = await events();
    for (const again of [SHOP, { platform: 'shop', admin: 'alva' }]) {
      expect(await found(again)).toEqual({ name: 'Shop', registered: false, enrolled: false });
    }
    expect(await events()).toEqual(before);
  });

  it.each([1, 2, 3])('cut off before its write no. %d, is finished by the next', async (nth) => {
    let writes = 0;
    const gone = new Error('The process is gone.');
    const cutOff = changed(store, {
      append: async (...write) => {
        if (++writes === nth) throw gone;
        return store.append(...write);
      },
    });
    await expect(found(SHOP, cutOff)).rejects.toBe(gone);
    await found(SHOP);
    expect((await events()).map(({ type }) => type)).toEqual([
      'PlatformRegistered',
      'StaffEnrolled',
      'AdminAppointed',
    ]);
  });

  it('knows platforms apart, with one admin for both too', async () => {
    await found(SHOP);
    await found({ platform: 'bank', admin: 'alva' });
    expect(await platformsIn(store)).toEqual([
      { platform: 'shop', name: 'Shop', admins: ['alva'] },
      { platform: 'bank', name: 'bank', admins: ['alva'] },
    ]);
  });

  it('takes an admin who is called what the operator is called', async () => {
    expect(await found({ ...SHOP, admin: OPERATOR.id })).toMatchObject({ enrolled: true });
  });
});

describe('founding is refused, and nothing is written', () => {
  async function refusal(founding: Founding): Promise<string> {
    const before = await events();
    const error: unknown = await found(founding).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(FoundingRefused);
    expect(await events()).toEqual(before);
    return (error as FoundingRefused).message;
  }

  it('where the platform has another name', async () => {
    await found(SHOP);
    expect(await refusal({ ...SHOP, name: 'Store' })).toContain('is registered as "Shop"');
  });

  it('where the platform has another admin, as its admins enrol further ones', async () => {
    await found(SHOP);
    await enrolAdmin('bo');
    expect(await refusal({ ...SHOP, admin: 'cy' })).toContain('has an admin: alva, bo');
    expect(await found({ ...SHOP, admin: 'bo' })).toMatchObject({ enrolled: false });
  });

  it('where the admin is no admin any more', async () => {
    await found(SHOP);
    await enrolAdmin('bo');
    await staff('alva', { type: 'LeaveStaff' });
    expect(await refusal(SHOP)).toContain('has an admin: bo');
  });

  it('in the words of the rule that it breaks', async () => {
    expect(await refusal({ ...SHOP, name: ' ' })).toMatch(/^The name of a platform .* 200 char/);
  });
});
