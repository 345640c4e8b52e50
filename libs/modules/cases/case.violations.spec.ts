/** Each code is the answer of some decision: a code that nothing answers is no rule. */
import { readdirSync, readFileSync } from 'node:fs';
import { CASE_VIOLATIONS } from './case.violations.ts';

const specs = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.decide.spec.ts'))
  .map((name) => readFileSync(`${import.meta.dirname}/${name}`, 'utf8'))
  .join('\n');

/**
 * Answered by the routes: to the case a refused submission is an event, to its sender an error; where
 * nothing waits there is no case to ask, and all that somebody holds is no one case.
 */
const OF_ROUTES: readonly string[] = [
  'submission-refused',
  'no-review-to-take',
  'assignee-unknown',
  'assignee-is-holder',
];

describe('the violations of a case', () => {
  it.each(Object.keys(CASE_VIOLATIONS).filter((code) => !OF_ROUTES.includes(code)))(
    '%s is expected of a decision by some spec',
    (code) => {
      expect(specs).toContain(`'${code}'`);
    },
  );

  it.each(Object.entries(CASE_VIOLATIONS))(
    '%s names the same facts in both languages',
    (_code, said) => {
      const named = (text: string) =>
        [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
      expect(named(said.zhCN)).toEqual(named(said.en));
    },
  );
});
