import { SYSTEM } from '#kernel/actor';
import { type CalendarYear, extendCalendar } from '#kernel/business-time/calendar';
import { chinaCalendar } from '#kernel/business-time/calendar-data';
import { daysToMs, instant, msBetween, plusMs } from '#kernel/instants';
import { aCase, as, facts, frozenAccount, HOUR_MS, MONDAY, staff } from '../case.testkit.ts';
import { withDuesNow } from './due.decide.ts';

const waiting = aCase().waiting();
const { dueAt } = waiting.state.review!.clock!.due;
const overallDueAt = waiting.state.overall!.due.dueAt;
const overdue = { type: 'MarkOverdue', review: 1, dueAt } as const;
const caseOverdue = { type: 'MarkCaseOverdue', dueAt: overallDueAt } as const;
const reissue = { type: 'ReissueDues' } as const;
const maintenance = [{ from: plusMs(MONDAY, HOUR_MS), to: plusMs(MONDAY, 3 * HOUR_MS) }];

const year = (change: Partial<CalendarYear> & { year: number }): CalendarYear => ({
  ...chinaCalendar.years.find((one) => one.year === 2026)!,
  workingDays: [],
  ...change,
});

/** In which the Monday on which the specs begin is a day of rest. */
const restfulMonday = extendCalendar(chinaCalendar, {
  version: 'cn-2026.2',
  years: [year({ year: 2026, holidays: [{ name: 'Rest', from: '2026-03-02', to: '2026-03-02' }] })],
});

describe.each([
  ['a review', overdue, { type: 'ReviewOverdue', data: { review: 1, dueAt } }, 'review'],
  ['the case', caseOverdue, { type: 'CaseOverdue', data: { dueAt: overallDueAt } }, 'overall'],
] as const)('the business time granted to %s', (_what, command, missed, which) => {
  const late = waiting.after(msBetween(MONDAY, command.dueAt));

  it('is used up when it is due, not before, and once', () => {
    waiting.tries(command, SYSTEM).thenViolation('not-due-yet');
    late.tries(command, SYSTEM).then([missed]);
    late.does(command, SYSTEM).tries(command, SYSTEM).thenNothing();
    late.tries({ ...command, dueAt: plusMs(command.dueAt, 1) }, SYSTEM).thenNothing();
  });

  it('changes nothing of what a decider is shown: the version stays', () => {
    expect(late.does(command, SYSTEM).state.version).toBe(late.state.version);
  });

  it('is issued anew, instead of missed, where maintenance has moved its end', () => {
    const anew = late.tries(command, SYSTEM, { maintenance });
    expect(anew.events()).toMatchObject([
      {
        type: 'DueReissued',
        data: { which, cause: 'maintenance', clock: { grantedMs: expect.any(Number) } },
      },
    ]);
    const next = anew.state();
    const moved = which === 'review' ? next.review!.clock : next.overall;
    expect(moved!.due.dueAt > command.dueAt).toBe(true);
  });

  it('is issued anew where new calendar data has moved its end', () => {
    const [anew] = late.tries(command, SYSTEM, { calendar: restfulMonday }).events();
    expect(anew).toMatchObject({
      type: 'DueReissued',
      data: {
        which,
        cause: 'calendar',
        clock: { due: { calendarVersion: restfulMonday.version } },
      },
    });
  });

  it('stands still while the account is frozen, suspended already or not', () => {
    late.tries(command, SYSTEM, { account: frozenAccount }).thenNothing();
    late.frozen().tries(command, SYSTEM).thenViolation('case-suspended');
  });
});

