import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ActionFailed } from '#infra/process-runner/action-sender';
import { randomIds } from '#kernel/ids';
import { instant } from '#kernel/instants';
import { metadataFor } from '#kernel/testing/metadata';
import { accountStream } from '#modules/accounts/index';
import { caseStream } from '#modules/cases/index';
import { Identities } from './identities.ts';
import { closeStores, createDataFolder, openStores, type Stores } from './stores.ts';

const NOW = instant('2026-11-25T12:00:00.000Z');
const NUMBER = { platform: 'shop', type: 'cn-resident-id', number: '11010118991231001X' };

let root: string;
let stores: Stores;
let identities: Identities;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'casetrail-identities-'));
  const [dataFolder, keyFile] = [join(root, 'data'), join(root, 'root.key')];
  const places = { dataFolder, keyFile, clock: { now: () => NOW }, ids: randomIds };
  createDataFolder(places);
  stores = await openStores(places);
  identities = new Identities(stores);
});
afterEach(async () => {
  await closeStores(stores);
  rmSync(root, { recursive: true });
});

const reserve = async (caseId: string, accountId = 'ada') =>
  (await stores.vault.reserveIdentity(NUMBER, { accountId, caseId })).entry;
const holder = () => stores.vault.findIdentity(NUMBER);

async function append(stream: string, events: readonly (readonly [string, object])[]) {
  const stored = events.map(([type, data]) => {
    const id = randomIds.next();
    return { id, type, schemaVersion: 1, data: data as never, metadata: metadataFor(id, NOW) };
  });
  await stores.eventStore.append(stream, 'no-stream', stored);
}

const opened = {
  accountId: 'ada',
  subjectId: 'ada',
  policyKey: 'driver',
  policyVersion: 1,
};
const approvedOn = (identityRef: string) =>
  ['CaseApproved', { identityRef, validUntil: null, approvers: ['rui'] }] as const;
const reopened = [
  'CaseReopened',
  { by: 'sen', cause: 'fraud-found', revokesApproval: true, staffRevision: 0 },
] as const;
const past = (caseId: string, ...events: readonly (readonly [string, object])[]) =>
  append(caseStream(caseId), [['CaseOpened', opened], ...events]);
const verified = (caseId: string) =>
  append(accountStream('ada'), [
    ['VerificationGranted', { caseId, policyKey: 'driver', policyVersion: 1 }],
  ]);

describe('confirming the identity of an approval', () => {
  it('confirms what was reserved for its case', async () => {
    const { identityRef } = await reserve('1');
    await past('1', approvedOn(identityRef));
    await identities.confirm('shop', identityRef, '1');
    expect(await holder()).toMatchObject({ caseId: '1', state: 'confirmed' });
  });

  it('confirms it in the name of another case of the account that reserved it meanwhile', async () => {
    const { identityRef } = await reserve('1');
    await past('1', approvedOn(identityRef));
    await reserve('2');
    await identities.confirm('shop', identityRef, '1');
    expect(await holder()).toMatchObject({ accountId: 'ada', caseId: '2', state: 'confirmed' });
  });

  it('fails where it was freed, and where another account holds it by now', async () => {
    const { identityRef } = await reserve('1');
    await past('1', approvedOn(identityRef));
    await stores.vault.releaseIdentity('shop', identityRef, '1');
    const confirm = () => identities.confirm('shop', identityRef, '1');
    await expect(confirm()).rejects.toThrow(ActionFailed);
    await reserve('9', 'bob');
    await expect(confirm()).rejects.toThrow(/^ConfirmIdentity: .*Reopen the case/);
    expect(await holder()).toMatchObject({ accountId: 'bob', state: 'reserved' });
  });

  it('has nothing left to do once the case was reopened, so that its dead letter can be driven', async () => {
    await past('1', approvedOn('freed'), reopened);
    await expect(identities.confirm('shop', 'freed', '1')).resolves.toBeUndefined();
  });
});

describe('freeing the identity of a case that was reopened', () => {
  it('frees what no approval rests on any more', async () => {
    const { identityRef } = await reserve('1');
    await past('1', approvedOn(identityRef), reopened);
    await verified('1');
    await identities.release('shop', identityRef, '1');
    await identities.release('shop', identityRef, '1');
    expect(await holder()).toBeUndefined();
  });

  it('leaves it to the case that was approved on it again in the meantime', async () => {
    const { identityRef } = await reserve('1');
    await past('1', approvedOn(identityRef), reopened, approvedOn(identityRef));
    await identities.release('shop', identityRef, '1');
    expect(await holder()).toMatchObject({ caseId: '1' });
  });

  it('leaves it to another case of the account that is verified by it', async () => {
    const { identityRef } = await reserve('1');
    await past('1', approvedOn(identityRef), reopened);
    await past('2', approvedOn(identityRef));
    await verified('2');
    await identities.release('shop', identityRef, '1');
    expect(await holder()).toMatchObject({ caseId: '1' });
  });
});
