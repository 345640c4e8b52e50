/** The audit trail as it is asked: over the real stores, through its controller. */
import { type FastifyReply } from 'fastify';
import { z } from 'zod';
import { type Caller } from '#infra/auth/caller';
import { positionToken } from '#infra/http/position-token';
import { caughtUp, newRig, type Rig } from '#infra/projector/projector.testkit';
import { ViewReader } from '#infra/projector/view-reader';
import { type Actor } from '#kernel/actor';
import { type EventMetadata } from '#kernel/envelope';
import { defineEvent, EventCatalogue } from '#kernel/event-definition';
import { deriveId } from '#kernel/ids';
import { instant } from '#kernel/instants';
import { type Position } from '#kernel/position';
import { metadataFor } from '#kernel/testing/metadata';
import { accountIdOf } from '#modules/accounts/index';
import { auditTrailView } from './audit-trail.view.ts';
import { AuditController, AuditQuery } from './audit.controller.ts';

const view = auditTrailView(['CaseOpened', 'CaseRejected', 'AccountFrozen', 'AccessDenied']);

/** A build that is to come says of a freeze how much of the account it stops. */
const frozen = defineEvent('AccountFrozen', 'Frozen.', z.looseObject({}), {
  schemaVersion: 2,
  upcasts: { 1: (data) => ({ ...data, scope: 'all' }) },
});

/** Of who asks, on a platform where they have one. */
const OWN = accountIdOf('bank', 'otto');

let rig: Rig;
let audit: AuditController;
let appended = 0;

const day = (n: number) => instant(`2026-03-0${n}T00:00:00Z`);
const person = (id: string): Actor => ({ kind: 'person', id, role: 'reviewer' });

async function happened(
  stream: string,
  type: string,
  on: number,
  by: string,
  { platform = 'shop', data = {}, ...about }: Partial<EventMetadata> & { data?: object } = {},
): Promise<void> {
  const id = deriveId('audit', appended++);
  await rig.eventStore.append(`${stream}-${appended}`, 'no-stream', [
    {
      id,
      type,
      schemaVersion: 1,
      data,
      metadata: metadataFor(id, day(on), {
        platform,
        actor: person(by),
        accountId: 'a1',
        ...about,
      }),
    },
  ]);
}

beforeAll(async () => {
  rig = await newRig();
  const readStore = rig.openViews();
  const projector = rig.projector({ readStore, views: [view] });
  audit = new AuditController(
    new ViewReader(rig.eventStore, readStore, projector),
    rig.eventStore,
    new EventCatalogue([frozen]),
  );
  await happened('case', 'CaseOpened', 1, 'wei');
  await happened('account', 'AccountFrozen', 2, 'sam', { data: { cause: 'complaint' } });
  await happened('case', 'CaseRejected', 3, 'ada', {
    data: { reasons: [{ code: 'illegible' }] },
    accountId: 'a2',
    policyVersion: 'driver@2',
  });
  await happened('access-shop', 'AccessDenied', 4, 'ben', { data: { code: 'forbidden' } });
  await happened('case', 'CaseOpened', 5, 'wei', { platform: 'other' });
  await happened('case', 'CaseRejected', 6, 'ada', { accountId: OWN, platform: 'bank' });
  await happened('access-bank', 'AccessDenied', 7, 'ben', {
    platform: 'bank',
    accountId: undefined,
    data: { caseId: '6' },
  });
  await happened('case', 'CaseOpened', 8, 'wei', { platform: 'bank' });
  await happened('access-bank', 'AccessDenied', 9, 'ben', {
    platform: 'bank',
    accountId: undefined,
  });
  await projector.start();
  await caughtUp(projector, rig.eventStore, view.name);
});
afterAll(() => rig.dispose());

const { signal } = new AbortController();
const auditorOf = (platform: string) =>
  ({ principal: { platform, id: 'otto', kind: 'person' } }) as unknown as Caller;

async function entries(query: Partial<AuditQuery>, platform = 'shop') {
  const reply = { header: () => reply } as unknown as FastifyReply;
  const full = Object.assign(new AuditQuery(), { limit: 50, ...query });
  const { items } = await audit.list(full, auditorOf(platform), undefined, signal, reply);
  return items;
}

const one = (entryId: string, platform = 'shop') =>
  audit.one(entryId, {}, auditorOf(platform), undefined, signal);

async function asked(query: Partial<AuditQuery>): Promise<readonly string[]> {
  return (await entries(query)).map(({ type, actorId, why }) => [type, actorId, ...why].join(' '));
}

