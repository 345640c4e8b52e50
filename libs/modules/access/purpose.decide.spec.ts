import { type Role, type StaffRole } from '#kernel/actor';
import { instant, minutesToMs, plusMs } from '#kernel/instants';
import { isViolation } from '#kernel/violation';
import { type CaseState, type ReviewLevel } from '#modules/cases/index';
import { PURPOSES } from './access.events.ts';
import { lookFor } from './purpose.decide.ts';

const AT = instant('2026-03-02T01:00:00Z');
const moment = { at: AT, by: { kind: 'person', id: 'rui' } } as const;

const held = (
  level: ReviewLevel,
  by: string | null = 'rui',
  leaseUntil = plusMs(AT, minutesToMs(30)),
): CaseState['review'] => ({
  number: 1,
  level,
  round: 1,
  queue: 'individual',
  skill: null,
  priority: 0,
  clock: null,
  overdue: false,
  escalated: false,
  claim: by === null ? null : { by, since: AT, renewedAt: AT, leaseUntil, renewals: 0 },
  snoozedUntil: null,
});

const codeOf = (...asked: Parameters<typeof lookFor>) => {
  const answer = lookFor(...asked);
  return isViolation(answer) ? answer.code : 'may look';
};

describe('a purpose', () => {
  it.each<[StaffRole, readonly string[]]>([
    ['reviewer', ['review', 'appeal']],
    ['senior', ['review', 'appeal', 'fraud-investigation']],
    ['lead', []],
    ['support', ['support-request', 'data-subject-request']],
    ['auditor', ['audit', 'fraud-investigation', 'legal-request', 'data-subject-request']],
    ['admin', []],
  ])('is that of a role: %s for %j', (role, purposes) => {
    const may = PURPOSES.filter((purpose) => {
      const review = held(purpose === 'appeal' ? 'appeal' : 'first');
      return lookFor({ purpose, roles: [role], review }, moment) === null;
    });
    expect([...may].sort()).toEqual([...purposes].sort());
  });

  it('of other roles names them', () => {
    const roles: readonly Role[] = ['support'];
    expect(lookFor({ purpose: 'review', roles, review: held('first') }, moment)).toMatchObject({
      code: 'purpose-of-other-roles',
      params: { roles: ['reviewer', 'senior'] },
    });
  });
});

describe('to review', () => {
  it.each<[string, CaseState['review'], string]>([
    ['the first review, held', held('first'), 'may look'],
    ['the second review, held', held('second'), 'may look'],
    ['a review that somebody else holds', held('first', 'rosa'), 'purpose-of-the-holder'],
    ['a review that nobody holds', held('first', null), 'purpose-of-the-holder'],
    ['a lease that has ended', held('first', 'rui', AT), 'purpose-of-the-holder'],
    ['an appeal', held('appeal'), 'purpose-of-the-holder'],
    ['no review', null, 'purpose-of-the-holder'],
  ])('%s: %s', (_, review, expected) => {
    expect(codeOf({ purpose: 'review', roles: ['reviewer'], review }, moment)).toBe(expected);
  });

  it('an appeal takes the appeal, held', () => {
    const asked = { purpose: 'appeal', roles: ['senior'] as const } as const;
    expect(codeOf({ ...asked, review: held('appeal') }, moment)).toBe('may look');
    expect(codeOf({ ...asked, review: held('first') }, moment)).toBe('purpose-of-the-holder');
  });
});
