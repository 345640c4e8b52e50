import { SYSTEM, type Actor } from '#kernel/actor';
import { chinaCalendar } from '#kernel/business-time/calendar-data';
import { daysToMs, plusMs } from '#kernel/instants';
import { at, MONDAY_9, specify } from '#kernel/testing/given-when-then';
import { MAINTENANCE_DAYS_MAX } from './platform.decide.ts';
import { platformDecider } from './platform.decider.ts';
import { platformEvents, type PlatformEvent } from './platform.events.ts';
import { clockFactsOf } from './platform.state.ts';
import { PLATFORM_VIOLATIONS } from './platform.violations.ts';
import { CALENDAR_OF_2027 } from './calendar.testkit.ts';

const given = specify(platformDecider, platformEvents);
const admin: Actor = { kind: 'person', id: 'alva', role: 'admin' };
const lead: Actor = { kind: 'person', id: 'lea', role: 'lead' };
const by = admin;

const register = { type: 'RegisterPlatform', name: 'Shop' } as const;
const registered: PlatformEvent = { type: 'PlatformRegistered', data: { name: 'Shop' } };
const from = plusMs(MONDAY_9, 3_600_000);
const to = plusMs(from, 7_200_000);
const announce = { type: 'AnnounceMaintenance', maintenanceId: 'm-1', from, to } as const;
const announced: PlatformEvent = {
  type: 'MaintenanceAnnounced',
  data: { maintenanceId: 'm-1', from, to },
};
const cancel = { type: 'CancelMaintenance', maintenanceId: 'm-1' } as const;
const addition = CALENDAR_OF_2027;
const extend = { type: 'ExtendCalendar', addition } as const;

describe('registering a platform', () => {
  it('makes it a tenant, with the public calendar and no maintenance', () => {
    const outcome = given().when(register, { by });
    outcome.then([registered]);
    expect(outcome.state()).toMatchObject({ registered: true, name: 'Shop' });
    expect(clockFactsOf(outcome.state())).toEqual({ calendar: chinaCalendar, maintenance: [] });
  });

  it('happens once, by an administrator or the operator as the system', () => {
    given([registered]).when(register, { by }).thenViolation('platform-already-registered');
    given().when(register, { by: SYSTEM }).then([registered]);
    given().when(register, { by: lead }).thenViolation('only-admins-configure');
  });
});

it.each([
  ['empty', ''],
  ['blank', ' \u3000'],
  ['with a control character', 'Shop\u0007'],
  ['with half a character', 'Shop\ud800'],
  ['turned round', 'Shop\u202e'],
  ['too long', 'x'.repeat(201)],
])('a platform has a name that can be read: not one that is %s', (_what, name) => {
  given()
    .when({ ...register, name }, { by })
    .thenViolation('platform-name', 'name');
});

it('a platform has a name of any script', () => {
  expect(
    given()
      .when({ ...register, name: '跨境商城 – Ünïon' }, { by })
      .events(),
  ).toHaveLength(1);
});

it.each([extend, announce, cancel])(
  '$type is for administrators of a registered platform',
  (command) => {
    given([registered]).when(command, { by: lead }).thenViolation('only-admins-configure');
    given().when(command, { by }).thenViolation('platform-not-found');
  },
);

describe('extending the calendar', () => {
  it('takes a further year, under a name that says both', () => {
    const extended = given([registered]).when(extend, { by });
    extended.then([{ type: 'CalendarExtended', data: { addition } }]);
    const { calendar } = extended.state();
    expect(calendar.version).toBe('cn-2026.1+cn-2027.1');
    expect(calendar.years.map(({ year }) => year)).toContain(2027);
  });

  it.each([
    ['no data at all', null, 'addition'],
    ['a version that is no name', { ...addition, version: 'No Name' }, 'addition.version'],
    [
      'a source whose title cannot be read',
      withSource({ title: 'Notice\ud800' }),
      'addition.years.0.source.title',
    ],
    [
      'a source whose notice is a book',
      withSource({ notice: 'x'.repeat(101) }),
      'addition.years.0.source.notice',
    ],
    ['more years than fit in one event', withYears(11), 'addition.years'],
    ['a holiday that ends before it begins', withHoliday('2027-05-05', '2027-05-01'), undefined],
    [
      'a year without holidays',
      { ...addition, years: [{ ...addition.years[0], holidays: [] }] },
      'addition.years.0.holidays',
    ],
  ])('refuses %s', (_what, wrong, field) => {
    const command = { type: 'ExtendCalendar', addition: wrong } as const;
    given([registered]).when(command, { by }).thenViolation('calendar-data-invalid', field);
  });

  it('refuses a name that was used before', () => {
    given([registered, { type: 'CalendarExtended', data: { addition } }])
      .when(extend, { by })
      .thenViolation('calendar-data-invalid', 'addition.version');
  });

  it('says what is wrong in both languages', () => {
    const wrong = withHoliday('2027-05-05', '2027-05-01');
    const state = given([registered]).state();
    const command = { type: 'ExtendCalendar', addition: wrong } as const;
    expect(platformDecider.decide(command, state, { at: MONDAY_9, by })).toMatchObject({
      params: {
        fault: 'Ends on 2027-05-01, before it begins on 2027-05-05.',
        faultZhCN: '结束于 2027-05-01，早于开始的 2027-05-05。',
      },
    });
  });

  it('is passed over by the fold where stored data no longer fits', () => {
    const twice: PlatformEvent = { type: 'CalendarExtended', data: { addition } };
    expect(given([registered, twice, twice]).state()).toEqual(given([registered, twice]).state());
  });
});

