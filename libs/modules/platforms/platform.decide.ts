/** Configuration of a platform: what its clocks go by. */
import { mayConfigure, type Moment } from '#kernel/actor';
import { faultsOfAddition } from '#kernel/business-time/calendar';
import { calendarAdditionSchema } from '#kernel/business-time/calendar-form';
import { type Decision } from '#kernel/decider';
import { daysToMs, msBetween, plusMs, type Instant } from '#kernel/instants';
import { isReadableText } from '#kernel/schemas';
import { type PlatformEvent } from './platform.events.ts';
import { hasYear, type PlatformState } from './platform.state.ts';
import { platformViolation } from './platform.violations.ts';

export interface RegisterPlatform {
  readonly type: 'RegisterPlatform';
  readonly name: string;
}
export interface ExtendCalendar {
  readonly type: 'ExtendCalendar';
  /** As the operator wrote it; checked here. */
  readonly addition: unknown;
}
/** Of a due time that was reckoned without data, by its clock. From a process: early, late and twice, it does no harm. */
export interface ReportCalendarGap {
  readonly type: 'ReportCalendarGap';
  readonly startedAt: Instant;
  readonly dueAt: Instant;
}
export interface AnnounceMaintenance {
  readonly type: 'AnnounceMaintenance';
  readonly maintenanceId: string;
  readonly from: Instant;
  readonly to: Instant;
}
export interface CancelMaintenance {
  readonly type: 'CancelMaintenance';
  readonly maintenanceId: string;
}
export type PlatformCommand =
  RegisterPlatform | ExtendCalendar | ReportCalendarGap | AnnounceMaintenance | CancelMaintenance;

export const MAINTENANCE_DAYS_MAX = 14;
/** In UTF-16 code units, as the event's schema counts. */
const NAME_LENGTH_MAX = 200;

export function decidePlatform(
  command: PlatformCommand,
  state: PlatformState,
  moment: Moment,
): Decision<PlatformEvent> {
  if (!mayConfigure(moment.by)) return platformViolation('only-admins-configure');
  if (command.type === 'RegisterPlatform') {
    if (state.registered) return platformViolation('platform-already-registered');
    const { name } = command;
    return name.length <= NAME_LENGTH_MAX && isReadableText(name)
      ? [{ type: 'PlatformRegistered', data: { name } }]
      : platformViolation('platform-name', { field: 'name', params: { max: NAME_LENGTH_MAX } });
  }
  if (!state.registered) return platformViolation('platform-not-found');
  switch (command.type) {
    case 'ExtendCalendar':
      return extend(command, state);
    case 'ReportCalendarGap':
      return reportGap(command, state, moment);
    case 'AnnounceMaintenance':
      return announce(command, state, moment);
    case 'CancelMaintenance':
      return cancel(command, state, moment);
  }
}

function extend({ addition }: ExtendCalendar, state: PlatformState): Decision<PlatformEvent> {
  const [fault] = faultsOfAddition(state.calendar, addition);
  if (fault) {
    const { path, en, zhCN } = fault;
    const field = ['addition', ...path].join('.');
    return platformViolation('calendar-data-invalid', {
      field,
      params: { fault: en, faultZhCN: zhCN },
    });
  }
  return [{ type: 'CalendarExtended', data: { addition: calendarAdditionSchema.parse(addition) } }];
}

function reportGap(
  { startedAt, dueAt }: ReportCalendarGap,
  { calendar, calendarGaps }: PlatformState,
  { at }: Moment,
): Decision<PlatformEvent> {
  if (dueAt <= at) return [];
  const years = yearsBetween(startedAt, dueAt).filter(
    (year) => !hasYear(calendar, year) && !calendarGaps.includes(year),
  );
  return years.length === 0 ? [] : [{ type: 'CalendarGapFound', data: { years, dueAt } }];
}

/** With a day to spare on either side, as the year that an instant lies in depends on the time zone. */
function yearsBetween(from: Instant, to: Instant): readonly number[] {
  const first = yearOf(plusMs(from, -daysToMs(1)));
  const last = yearOf(plusMs(to, daysToMs(1)));
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

const yearOf = (at: Instant): number => Number(at.slice(0, 4));

function announce(
  { maintenanceId, from, to }: AnnounceMaintenance,
  state: PlatformState,
  { at }: Moment,
): Decision<PlatformEvent> {
  if (state.maintenanceIds.includes(maintenanceId))
    return platformViolation('maintenance-announced', { field: 'maintenanceId' });
  const lastsMs = msBetween(from, to);
  if (lastsMs <= 0 || lastsMs > daysToMs(MAINTENANCE_DAYS_MAX)) {
    return platformViolation('maintenance-out-of-order', {
      field: 'to',
      params: { days: MAINTENANCE_DAYS_MAX },
    });
  }
  if (from < at) return platformViolation('maintenance-not-ahead', { field: 'from' });
  return [{ type: 'MaintenanceAnnounced', data: { maintenanceId, from, to } }];
}

function cancel(
  { maintenanceId }: CancelMaintenance,
  state: PlatformState,
  { at }: Moment,
): Decision<PlatformEvent> {
  const announced = state.maintenance.find((one) => one.maintenanceId === maintenanceId);
  if (!announced || announced.to <= at) return platformViolation('maintenance-not-found');
  const endedAt = announced.from <= at ? at : null;
  return [{ type: 'MaintenanceCancelled', data: { maintenanceId, endedAt } }];
}
