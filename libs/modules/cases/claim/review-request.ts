import { type Instant } from '#kernel/instants';
import { startClock } from '../case.clocks.ts';
import { type CaseEventOf, type CaseRules, type ReviewLevel } from '../case.events.ts';
import { type CaseFacts } from '../case.facts.ts';
import { type CaseState } from '../case.state.ts';

/** The next human look, with a full review clock of its own. */
export function requestReview(
  state: Pick<CaseState, 'reviewsRequested' | 'round'>,
  rules: CaseRules,
  level: ReviewLevel,
  at: Instant,
  facts: Pick<CaseFacts, 'calendar' | 'maintenance'>,
): CaseEventOf<'ReviewRequested'> {
  const skill = skillFor(level, rules);
  return {
    type: 'ReviewRequested',
    data: {
      review: state.reviewsRequested + 1,
      level,
      round: state.round,
      queue: rules.queue,
      ...(skill === undefined ? {} : { skill }),
      priority: rules.priority,
      clock: startClock(at, rules.reviewMs, rules, facts),
    },
  };
}

function skillFor(level: ReviewLevel, { skill, secondSkill, appealSkill }: CaseRules) {
  switch (level) {
    case 'second':
      return secondSkill ?? skill;
    case 'appeal':
      return appealSkill ?? skill;
    default:
      return skill;
  }
}
