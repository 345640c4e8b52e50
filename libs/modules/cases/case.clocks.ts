/**
 * The case's clocks in business time: started with what the policy grants, stopped with what is left
 * of it, and resumed with a new due time. Every due time is an event's own field.
 */
import {
  addBusinessTime,
  businessTimeBetween,
  businessTimeLeft,
} from '#kernel/business-time/business-time';
import { msBetween, plusMs, type Instant } from '#kernel/instants';
import { type BusinessClock, type CaseRules } from './case.events.ts';
import { type CaseFacts } from './case.facts.ts';

type ClockFacts = Pick<CaseFacts, 'calendar' | 'maintenance'>;

/** A clock that starts at `at` with this much business time. */
export function startClock(
  at: Instant,
  grantedMs: number,
  rules: CaseRules,
  { calendar, maintenance }: ClockFacts,
): BusinessClock {
  const due = addBusinessTime(at, grantedMs, rules.businessHours, calendar, maintenance);
  return { startedAt: at, grantedMs, due };
}

/** What a clock has left when it is stopped at `at`, in milliseconds of business time. */
export function stopClock(
  clock: BusinessClock,
  at: Instant,
  rules: CaseRules,
  { calendar, maintenance }: ClockFacts,
): number {
  const used = businessTimeBetween(clock.startedAt, at, rules.businessHours, calendar, maintenance);
  return businessTimeLeft(clock.grantedMs, used.ms);
}

/** What is left of calendar time until `until`, never negative, in milliseconds. */
export function calendarLeft(until: Instant, at: Instant): number {
  return Math.max(0, msBetween(at, until));
}

/** The clock reckoned anew from its own start; `null` where calendar and maintenance change nothing. */
export function reissueClock(
  clock: BusinessClock,
  rules: CaseRules,
  facts: ClockFacts,
): BusinessClock | null {
  const anew = startClock(clock.startedAt, clock.grantedMs, rules, facts);
  const same = anew.due.dueAt === clock.due.dueAt && anew.due.provisional === clock.due.provisional;
  return same ? null : anew;
}

export const leaseFrom = (at: Instant, rules: CaseRules): Instant => plusMs(at, rules.leaseMs);
