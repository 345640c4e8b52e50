import { type Maintenance } from '#kernel/business-time/business-time';
import {
  extendCalendar,
  type Calendar,
  type CalendarAddition,
} from '#kernel/business-time/calendar';
import { chinaCalendar } from '#kernel/business-time/calendar-data';
import { type PlatformEvent } from './platform.events.ts';

export interface PlatformState {
  readonly registered: boolean;
  readonly name: string;
  readonly calendar: Calendar;
  /** Years that due times reach into and that the calendar has no data for. */
  readonly calendarGaps: readonly number[];
  readonly maintenance: readonly (Maintenance & { readonly maintenanceId: string })[];
  /** Every id that maintenance was ever announced under, that of cancelled ones too. */
  readonly maintenanceIds: readonly string[];
}

export const initialPlatform: PlatformState = {
  registered: false,
  name: '',
  calendar: chinaCalendar,
  calendarGaps: [],
  maintenance: [],
  maintenanceIds: [],
};

export function evolvePlatform(state: PlatformState, event: PlatformEvent): PlatformState {
  switch (event.type) {
    case 'PlatformRegistered':
      return { ...state, registered: true, name: event.data.name };
    case 'CalendarExtended': {
      const calendar = extended(state.calendar, event.data.addition);
      const calendarGaps = state.calendarGaps.filter((year) => !hasYear(calendar, year));
      return { ...state, calendar, calendarGaps };
    }
    case 'CalendarGapFound':
      return { ...state, calendarGaps: [...state.calendarGaps, ...event.data.years] };
    case 'MaintenanceAnnounced':
      return {
        ...state,
        maintenance: [...state.maintenance, event.data],
        maintenanceIds: [...state.maintenanceIds, event.data.maintenanceId],
      };
    case 'MaintenanceCancelled': {
      const { maintenanceId, endedAt } = event.data;
      const others = state.maintenance.filter((one) => one.maintenanceId !== maintenanceId);
      const ended = state.maintenance.find((one) => one.maintenanceId === maintenanceId);
      return {
        ...state,
        maintenance: endedAt && ended ? [...others, { ...ended, to: endedAt }] : others,
      };
    }
    default:
      return state;
  }
}

export const hasYear = ({ years }: Calendar, year: number): boolean =>
  years.some((known) => known.year === year);

/** Data that was decided to be good extends; a fold passes over any other, since it never throws. */
function extended(calendar: Calendar, addition: CalendarAddition): Calendar {
  try {
    return extendCalendar(calendar, addition);
  } catch {
    return calendar;
  }
}

/** What the clocks of the platform's cases go by. */
export function clockFactsOf({ calendar, maintenance }: PlatformState): {
  readonly calendar: Calendar;
  readonly maintenance: readonly Maintenance[];
} {
  return { calendar, maintenance: maintenance.map(({ from, to }) => ({ from, to })) };
}

export const platformStream = (platform: string): string => `platform-${platform}`;