describe('due times that reach into a year without calendar data', () => {
  // Thursday 2026-12-31, 10:00 in Shanghai.
  const atYearsEnd = aCase()
    .after(daysToMs(304) + HOUR_MS)
    .waiting();
  const published = extendCalendar(chinaCalendar, {
    version: 'cn-2027.1',
    years: [
      year({ year: 2027, holidays: [{ name: 'New Year', from: '2027-01-01', to: '2027-01-03' }] }),
    ],
  });
  const knowing = { calendar: published };

  it('count Monday to Friday, and say that they are provisional', () => {
    expect(atYearsEnd.state).toMatchObject({
      review: { clock: { due: { dueAt: '2027-01-01T02:00:00.000Z', provisional: true } } },
      overall: { due: { dueAt: '2027-01-05T02:00:00.000Z', provisional: true } },
    });
  });

  it('are issued anew when the data arrives, that of the review and that of the whole', () => {
    const anew = atYearsEnd.tries(reissue, SYSTEM, knowing);
    expect(anew.events()).toMatchObject([
      { type: 'DueReissued', data: { which: 'review', review: 1, cause: 'calendar' } },
      { type: 'DueReissued', data: { which: 'overall', cause: 'calendar' } },
    ]);
    const calendarVersion = published.version;
    expect(anew.state()).toMatchObject({
      version: atYearsEnd.state.version,
      review: {
        clock: { due: { dueAt: '2027-01-04T02:00:00.000Z', calendarVersion, provisional: false } },
      },
      overall: { due: { dueAt: '2027-01-06T02:00:00.000Z', calendarVersion, provisional: false } },
    });
  });

  it('are issued anew once, and not at all where the data moves nothing and settles nothing', () => {
    atYearsEnd.does(reissue, SYSTEM, knowing).tries(reissue, SYSTEM, knowing).thenNothing();
    atYearsEnd.tries(reissue, SYSTEM).thenNothing();
    waiting.tries(reissue, SYSTEM, knowing).thenNothing();
    aCase().drafted().tries(reissue, SYSTEM, knowing).thenNothing();
  });

  it('are not missed any more, where they were only by the provisional reckoning', () => {
    const at = instant('2027-01-01T02:00:00Z');
    const missed = atYearsEnd
      .after(msBetween(atYearsEnd.now, at))
      .does({ type: 'MarkOverdue', review: 1, dueAt: at }, SYSTEM);
    expect(missed.state.review!.overdue).toBe(true);
    expect(missed.does(reissue, SYSTEM, knowing).state.review!.overdue).toBe(false);
    const kinds = missed.afterDays(9).tries(reissue, SYSTEM, knowing).events();
    expect(kinds).toMatchObject([{ data: { which: 'overall' } }]);
  });

  it('wait while the case stands still, and are reckoned with the data when it goes on', () => {
    atYearsEnd.frozen().tries(reissue, SYSTEM, knowing).thenViolation('case-suspended');
    const frozen = { ...knowing, account: frozenAccount };
    atYearsEnd.tries(reissue, SYSTEM, frozen).thenNothing();
    const resumed = atYearsEnd.frozen().tries({ type: 'ResumeCase' }, SYSTEM, knowing).state();
    expect(resumed.overall!.due).toMatchObject({ provisional: false });
    aCase().tries(reissue, SYSTEM, knowing).thenViolation('case-not-found');
  });
});

describe('announced maintenance that the clocks run across', () => {
  const told = { maintenance };
  const claim = { type: 'ClaimReview', review: 1 } as const;
  const lead = as('lin', { roles: ['lead'] }, { ...told, assignee: staff('ada') });

  it('is no event of the case, but shows in its due times to who reads it', () => {
    const now = withDuesNow(waiting.state, MONDAY, facts(told));
    // Two hours of Monday less: two of Tuesday more, and of Thursday for the whole.
    expect(now.review!.clock!.due.dueAt).toBe('2026-03-03T03:00:00.000Z');
    expect(now.overall!.due.dueAt).toBe('2026-03-05T03:00:00.000Z');
    expect(now.version).toBe(waiting.state.version);
    expect(withDuesNow(waiting.state, MONDAY, facts())).toEqual(waiting.state);
    const { state: frozen } = waiting.frozen();
    expect(withDuesNow(frozen, MONDAY, facts(told))).toEqual(frozen);
  });

  it.each([
    ['takes the review', waiting, claim, as('ada', {}, told), 'ReviewClaimed'],
    [
      'prolongs their claim',
      waiting.claimedBy('ada').after(HOUR_MS / 2 + 1),
      { type: 'RenewClaim', review: 1 },
      as('ada', {}, told),
      'ReviewClaimRenewed',
    ],
    [
      'is given it by a lead',
      waiting,
      { type: 'ReassignReview', review: 1, to: 'ada' },
      lead,
      'ReviewReassigned',
    ],
  ] as const)('is issued to whoever %s, once', (_what, past, command, by, done) => {
    const events = past.tries(command, ...by).events();
    expect(events).toMatchObject([
      { type: 'DueReissued', data: { which: 'review', review: 1, cause: 'maintenance' } },
      { type: 'DueReissued', data: { which: 'overall', cause: 'maintenance' } },
      { type: done },
    ]);
    const again = past.does(reissue, SYSTEM, told).tries(command, ...by);
    expect(again.events()).toMatchObject([{ type: done }]);
  });

  it('changes nothing of what is refused', () => {
    const taken = waiting.claimedBy('ben');
    taken.tries(claim, ...as('ada', {}, told)).thenViolation('review-claimed');
  });
});
