/** What the bench says of a result; docs/benchmarks.md says how to read it. */
import { type Goal, type Part, type Result, type Spread } from './contest.ts';

export const figure = (value: number): string =>
  value >= 100
    ? Math.round(value).toLocaleString('en-US')
    : value.toLocaleString('en-US', { maximumSignificantDigits: 3 });

const spread = ({ median, min, max }: Spread, unit = ''): string =>
  `${figure(median)}${unit && ` ${unit}`} (${figure(min)} to ${figure(max)})`;

const goalOf = (goal: Goal): string =>
  'atLeast' in goal ? `at least ${goal.atLeast}` : `at most ${goal.atMost}`;

export function told(part: Part, result: Result): string {
  const { ours, yardstick, ratio, unit, facts } = result;
  return [
    `${part.name}: ${part.ours}`,
    `  ours       ${spread(ours, unit)}`,
    `  yardstick  ${spread(yardstick, unit)}: ${part.yardstick}`,
    `  ratio      ${spread(ratio)}${verdict(result)}`,
    ...Object.entries(facts ?? {}).map(
      ([name, value]) => `  ${name}: ${typeof value === 'number' ? figure(value) : value}`,
    ),
  ].join('\n');
}

function verdict({ goal, most, reached, unit }: Result): string {
  if (!goal) return '';
  const also = most
    ? `, with no side over ${figure(most.allowed)} ${unit} (it was ${figure(most.was)})`
    : '';
  return `; to reach: ${goalOf(goal)}${also}: ${reached ? 'reached' : 'MISSED'}`;
}
