import { type RecordedEvent } from '#kernel/envelope';
import { accountIdOf } from '#modules/accounts/index';
import { caseDecider, caseEvents, type CaseEvent, type CaseState } from '#modules/cases/index';
import { TraceMapper } from '../xes/map-trace.ts';
import { type LogMapping } from '../xes/mapping.ts';
import { readAll, type Step, traceXml, logXml } from '../xes/xes.testkit.ts';
import { type CaseHistory, historyOf } from './case-history.ts';
import { APPROVED, eventsOf, logOf, mappingFor, NOW, OPEN, REJECTED } from './import.testkit.ts';
import { mappingDigestOf } from './mapping-digest.ts';

async function historyFrom(log: string, mapping = mappingFor(), fileDigest = 'a'.repeat(64)) {
  const { traces } = await readAll(log, { timeZone: 'UTC' });
  const origin = { mapping, fileDigest, mappingDigest: mappingDigestOf(mapping) };
  const mapper = new TraceMapper(mapping);
  return traces.map((trace) => historyOf(mapper.map(trace), origin, NOW));
}

async function history(list: readonly Step[], mapping?: LogMapping): Promise<CaseHistory> {
  const [first] = await historyFrom(logOf({ A1: list }), mapping);
  return first!;
}

const told = ({ events }: CaseHistory) =>
  events.map(({ type, data, metadata }) => ({ type, data, actor: metadata.actor }));

function stateOf({ events }: CaseHistory): CaseState {
  return (events as readonly RecordedEvent<CaseEvent>[]).reduce(
    (state, event) =>
      caseDecider.evolve(state, event, {
        at: event.metadata.occurredAt,
        by: event.metadata.actor,
      }),
    caseDecider.initial,
  );
}

const ROBOT = { kind: 'system', id: 'robot' };
const ANN = { kind: 'person', id: 'ann' };
const BOB = { kind: 'person', id: 'bob' };
const EVE = { kind: 'person', id: 'eve' };
const UNKNOWN = { kind: 'unknown', id: 'unknown' };

