import { deriveId } from '#kernel/ids';
import { type StaffEvent, staffIdOf } from '#modules/staff/index';
import { after, LATER, MONDAY, ofCase, ofStaff, person, toCase } from './process.testkit.ts';
import { releaseClaimsOnStaffLeave } from './release-claims-on-staff-leave.process.ts';

const claimed = (caseId: string, review = 1, by = 'ada') =>
  ofCase(caseId, { type: 'ReviewClaimed', data: { review, by } });
const reassigned = (caseId: string, to: string, from: string | null = null) =>
  ofCase(caseId, {
    type: 'ReviewReassigned',
    data: { review: 1, from, to, leaseUntil: LATER, staffRevision: 0 },
  });
const suspended = ofStaff('ada', { type: 'StaffSuspended', data: { cause: 'investigation' } });
const left = ofStaff('ada', { type: 'StaffLeft', data: {} });
const reinstated = ofStaff('ada', { type: 'StaffReinstated', data: {} });
const enrolled = ofStaff('ada', {
  type: 'StaffEnrolled',
  data: {
    staffId: staffIdOf('demo', 'ada'),
    principalId: 'ada',
    kind: 'person',
    roles: ['reviewer'],
    skills: [],
  },
} satisfies StaffEvent);

const released = (caseId: string, cause = 'staff-suspended', review = 1) =>
  toCase(caseId, { type: 'ReleaseReview', review, holder: 'ada', cause });

const process = releaseClaimsOnStaffLeave;
const by = { actor: person('ada') };

describe('somebody who is suspended or leaves', () => {
  it('holds none of the reviews that they had claimed or been given', () => {
    const holds = after(process, claimed('c1'), reassigned('c2', 'ada'), claimed('c3', 2));
    expect(holds.reactsTo(suspended)).toEqual([
      released('c1'),
      released('c2'),
      released('c3', 'staff-suspended', 2),
    ]);
    expect(holds.reactsTo(left)[0]).toEqual(released('c1', 'staff-left'));
  });

  it('and held nothing sets off nothing', () => {
    expect(after(process).reactsTo(suspended)).toEqual([]);
    expect(after(process, claimed('c1'), suspended).reactsTo(left)).toEqual([]);
  });

  it.each([
    ['claimed', claimed('c1')],
    ['were given', reassigned('c1', 'ada', 'bob')],
  ])('does not keep a review that they %s at that very moment', (_, event) => {
    expect(after(process, suspended).reactsTo(event)).toEqual([released('c1')]);
    expect(after(process, left).reactsTo(event)).toEqual([released('c1', 'staff-left')]);
  });

  it('keeps what they claim after they came back', () => {
    for (const comeBack of [reinstated, enrolled]) {
      const back = after(process, suspended, claimed('c0'), comeBack);
      expect(back.reactsTo(claimed('c1'))).toEqual([]);
      expect(after(process, suspended, comeBack, claimed('c1')).reactsTo(left)).toEqual([
        released('c1', 'staff-left'),
      ]);
    }
  });
});

describe('somebody of whom something changes that a review may need', () => {
  const changed = [
    ofStaff('ada', { type: 'RolesChanged', data: { roles: ['lead'] } }),
    ofStaff('ada', { type: 'SkillsChanged', data: { skills: [] } }),
    ofStaff('ada', { type: 'ConflictDeclared', data: { accountId: deriveId('account', 1) } }),
  ];
  const decidedAt = (staffRevision: number) =>
    ofCase('c1', { type: 'ReviewClaimed', data: { review: 1, by: 'ada', staffRevision } });

  it.each(changed)('has each case asked whether they may keep its review: $type', (event) => {
    const holds = after(process, claimed('c1'), claimed('c2', 2));
    expect(holds.reactsTo(event)).toEqual([
      released('c1', 'not-eligible'),
      released('c2', 'not-eligible', 2),
    ]);
    expect(after(process).reactsTo(event)).toEqual([]);
    // The case may let them keep it: when they leave, they go on to hold it.
    expect(after(process, claimed('c1'), event).reactsTo(left)).toEqual([
      released('c1', 'staff-left'),
    ]);
  });

  it.each(changed)('is asked about a claim too that was decided before it: $type', (event) => {
    const at = { ...event, revision: 3 };
    expect(after(process, at).reactsTo(decidedAt(2))).toEqual([released('c1', 'not-eligible')]);
    expect(after(process, at).reactsTo(decidedAt(3))).toEqual([]);
    expect(after(process, suspended, at, reinstated).reactsTo(decidedAt(2))).toEqual([
      released('c1', 'not-eligible'),
    ]);
  });
});

describe('what somebody holds', () => {
  it.each([
    [
      'released',
      ofCase('c1', { type: 'ReviewReleased', data: { review: 1, by: 'ada', cause: 'holder' } }),
    ],
    [
      'lost with its lease',
      ofCase('c1', {
        type: 'ReviewLeaseExpired',
        data: { review: 1, by: 'ada', leaseUntil: MONDAY },
      }),
    ],
    [
      'passed on',
      ofCase(
        'c1',
        { type: 'CaseEscalated', data: { review: 1, from: 'ada', cause: 'complex' } },
        by,
      ),
    ],
    [
      'put off',
      ofCase(
        'c1',
        { type: 'ReviewSnoozed', data: { review: 1, by: 'ada', until: LATER, cause: 'x' } },
        by,
      ),
    ],
    [
      'decided by asking for more',
      ofCase('c1', { type: 'SupplementRequested', data: { items: [] } }, by),
    ],
    [
      'decided with a yes',
      ofCase('c1', { type: 'CaseApproved', data: { approvers: ['ada'], validUntil: null } }, by),
    ],
    [
      'decided with a no',
      ofCase(
        'c1',
        {
          type: 'CaseRejected',
          data: { by: 'ada', reasons: [{ code: 'illegible' }], final: true, appealUntil: null },
        },
        by,
      ),
    ],
  ])('is not what they %s', (_, event) => {
    const holds = after(process, claimed('c1'), claimed('c2'), event);
    expect(holds.reactsTo(suspended)).toEqual([released('c2')]);
    expect(after(process, claimed('c1'), event).remembered).toBeUndefined();
  });

  it('is the newest review of a case', () => {
    const holds = after(process, claimed('c1', 1), claimed('c1', 2));
    expect(holds.reactsTo(suspended)).toEqual([released('c1', 'staff-suspended', 2)]);
  });

  it('is theirs alone: a review that goes to somebody else is an instance of theirs', () => {
    const { key } = process;
    const keyOf = (event: unknown) => key(event as Parameters<typeof key>[0]);
    expect(keyOf(reassigned('c1', 'bob', 'ada'))).toBe(staffIdOf('demo', 'bob'));
    expect(keyOf(claimed('c1'))).toBe(staffIdOf('demo', 'ada'));
    expect(keyOf(suspended)).toBe(staffIdOf('demo', 'ada'));
  });

  it('sets off nothing of itself', () => {
    expect(after(process, claimed('c1')).reactsTo(claimed('c2'))).toEqual([]);
    expect(after(process, suspended).reactsTo(reinstated)).toEqual([]);
  });
});
