import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NewEvent } from '#kernel/envelope';
import { randomIds } from '#kernel/ids';
import {
  hoursToMs,
  type Instant,
  instant,
  minutesToMs,
  plusMs,
  secondsToMs,
} from '#kernel/instants';
import { metadataFor } from '#kernel/testing/metadata';
import { accountStream } from '#modules/accounts/index';
import { caseStream } from '#modules/cases/index';
import { closeStores, createDataFolder, openStores, type Stores } from './stores.ts';
import { Upkeep, type UpkeepOptions } from './upkeep.ts';

let root: string;
let stores: Stores;
let now: Instant;
const clock = { now: () => now };

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'casetrail-upkeep-'));
  now = instant('2026-11-25T12:00:00.000Z');
  createDataFolder(places());
  stores = await openStores(places());
});
afterEach(async () => {
  await closeStores(stores);
  rmSync(root, { recursive: true });
});

function places() {
  const [dataFolder, keyFile] = [join(root, 'data'), join(root, 'root.key')];
  return { dataFolder, keyFile, clock, ids: randomIds };
}

const step = (ms: number): Instant => (now = plusMs(now, ms));

function upkeep(more: Partial<UpkeepOptions> = {}): Upkeep {
  return new Upkeep({
    everyMs: minutesToMs(10),
    graceMs: hoursToMs(1),
    longestRequestMs: minutesToMs(5),
    stores,
    clock,
    pause: () => new Promise(() => undefined),
    onTrouble: ({ error }) => {
      throw error;
    },
    ...more,
  });
}

function event(type: string, data: object): NewEvent {
  const id = randomIds.next();
  return {
    id,
    type,
    schemaVersion: 1,
    data: data as NewEvent['data'],
    metadata: metadataFor(id, now),
  };
}

const append = (stream: string, type: string, data: object) =>
  stores.eventStore.append(stream, 'no-stream', [event(type, data)]);

const noteIn = (caseId: string, ref: string) =>
  append(caseStream(caseId), 'NoteAdded', { noteId: 'n', textRef: ref, commitment: 'c' });

const approve = (caseId: string, identityRef: string) =>
  append(caseStream(caseId), 'CaseApproved', { identityRef, validUntil: null, approvers: ['rui'] });

async function stored(ref: string): Promise<boolean> {
  return (await stores.vault.read('shop', [ref]))[0] !== undefined;
}

const put = (ref: string) =>
  stores.vault.put([{ ref, platform: 'shop', subjectId: 'ada', kind: 'text', value: ref }]);

const NUMBER = { platform: 'shop', type: 'cn-resident-id', number: '11010118991231001X' };
const reserve = (caseId: string) =>
  stores.vault.reserveIdentity(NUMBER, { accountId: 'ada', caseId });
const stateOfIdentity = async () => (await stores.vault.findIdentity(NUMBER))?.state;

describe('records of the vault', () => {
  it('that a crash left without their event are swept, and what an event names stays', async () => {
    await put('crashed');
    await put('named');
    await noteIn('1', 'named');
    step(hoursToMs(2));
    expect(await upkeep().round()).toMatchObject({ looked: 2, swept: 1 });
    expect([await stored('crashed'), await stored('named')]).toEqual([false, true]);
  });

  it('of a slow request that is still on its way are left alone', async () => {
    await put('slow');
    step(minutesToMs(59));
    await upkeep().round();
    await noteIn('1', 'slow');
    step(hoursToMs(2));
    await upkeep().round();
    expect(await stored('slow')).toBe(true);
  });

  it('of a request that is tried again after the grace are left alone until it is done', async () => {
    await put('tried again');
    step(hoursToMs(2));
    await put('tried again');
    await upkeep().round();
    await noteIn('1', 'tried again');
    step(hoursToMs(2));
    await upkeep().round();
    expect(await stored('tried again')).toBe(true);
  });

  it('and reservations, of a request that is on its way while the clock jumps ahead, are left alone', async () => {
    const running = upkeep();
    step(minutesToMs(10));
    await put('on its way');
    const { entry } = await reserve('1');
    step(hoursToMs(48));
    expect(await running.round()).toMatchObject({ looked: 0, released: 0 });
    await noteIn('2', 'on its way');
    await approve('1', entry.identityRef);
    step(minutesToMs(10));
    expect(await running.round()).toMatchObject({ looked: 1, swept: 0, confirmed: 1 });
    expect(await stored('on its way')).toBe(true);
  });

  it('are looked at once: the next server goes on where the last one was', async () => {
    await put('a');
    await noteIn('1', 'a');
    step(hoursToMs(2));
    expect(await upkeep().round()).toMatchObject({ looked: 1, swept: 0 });
    await closeStores(stores);
    stores = await openStores(places());
    await put('b');
    await noteIn('2', 'b');
    step(hoursToMs(2));
    expect(await upkeep().round()).toMatchObject({ looked: 1, swept: 0 });
    expect([await stored('a'), await stored('b')]).toEqual([true, true]);
  });

  it('that any event ever named survive a view store that is lost, and all later rounds', async () => {
    const refs = Array.from({ length: 40 }, (_, index) => `r${index}`);
    for (const [index, ref] of refs.entries()) {
      await put(ref);
      if (index % 4 !== 3) await noteIn(ref, ref);
      step(secondsToMs(1));
      if (index % 10 === 9) await upkeep({ graceMs: secondsToMs(15), longestRequestMs: 1 }).round();
    }
    await closeStores(stores);
    rmSync(join(root, 'data', 'views.sqlite'));
    stores = await openStores(places());
    step(hoursToMs(2));
    await upkeep().round();
    const left = [];
    for (const ref of refs) if (await stored(ref)) left.push(ref);
    expect(left).toEqual(refs.filter((_, index) => index % 4 !== 3));
  });
});