describe('the history of an imported case', () => {
  it('says each meaning in the words of the case', async () => {
    const account = expect.any(String);
    expect(told(await history(APPROVED))).toEqual([
      {
        type: 'CaseOpened',
        data: {
          accountId: account,
          subjectId: account,
          policyKey: 'loan',
          policyVersion: 3,
          source: { digest: 'a'.repeat(64), trace: 'A1' },
        },
        actor: ROBOT,
      },
      { type: 'CaseSubmitted', data: { round: 1 }, actor: ROBOT },
      { type: 'ScreeningCompleted', data: { round: 1, outcome: 'attention' }, actor: ROBOT },
      {
        type: 'ReviewRequested',
        data: { review: 1, level: 'first', round: 1, queue: 'checking', skill: 'ids', priority: 0 },
        actor: UNKNOWN,
      },
      { type: 'ReviewClaimed', data: { review: 1, by: 'ann' }, actor: ANN },
      {
        type: 'SupplementRequested',
        data: {
          review: 1,
          items: [{ material: 'licence', reasons: [{ code: 'material-missing' }] }],
        },
        actor: ANN,
      },
      { type: 'CaseSupplemented', data: { round: 2 }, actor: UNKNOWN },
      { type: 'ScreeningCompleted', data: { round: 2, outcome: 'attention' }, actor: UNKNOWN },
      {
        type: 'ReviewRequested',
        data: { review: 2, level: 'first', round: 2, queue: 'looking', skill: 'ids', priority: 0 },
        actor: ROBOT,
      },
      { type: 'ReviewClaimed', data: { review: 2, by: 'bob' }, actor: BOB },
      { type: 'ReviewReleased', data: { review: 2, by: 'bob', cause: 'imported' }, actor: BOB },
      { type: 'ReviewClaimed', data: { review: 2, by: 'eve' }, actor: EVE },
      {
        type: 'CaseApproved',
        data: { review: 2, approvers: ['eve'], validUntil: null },
        actor: EVE,
      },
      {
        type: 'HistoryRecorded',
        data: { activity: 'Look', transition: 'COMPLETE', note: 'case-decided' },
        actor: EVE,
      },
      {
        type: 'HistoryRecorded',
        data: { activity: 'Letter', transition: 'COMPLETE', note: 'by-rule' },
        actor: ANN,
      },
    ]);
  });

  it('tells who passed a review on, who rejected, and that a case was given up', async () => {
    const passedOn = await history([
      ...REJECTED.slice(0, 4),
      ['Fraud', 'COMPLETE', 'ann'],
      ['Look', 'SCHEDULE'],
      ['Look', 'START'],
      ['Not yet', 'COMPLETE'],
      'Again',
      'Never mind',
    ]);
    expect(told(passedOn).slice(5)).toMatchObject([
      { type: 'CaseEscalated', data: { review: 1, from: 'ann', cause: 'fraud-suspected' } },
      { type: 'ReviewRequested', data: { review: 2 } },
      { type: 'ReviewClaimed', data: { review: 2, by: 'unknown' } },
      {
        type: 'CaseRejected',
        data: {
          review: 2,
          by: 'unknown',
          reasons: [{ code: 'information-not-confirmed' }],
          final: false,
          appealUntil: null,
        },
        actor: UNKNOWN,
      },
      { type: 'CaseSubmitted', data: { round: 2 } },
      { type: 'CaseWithdrawn', data: { cause: 'imported' } },
    ]);
  });

  it('says which review was open when a case was given up', async () => {
    const { events } = await history([...REJECTED.slice(0, 4), 'Never mind']);
    expect(events.at(-1)).toMatchObject({ type: 'CaseWithdrawn', data: { review: 1 } });
  });

  it('names no approver where a program or nobody approved', async () => {
    for (const by of ['robot', undefined]) {
      const { events } = await history(['Submit', ['Yes', 'COMPLETE', by]]);
      expect(events.at(-1)).toMatchObject({ type: 'CaseApproved', data: { approvers: [] } });
    }
  });

  it.each([
    ['approved', APPROVED],
    ['rejected', REJECTED],
    ['waiting', OPEN],
    ['in-review', REJECTED.slice(0, 4)],
    ['awaiting-supplement', APPROVED.slice(0, 5)],
    ['withdrawn', ['Submit', 'Never mind'] as const],
  ])('folds to a case that is %s, of events as they are declared', async (status, list) => {
    const imported = await history(list);
    expect(stateOf(imported).status).toBe(status);
    for (const { type, data, schemaVersion } of imported.events) {
      const definition = caseEvents.find(type)!;
      expect(definition.schema.parse(data)).toEqual(data);
      expect(schemaVersion).toBe(definition.schemaVersion);
    }
  });

  it('carries the times of the log, and that it was imported', async () => {
    const { events, stream } = await history(APPROVED);
    const [first, , third] = events;
    expect(first!.metadata).toEqual({
      platform: 'old-bank',
      actor: ROBOT,
      occurredAt: '2026-03-02T09:00:00.000Z',
      recordedAt: NOW,
      commandId: expect.any(String),
      requestDigest: mappingDigestOf(mappingFor()),
      correlationId: first!.metadata.commandId,
      causationId: first!.metadata.commandId,
      policyVersion: 'loan@3',
      accountId: expect.any(String),
      imported: true,
    });
    expect(third!.metadata.occurredAt).toBe('2026-03-02T09:01:00.000Z');
    expect(stream).toMatch(/^case-[0-9a-f-]{36}$/);
  });

  it('leaves out what is refused, and says of each event of the log what it became', async () => {
    const { became } = await history(OPEN);
    expect(became).toEqual([
      ['CaseOpened', 'CaseSubmitted'],
      ['ScreeningCompleted'],
      ['ReviewRequested'],
      ['HistoryRecorded'],
      [],
    ]);
  });
});

