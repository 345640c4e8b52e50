import { mayConfigure, STAFF_ROLES, SYSTEM, UNKNOWN } from './actor.ts';
import { isViolation, violationsOf } from './violation.ts';

const violation = violationsOf({
  full: { kind: 'state', en: 'Full.', zhCN: '满了。' },
  unknown: { kind: 'form', en: 'Unknown.', zhCN: '未知。' },
});

describe('a violation', () => {
  it('says which rule, of what kind, at which field, with which facts', () => {
    expect(violation('full')).toEqual({ violation: true, kind: 'state', code: 'full' });
    expect(violation('unknown', { field: 'things[0]', params: { max: 3 } })).toEqual({
      violation: true,
      kind: 'form',
      code: 'unknown',
      field: 'things[0]',
      params: { max: 3 },
    });
  });

  it('is told from events, which are a list', () => {
    expect(isViolation(violation('full'))).toBe(true);
    for (const other of [[], null, undefined, 'full', { violation: 'yes' }, { code: 'full' }]) {
      expect(isViolation(other)).toBe(false);
    }
  });
});

describe('configuring', () => {
  it('is for admins, and for the system when an operator sets a platform up', () => {
    expect(mayConfigure(SYSTEM)).toBe(true);
    expect(mayConfigure(UNKNOWN)).toBe(false);
    const may = STAFF_ROLES.filter((role) => mayConfigure({ kind: 'person', id: 'x', role }));
    expect(may).toEqual(['admin']);
    expect(mayConfigure({ kind: 'person', id: 'x', role: 'applicant' })).toBe(false);
    expect(mayConfigure({ kind: 'person', id: 'x' })).toBe(false);
  });
});