describe('reserved identities', () => {
  it('of an approval that a crash kept from following are freed', async () => {
    await reserve('1');
    step(hoursToMs(2));
    expect(await upkeep().round()).toMatchObject({ released: 1, confirmed: 0 });
    expect(await stateOfIdentity()).toBeUndefined();
  });

  it.each(['CaseRejected', 'CaseWithdrawn'])(
    'of a case that ended in %s are freed',
    async (type) => {
      await reserve('1');
      await append(caseStream('1'), type, { reasons: [], final: true, appealUntil: null });
      step(hoursToMs(2));
      expect(await upkeep().round()).toMatchObject({ released: 1 });
      expect(await stateOfIdentity()).toBeUndefined();
    },
  );

  it('of a verified case are confirmed, where the confirmation was lost', async () => {
    const { entry } = await reserve('1');
    await approve('1', entry.identityRef);
    step(hoursToMs(2));
    expect(await upkeep().round()).toMatchObject({ released: 0, confirmed: 1 });
    expect(await stateOfIdentity()).toBe('confirmed');
  });

  it('of an approval that is still on its way are left alone, also at a second try', async () => {
    await reserve('1');
    step(minutesToMs(59));
    await upkeep().round();
    expect(await stateOfIdentity()).toBe('reserved');
    await reserve('1');
    step(minutesToMs(30));
    await upkeep().round();
    expect(await stateOfIdentity()).toBe('reserved');
  });

  it('that a later case of the account took over stay with the account that is verified', async () => {
    const { entry } = await reserve('1');
    await approve('1', entry.identityRef);
    await append(accountStream('ada'), 'VerificationGranted', {
      caseId: '1',
      policyKey: 'individual',
      policyVersion: 1,
    });
    await reserve('2');
    step(hoursToMs(2));
    expect(await upkeep().round()).toMatchObject({ released: 0, confirmed: 1 });
    expect(await stateOfIdentity()).toBe('confirmed');
  });
});

describe('the rounds', () => {
  it('come after each pause, and end with the one in hand', async () => {
    const pauses: number[] = [];
    let rounds = 0;
    const running = upkeep({
      pause: async (ms, signal) => {
        pauses.push(ms);
        if (pauses.length <= 3) return;
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
      },
      onDone: () => (rounds += 1),
    });
    await new Promise<void>((resolve) => {
      running.start();
      running.start();
      const look = () => (pauses.length > 3 ? resolve() : void setImmediate(look));
      look();
    });
    await running.stop();
    expect(pauses).toEqual([minutesToMs(1), ...Array(3).fill(minutesToMs(10))]);
    expect(rounds).toBe(3);
  });

  it('sweep although identities cannot be settled, and say so', async () => {
    await put('crashed');
    step(hoursToMs(2));
    const troubles: string[] = [];
    const vault = Object.create(stores.vault) as Stores['vault'];
    for (const name of ['refsStoredBetween', 'sweep'] as const) {
      Object.defineProperty(vault, name, { value: stores.vault[name].bind(stores.vault) });
    }
    vault.reservedIdentities = () => Promise.reject(new Error('not now'));
    const report = await upkeep({
      stores: { ...stores, vault },
      onTrouble: ({ what }) => void troubles.push(what),
    }).round();
    expect(report).toMatchObject({ released: 0, swept: 1 });
    expect(troubles).toEqual(['settling identities']);
  });

  it('are refused a grace in which a request could still be running', () => {
    expect(() => upkeep({ graceMs: minutesToMs(5) })).toThrow(RangeError);
  });
});