describe('the ids of imported events', () => {
  const ids = ({ stream, events }: CaseHistory) => [stream, ...events.map(({ id }) => id)];

  it('are the same whenever the log is read, and of no two events', async () => {
    const [once, again] = [await history(APPROVED), await history(APPROVED)];
    expect(ids(once)).toEqual(ids(again));
    expect(new Set(ids(once)).size).toBe(once.events.length + 1);
  });

  it('follow from file, trace, index and platform', async () => {
    const log = logOf({ A1: REJECTED, A2: REJECTED });
    const [a1, a2] = await historyFrom(log);
    const [otherFile] = await historyFrom(log, mappingFor(), 'b'.repeat(64));
    const [otherPlatform] = await historyFrom(log, mappingFor({ platform: 'other' }));
    const [byIndex] = await historyFrom(log, mappingFor({ caseIdFrom: 'trace-index' }));
    const all = [a1, a2, otherFile, otherPlatform, byIndex].flatMap((one) => ids(one!));
    expect(new Set(all).size).toBe(all.length);
  });

  it('do not move when an event before is refused instead of read', async () => {
    const [, screened] = (await history(['Submit', 'Screen'])).events.slice(1);
    const [, , alone] = (await history(['Submit', 'Screen', 'Ring'])).events;
    expect(alone!.id).toBe(screened!.id);
    const noisy = await history(['Submit', 'Test', 'Screen']);
    const known = await history(['Submit', 'Ring', 'Screen']);
    expect(noisy.events.at(-1)!.id).toBe(known.events.at(-1)!.id);
  });
});

describe('what a released build has written', () => {
  it('is found again by every later one: ids and digest are these for ever', async () => {
    const { stream, events } = await history(['Submit']);
    expect({ stream, ids: events.map(({ id }) => id) }).toEqual({
      stream: 'case-cb2ca65b-bf28-8596-9a8f-b41d4834a3b7',
      ids: ['bd3b5059-50e7-8cfe-97e5-265b49290ee7', 'a40c15ef-2fc4-865d-b4c5-0822f4728dcc'],
    });
    expect(events[0]!.metadata.requestDigest).toBe(
      'dc2916a1fb254788e431971ce19862a6ac28042248069248b765de26ef0aba74',
    );
  });
});

describe('the account of an imported case', () => {
  const withApplicant = (value: string) =>
    logXml(
      traceXml('A1', eventsOf(['Submit'])).replace(
        '<event>',
        `<string key="applicant" value="${value}"/><event>`,
      ),
    );
  const accountOf = (histories: readonly CaseHistory[]) =>
    histories[0]!.events[0]!.metadata.accountId;

  it('is the one that the log names, as the platform knows it', async () => {
    const mapping = mappingFor({ accountFrom: 'applicant' });
    const histories = await historyFrom(withApplicant('amy'), mapping);
    expect(accountOf(histories)).toBe(accountIdOf('old-bank', 'amy'));
    expect(histories[0]!.events[0]!.data).toMatchObject({
      accountId: accountIdOf('old-bank', 'amy'),
    });
  });

  it('is one of its own where the log names none', async () => {
    const mapping = mappingFor({ accountFrom: 'applicant' });
    const log = logOf({ A1: ['Submit'], A2: ['Submit'] });
    const [a1, a2] = await historyFrom(log, mapping);
    expect(accountOf([a1!])).not.toBe(accountOf([a2!]));
    expect(accountOf(await historyFrom(withApplicant('')))).toEqual(expect.any(String));
  });
});

describe('the digest of a mapping', () => {
  it('is the same for other words, and another for other rules, settings and platforms', () => {
    const [first, ...rest] = mappingFor().rules;
    const plain = mappingDigestOf(mappingFor());
    const worded = {
      ...mappingFor(),
      description: 'x',
      rules: [{ ...first!, comment: 'y' }, ...rest],
    };
    expect(mappingDigestOf(worded)).toBe(plain);
    expect(mappingDigestOf({ ...mappingFor(), rules: rest })).not.toBe(plain);
    expect(mappingDigestOf(mappingFor({ platform: 'other' }))).not.toBe(plain);
    expect(mappingDigestOf(mappingFor({ systemResources: [] }))).not.toBe(plain);
  });
});
