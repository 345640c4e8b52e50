import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Actor, SYSTEM } from '#kernel/actor';
import { type EventMetadata, type RecordedEvent } from '#kernel/envelope';
import { instant } from '#kernel/instants';
import { type Position } from '#kernel/position';
import { type GoldenSamples } from '#kernel/testing/golden';
import { accessStream } from '#modules/access/index';
import { auditTrailView, type AuditEntry } from './audit-trail.view.ts';

const AT = instant('2026-03-02T01:00:00Z');
const ada: Actor = { kind: 'person', id: 'ada', role: 'reviewer' };

/** The golden samples of every area: one event of every type ever released. */
const samples = readdirSync('libs', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.golden.json'))
  .flatMap(
    (file) => (JSON.parse(readFileSync(join('libs', file), 'utf8')) as GoldenSamples).samples,
  );
const types = [...new Set(samples.map(({ type }) => type))];
const view = auditTrailView(types);

function recorded(
  type: string,
  data: object,
  { stream = 'case-c1', ...metadata }: Partial<EventMetadata> & { readonly stream?: string } = {},
): RecordedEvent {
  return {
    id: 'event-1',
    type,
    schemaVersion: 1,
    stream,
    revision: 3,
    position: '0007' as Position,
    data,
    metadata: {
      platform: 'shop',
      actor: ada,
      occurredAt: AT,
      recordedAt: instant('2026-03-02T02:00:00Z'),
      commandId: 'command-1',
      correlationId: 'command-0',
      causationId: 'event-0',
      ...metadata,
    },
  };
}

function entryOf(...event: Parameters<typeof recorded>): AuditEntry {
  const given = recorded(...event);
  const [key] = view.keys(given);
  return view.evolve(null, given, key!)!;
}

describe('an entry of the audit trail', () => {
  it('says who, when, what and under which policy version', () => {
    const entry = entryOf('ReviewClaimed', { review: 1, by: 'ada' }, { policyVersion: 'driver@2' });
    expect(entry).toEqual({
      eventId: 'event-1',
      position: '0007',
      platform: 'shop',
      type: 'ReviewClaimed',
      stream: 'case-c1',
      revision: 3,
      caseId: 'c1',
      accountId: null,
      actorId: 'ada',
      actorKind: 'person',
      actorRole: 'reviewer',
      occurredAt: '2026-03-02T01:00:00.000Z',
      recordedAt: '2026-03-02T02:00:00.000Z',
      why: [],
      policyVersion: 'driver@2',
      commandId: 'command-1',
      correlationId: 'command-0',
      causationId: 'event-0',
      imported: false,
    });
  });

  it.each([
    ['a cause', { cause: 'compromised' }, ['compromised']],
    ['a purpose', { purpose: 'audit', refs: ['r1'] }, ['audit']],
    ['the code of a refusal', { code: 'forbidden', route: 'GET /v1/audit' }, ['forbidden']],
    [
      'the reasons of a decision, each once',
      { reasons: [{ code: 'illegible', textRef: 'r1' }, { code: 'expired' }, { code: 'expired' }] },
      ['illegible', 'expired'],
    ],
    [
      'the reasons of each item asked for',
      {
        items: [
          { material: 'identity', reasons: [{ code: 'illegible' }] },
          { material: 'phone', field: 'number', reasons: [{ code: 'cropped' }] },
        ],
      },
      ['illegible', 'cropped'],
    ],
    ['nothing where the event gives none', { review: 1 }, []],
    ['nothing of what a later build may write there', { cause: 7, reasons: [null, 'x'] }, []],
  ])('says why: %s', (_what, data, why) => {
    expect(entryOf('SomeEvent', data).why).toEqual(why);
  });

  it('is of the case and the account that the event is about', () => {
    expect(entryOf('CaseOpened', {}, { accountId: 'a1' })).toMatchObject({
      caseId: 'c1',
      accountId: 'a1',
    });
    expect(entryOf('AccountFrozen', {}, { stream: 'account-a1' })).toMatchObject({
      caseId: null,
      accountId: 'a1',
    });
    const verified = entryOf('VerificationGranted', { caseId: 'c1' }, { stream: 'account-a1' });
    expect(verified).toMatchObject({ caseId: 'c1', accountId: 'a1' });
    expect(entryOf('StaffEnrolled', {}, { stream: 'staff-s1' })).toMatchObject({
      caseId: null,
      accountId: null,
    });
  });

  it('shows who looked at what, for which purpose, and what somebody tried in vain', () => {
    const stream = accessStream('shop', AT);
    const looked = { caseId: 'c1', accountId: 'a1', refs: ['r1'], purpose: 'appeal' };
    expect(entryOf('PersonalDataRevealed', looked, { stream })).toMatchObject({
      caseId: 'c1',
      accountId: 'a1',
      actorId: 'ada',
      why: ['appeal'],
    });
    const denied = {
      principalId: 'ben',
      roles: ['applicant'],
      route: 'POST /v1/reveals',
      code: 'forbidden',
      attempts: 3,
      from: AT,
      to: AT,
    };
    const ben: Actor = { kind: 'person', id: 'ben' };
    expect(entryOf('AccessDenied', denied, { stream, actor: ben })).toMatchObject({
      actorId: 'ben',
      actorRole: null,
      why: ['forbidden'],
    });
  });

  it('tells what was brought in from what happened here, and when it happened from when it was recorded', () => {
    const unknown: Actor = { kind: 'unknown', id: 'unknown' };
    const then = instant('2011-10-01T00:00:00Z');
    expect(
      entryOf('CaseApproved', {}, { imported: true, actor: unknown, occurredAt: then }),
    ).toMatchObject({
      imported: true,
      actorKind: 'unknown',
      occurredAt: '2011-10-01T00:00:00.000Z',
      recordedAt: '2026-03-02T02:00:00.000Z',
    });
  });

  it.each(samples)('is made of every event ever released: $type', ({ type, data }) => {
    const entry = entryOf(type, data, { actor: SYSTEM });
    expect(entry).toMatchObject({ type, actorKind: 'system', actorRole: null });
  });

  it('holds nothing of an event but its codes: no reference, no commitment', () => {
    const data = {
      textRef: 'ref-1',
      commitment: 'c-1',
      reasons: [{ code: 'a', textRef: 'ref-2' }],
    };
    const text = JSON.stringify(entryOf('CaseRejected', data));
    expect(text).not.toMatch(/ref-1|ref-2|c-1"/);
  });
});
