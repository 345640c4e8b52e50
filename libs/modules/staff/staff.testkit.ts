/** Given-when-then of a member of the staff, with the circumstances that a spec does not speak of. */
import { specify } from '#kernel/testing/given-when-then';
import { type StaffFacts } from './staff.decide.ts';
import { type StaffCommand, staffDecider } from './staff.decider.ts';
import { type StaffEvent, staffEvents } from './staff.events.ts';
import { type StaffState } from './staff.state.ts';
import { type Decider } from '#kernel/decider';

/** Another admin is there, and every account that is named. */
const USUAL: StaffFacts = { otherAdmins: true, accountExists: true };

export function staffAmong(
  facts: Partial<StaffFacts> = {},
): Decider<StaffCommand, StaffState, StaffEvent> {
  return {
    ...staffDecider,
    decide: (command, state, moment) =>
      staffDecider.decide(command, state, moment, { ...USUAL, ...facts }),
  };
}

export const givenAmong = (facts: Partial<StaffFacts> = {}) =>
  specify(staffAmong(facts), staffEvents);
