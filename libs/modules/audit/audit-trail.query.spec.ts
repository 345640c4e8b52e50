/** The audit trail as it is asked: over the real stores, through its controller. */
import { type FastifyReply } from 'fastify';
import { type Caller } from '#infra/auth/caller';
import { caughtUp, newRig, type Rig } from '#infra/projector/projector.testkit';
import { ViewReader } from '#infra/projector/view-reader';
import { type Actor } from '#kernel/actor';
import { deriveId } from '#kernel/ids';
import { instant } from '#kernel/instants';
import { metadataFor } from '#kernel/testing/metadata';
import { auditTrailView } from './audit-trail.view.ts';
import { AuditController, AuditQuery } from './audit.controller.ts';

const view = auditTrailView(['CaseOpened', 'CaseRejected', 'AccountFrozen', 'AccessDenied']);

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
  { platform = 'shop', data = {}, accountId = 'a1' } = {},
): Promise<void> {
  const id = deriveId('audit', appended++);
  await rig.eventStore.append(`${stream}-${appended}`, 'no-stream', [
    {
      id,
      type,
      schemaVersion: 1,
      data,
      metadata: metadataFor(id, day(on), { platform, actor: person(by), accountId }),
    },
  ]);
}

beforeAll(async () => {
  rig = await newRig();
  const readStore = rig.openViews();
  const projector = rig.projector({ readStore, views: [view] });
  audit = new AuditController(new ViewReader(rig.eventStore, readStore, projector));
  await happened('case', 'CaseOpened', 1, 'wei');
  await happened('account', 'AccountFrozen', 2, 'sam', { data: { cause: 'complaint' } });
  await happened('case', 'CaseRejected', 3, 'ada', {
    data: { reasons: [{ code: 'illegible' }] },
    accountId: 'a2',
  });
  await happened('access-shop', 'AccessDenied', 4, 'ben', { data: { code: 'forbidden' } });
  await happened('case', 'CaseOpened', 5, 'wei', { platform: 'other' });
  await projector.start();
  await caughtUp(projector, rig.eventStore, view.name);
});
afterAll(() => rig.dispose());

async function asked(query: Partial<AuditQuery>): Promise<readonly string[]> {
  const caller = { principal: { platform: 'shop', id: 'otto' } } as unknown as Caller;
  const reply = { header: () => reply } as unknown as FastifyReply;
  const { signal } = new AbortController();
  const full = Object.assign(new AuditQuery(), { limit: 50, ...query });
  const { items } = await audit.list(full, caller, undefined, signal, reply);
  return items.map(({ type, actorId, why }) => [type, actorId, ...why].join(' '));
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
