import { type Role, type StaffRole } from '#kernel/actor';
import { instant, minutesToMs, plusMs } from '#kernel/instants';
import { isViolation } from '#kernel/violation';
import { type CaseState, type ReviewLevel } from '#modules/cases/index';
import { PURPOSES } from './access.events.ts';
import { type Looking, lookFor } from './purpose.decide.ts';

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

const answerTo = ({
  own = false,
  conflict = false,
  ...asked
}: Omit<Looking, 'own' | 'conflict'> & Partial<Looking>) =>
  lookFor({ own, conflict, ...asked }, moment);
const codeOf = (...asked: Parameters<typeof answerTo>) => {
  const answer = answerTo(...asked);
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
      return answerTo({ purpose, roles: [role], review }) === null;
    });
    expect([...may].sort()).toEqual([...purposes].sort());
  });

  it('of other roles names them', () => {
    const roles: readonly Role[] = ['support'];
    expect(answerTo({ purpose: 'review', roles, review: held('first') })).toMatchObject({
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
    expect(codeOf({ purpose: 'review', roles: ['reviewer'], review })).toBe(expected);
  });

  it('an appeal takes the appeal, held', () => {
    const asked = { purpose: 'appeal', roles: ['senior'] as const } as const;
    expect(codeOf({ ...asked, review: held('appeal') })).toBe('may look');
    expect(codeOf({ ...asked, review: held('first') })).toBe('purpose-of-the-holder');
  });
});

describe('who may look', () => {
  it.each(PURPOSES)('for %s is nobody on the staff at the case of their own account', (purpose) => {
    const review = held(purpose === 'appeal' ? 'appeal' : 'first');
    const roles: readonly Role[] = ['senior', 'support', 'auditor'];
    expect(codeOf({ purpose, roles, review })).toBe('may look');
    expect(codeOf({ purpose, roles, review, own: true })).toBe('own-account');
  });

  it('at what they decide is not who has a conflict of interest, though they hold the review', () => {
    const roles: readonly Role[] = ['senior'];
    for (const [purpose, level] of [
      ['review', 'second'],
      ['appeal', 'appeal'],
    ] as const)
      expect(codeOf({ purpose, roles, review: held(level), conflict: true })).toBe(
        'conflict-declared',
      );
  });
});