describe('a due time in a year without calendar data', () => {
  const startedAt = at('2026-12-31T02:00:00Z');
  const dueAt = at('2027-01-05T02:00:00Z');
  const report = { type: 'ReportCalendarGap', startedAt, dueAt } as const;
  const found: PlatformEvent = { type: 'CalendarGapFound', data: { years: [2027], dueAt } };

  it('raises an alarm, once', () => {
    const raised = given([registered]).when(report);
    raised.then([found]);
    expect(raised.state().calendarGaps).toEqual([2027]);
    raised.when(report).thenNothing();
  });

  it('is an alarm until the data arrives', () => {
    const extended = given([registered, found]).when(extend, { by });
    expect(extended.state().calendarGaps).toEqual([]);
    extended.when(report).thenNothing();
    const next = given([registered, found]).when({ ...report, dueAt: at('2028-02-01T02:00:00Z') });
    expect(next.state().calendarGaps).toEqual([2027, 2028]);
  });

  it('raises none any more once it has passed, and none of a platform that there is not', () => {
    given([registered]).when(report, { at: dueAt }).thenNothing();
    given().when(report).thenViolation('platform-not-found');
    given([registered]).when(report, { by: lead }).thenViolation('only-admins-configure');
  });

  it('is found wherever the policy’s time zone puts the turn of the year', () => {
    for (const turn of ['2026-12-31T21:00:00Z', '2027-01-01T01:00:00Z']) {
      given([registered])
        .when({ ...report, dueAt: at(turn) })
        .then([{ type: 'CalendarGapFound', data: { years: [2027], dueAt: at(turn) } }]);
    }
  });
});

describe('maintenance', () => {
  it('is announced before it begins, and clocks rest in it', () => {
    const outcome = given([registered]).when(announce, { by });
    outcome.then([announced]);
    expect(clockFactsOf(outcome.state()).maintenance).toEqual([{ from, to }]);
    given([registered])
      .when(announce, { by, at: plusMs(from, 1) })
      .thenViolation('maintenance-not-ahead', 'from');
  });

  it.each([0, -1, daysToMs(MAINTENANCE_DAYS_MAX) + 1])(
    'ends after it begins, within days: not %d ms',
    (ms) => {
      given([registered])
        .when({ ...announce, to: plusMs(from, ms) }, { by })
        .thenViolation('maintenance-out-of-order', 'to');
    },
  );

  it('never was, when it is cancelled before it begins', () => {
    const cancelled = given([registered, announced]).when(cancel, { by });
    cancelled.then([
      { type: 'MaintenanceCancelled', data: { maintenanceId: 'm-1', endedAt: null } },
    ]);
    expect(cancelled.state().maintenance).toEqual([]);
  });

  it('ends early, when it is cancelled in the midst of it', () => {
    const at = plusMs(from, 60_000);
    const cancelled = given([registered, announced]).when(cancel, { by, at });
    expect(clockFactsOf(cancelled.state()).maintenance).toEqual([{ from, to: at }]);
    cancelled.when(cancel, { by, at }).thenViolation('maintenance-not-found');
  });

  it('is announced once under one id, cancelled or not', () => {
    const cancelled: PlatformEvent = {
      type: 'MaintenanceCancelled',
      data: { maintenanceId: 'm-1', endedAt: null },
    };
    for (const past of [[announced], [announced, cancelled]])
      given([registered, ...past])
        .when(announce, { by })
        .thenViolation('maintenance-announced', 'maintenanceId');
    given([registered, announced])
      .when({ ...announce, maintenanceId: 'm-2' }, { by })
      .then([{ type: 'MaintenanceAnnounced', data: { maintenanceId: 'm-2', from, to } }]);
  });

  it('cannot be cancelled when it is over, or was never announced', () => {
    given([registered, announced])
      .when(cancel, { by, at: to })
      .thenViolation('maintenance-not-found');
    given([registered]).when(cancel, { by }).thenViolation('maintenance-not-found');
  });
});

it('the violations speak both languages', () => {
  for (const { en, zhCN } of Object.values(PLATFORM_VIOLATIONS)) {
    expect(en).toMatch(/^[A-Z].*[.}]$/s);
    expect(zhCN).toMatch(/\p{Script=Han}/u);
  }
});

function withHoliday(begins: string, ends: string) {
  const [year] = addition.years;
  return {
    ...addition,
    years: [{ ...year, holidays: [{ name: 'A day', from: begins, to: ends }] }],
  };
}

function withSource(more: Partial<(typeof addition)['years'][number]['source']>) {
  const [year] = addition.years;
  return { ...addition, years: [{ ...year, source: { ...year!.source, ...more } }] };
}

function withYears(count: number) {
  const years = Array.from({ length: count }, (_, index) => ({
    ...addition.years[0],
    year: 2027 + index,
    holidays: [{ name: 'A day', from: `${2027 + index}-01-01`, to: `${2027 + index}-01-01` }],
  }));
  return { ...addition, years };
}