describe('the audit trail', () => {
  const all = [
    'AccessDenied ben forbidden',
    'CaseRejected ada illegible',
    'AccountFrozen sam complaint',
    'CaseOpened wei',
  ];

  it('is of one platform, the latest first', async () => {
    expect(await asked({})).toEqual(all);
  });

  it.each([
    ['case', { caseId: '1' }, ['CaseOpened wei']],
    ['account, with what is of its cases', { accountId: 'a2' }, ['CaseRejected ada illegible']],
    ['actor', { actorId: 'sam' }, ['AccountFrozen sam complaint']],
    ['type, denied attempts among them', { type: 'AccessDenied' }, ['AccessDenied ben forbidden']],
    [
      'time, from the first instant until before the last',
      { from: '2026-03-02T00:00:00Z', to: '2026-03-04T00:00:00Z' },
      all.slice(1, 3),
    ],
    ['all of them at once', { actorId: 'sam', type: 'CaseOpened' }, []],
    ['something of another platform', { caseId: '5' }, []],
  ])('is asked by %s', async (_what, query, found) => {
    expect(await asked(query)).toEqual(found);
  });
});

describe('one entry', () => {
  it('is what the list shows of it, with what the event says and where more is found', async () => {
    const [listed] = await entries({ accountId: 'a2' });
    expect(await one(listed!.entryId)).toEqual({
      ...listed,
      schemaVersion: 1,
      data: { reasons: [{ code: 'illegible' }] },
      links: {
        self: `/v1/audit/${listed!.entryId}`,
        case: '/v1/cases/3',
        account: '/v1/accounts/a2',
        policy: '/v1/policies/driver',
        trail: '/v1/audit?caseId=3',
      },
    });
  });

  it('gives the event in the present version of its schema', async () => {
    const [listed] = await entries({ type: 'AccountFrozen' });
    const { schemaVersion, data, links } = await one(listed!.entryId);
    expect([schemaVersion, data]).toEqual([2, { cause: 'complaint', scope: 'all' }]);
    expect(links).toMatchObject({ account: '/v1/accounts/2', trail: '/v1/audit?accountId=2' });
    expect(links).not.toHaveProperty('case');
    expect(links).not.toHaveProperty('policy');
  });

  it('is found on its own platform alone', async () => {
    const [listed] = await entries({}, 'other');
    expect(await one(listed!.entryId, 'other')).toMatchObject({ caseId: '5' });
    const missing = { code: 'not-found-here', details: { field: 'entryId' } };
    await expect(one(listed!.entryId)).rejects.toMatchObject(missing);
    const nowhere = positionToken(rig.eventStore.storeId, '0000000000009999' as Position);
    const elsewhere = positionToken('another-store', '0000000000000001' as Position);
    for (const entryId of [nowhere, elsewhere, 'no token']) {
      await expect(one(entryId)).rejects.toMatchObject(missing);
    }
  });
});

describe('what concerns the account of who asks', () => {
  const typesOf = async (query: Partial<AuditQuery>) =>
    (await entries(query, 'bank')).map(({ type, caseId }) => [type, caseId]);
  const refused = (at: object) => ({
    violation: { code: 'own-account' },
    hiddenFrom: 'caller',
    at,
  });

  it('is left out of the trail, also where an entry names the case alone', async () => {
    expect(await typesOf({})).toEqual([
      ['AccessDenied', null],
      ['CaseOpened', '8'],
    ]);
    expect(await typesOf({ type: 'CaseRejected' })).toEqual([]);
  });

  it('is refused to whoever asks for it by case or account, and the attempt told with it', async () => {
    await expect(entries({ caseId: '6' }, 'bank')).rejects.toMatchObject(refused({ caseId: '6' }));
    await expect(entries({ accountId: OWN }, 'bank')).rejects.toMatchObject(
      refused({ accountId: OWN }),
    );
    expect(await typesOf({ caseId: '8' })).toHaveLength(1);
  });

  it('is refused as one entry, whose id names neither', async () => {
    const elsewhere = await rig.eventStore.readStream('case-6')[Symbol.asyncIterator]().next();
    const { position } = elsewhere.value!;
    const entryId = positionToken(rig.eventStore.storeId, position);
    await expect(one(entryId, 'bank')).rejects.toMatchObject(
      refused({ caseId: '6', accountId: OWN }),
    );
  });
});
