import { type BusinessClock, type CaseEvent } from '#modules/cases/index';
import { instant } from '#kernel/instants';
import { after, MONDAY, ofCase, ofPlatform, PLATFORM, toCase } from './process.testkit.ts';
import { reissueDuesOnCalendarData } from './reissue-dues-on-calendar-data.process.ts';

const process = reissueDuesOnCalendarData;
const dueAt = instant('2027-01-04T02:00:00Z');

const clock = (provisional: boolean, calendarVersion = 'cn-2026.1'): BusinessClock => ({
  startedAt: MONDAY,
  grantedMs: 32_400_000,
  due: { dueAt, calendarVersion, provisional },
});
const provisional = clock(true);
const settled = clock(false, 'cn-2026.1+cn-2027.1');

const submitted = (caseId = 'c1', overall = provisional) =>
  ofCase(caseId, { type: 'CaseSubmitted', data: { round: 1, overall } });
const requested = (caseId = 'c1', of = provisional) =>
  ofCase(caseId, {
    type: 'ReviewRequested',
    data: { review: 1, level: 'first', round: 1, queue: 'drivers', priority: 0, clock: of },
  });
const reissued = (which: 'review' | 'overall', of: BusinessClock, caseId = 'c1') =>
  ofCase(caseId, { type: 'DueReissued', data: { which, clock: of, cause: 'calendar' } });
const resumed = (data: { review?: BusinessClock; overall?: BusinessClock }) =>
  ofCase('c1', { type: 'CaseResumed', data: { freezeId: 'f', accountRevision: 2, ...data } });
const extended = (version = 'cn-2027.1') =>
  ofPlatform({
    type: 'CalendarExtended',
    data: {
      addition: {
        version,
        years: [
          {
            year: 2027,
            source: {
              title: 'Notice of holidays in 2027',
              notice: 'for specs',
              url: 'https://example.org/2027',
              checkedOn: '2026-11-25',
            },
            holidays: [{ name: 'New Year', from: '2027-01-01', to: '2027-01-03' }],
            workingDays: [],
          },
        ],
      },
    },
  });

const reissue = (id: string) => toCase(id, { type: 'ReissueDues' });
const alarm = {
  to: 'platform',
  id: PLATFORM,
  command: { type: 'ReportCalendarGap', startedAt: MONDAY, dueAt },
};

describe('a due time in a year without calendar data', () => {
  it('raises an alarm with the platform: one a year, until data arrives', () => {
    expect(after(process).reactsTo(submitted())).toEqual([alarm]);
    expect(after(process, submitted()).reactsTo(requested())).toEqual([]);
    expect(after(process, submitted()).reactsTo(submitted('c2'))).toEqual([]);
    const late = clock(true, 'cn-2026.1+cn-2028.1');
    expect(
      after(process, submitted(), extended('cn-2028.1')).reactsTo(submitted('c2', late)),
    ).toEqual([alarm]);
  });

  it('is issued anew when data arrives, once a case, whichever of its clocks it is of', () => {
    const three = after(
      process,
      submitted('c1'),
      requested('c1'),
      requested('c2'),
      reissued('overall', provisional, 'c3'),
    );
    expect(three.reactsTo(extended())).toEqual([reissue('c1'), reissue('c2'), reissue('c3')]);
  });

  it('is issued anew at once where it was reckoned at the moment when the data arrived', () => {
    expect(after(process, submitted(), extended()).reactsTo(requested())).toEqual([
      alarm,
      reissue('c1'),
    ]);
    const known = clock(true, 'cn-2026.1+cn-2027.1');
    expect(after(process, submitted(), extended()).reactsTo(requested('c1', known))).toEqual([
      alarm,
    ]);
  });

  it('waits again where the case goes on after a freeze', () => {
    const both = after(process, resumed({ review: provisional, overall: provisional }));
    expect(both.reactsTo(extended())).toEqual([reissue('c1')]);
  });
});

describe('a due time that is sure', () => {
  it.each([submitted('c1', settled), requested('c1', settled), resumed({ review: settled })])(
    'is nothing to it, in $type',
    (event) => {
      expect(process.key(event as Parameters<typeof process.key>[0])).toBeNull();
    },
  );

  it('was provisional, and waits for no data any more; the other clock of the case does', () => {
    const one = after(process, submitted(), requested(), reissued('review', settled));
    expect(one.reactsTo(extended())).toEqual([reissue('c1')]);
    const none = after(process, submitted(), reissued('overall', settled));
    expect(none.reactsTo(extended())).toEqual([]);
  });
});

describe('a clock that ends', () => {
  const ends: readonly CaseEvent[] = [
    { type: 'SupplementRequested', data: { items: [] } },
    { type: 'CaseApproved', data: { approvers: ['ada'], validUntil: null } },
    { type: 'CaseWithdrawn', data: { cause: 'applicant' } },
    { type: 'CaseExpired', data: { cause: 'supplement-deadline', dueAt: MONDAY } },
    {
      type: 'CaseRejected',
      data: { by: 'ada', reasons: [{ code: 'illegible' }], final: true, appealUntil: null },
    },
    {
      type: 'AppealDismissed',
      data: {
        review: 2,
        by: 'sen',
        reasons: [{ code: 'illegible' }],
        evidence: 'x',
        staffRevision: 0,
      },
    },
  ];
  it.each(ends)('by $type waits for no data any more', (end) => {
    const past = after(process, submitted(), requested(), submitted('c2'), ofCase('c1', end));
    expect(past.reactsTo(extended())).toEqual([reissue('c2')]);
  });

  it('leaves nothing to remember where there was nothing', () => {
    expect(after(process, ofCase('c1', ends[1]!)).remembered).toBeUndefined();
  });
});
