import { type RecordedEvent } from '#kernel/envelope';
import { instant } from '#kernel/instants';
import { type Position } from '#kernel/position';
import { metadataFor } from '#kernel/testing/metadata';
import { staffDirectoryView, type StaffEntry } from './staff-directory.view.ts';
import { staffEvents, type StaffEvent } from './staff.events.ts';

const day = (n: number) => instant(`2026-03-0${n}T01:00:00Z`);
const accountId = '0192f0c1-7b1e-7000-8000-0000000000a1';

const enrolled: StaffEvent = {
  type: 'StaffEnrolled',
  data: { staffId: 's1', principalId: 'ada', kind: 'person', roles: ['reviewer'], skills: ['tax'] },
};

/** One event a day, from the first of March on. */
function entry(...events: readonly StaffEvent[]): StaffEntry {
  return [enrolled, ...events].reduce<StaffEntry | null>((document, event, revision) => {
    const id = `event-${revision}`;
    const at = day(revision + 1);
    const given = {
      ...event,
      id,
      schemaVersion: 1,
      stream: 'staff-s1',
      revision,
      position: `${revision}` as Position,
      metadata: metadataFor(id, at),
    } as RecordedEvent<StaffEvent>;
    const [key] = staffDirectoryView.keys(given);
    return staffDirectoryView.evolve(document, given, key!);
  }, null)!;
}

describe('a member of the staff in the directory', () => {
  it('is there from the enrolment on, by the principal id of their tokens', () => {
    expect(entry()).toMatchObject({
      platform: 'shop',
      staffId: 's1',
      principalId: 'ada',
      kind: 'person',
      status: 'active',
      roles: ['reviewer'],
      skills: ['tax'],
      conflicts: [],
      since: day(1),
    });
  });

  it.each<[string, readonly StaffEvent[], Partial<StaffEntry>]>([
    [
      'other roles',
      [{ type: 'RolesChanged', data: { roles: ['senior', 'lead'] } }],
      { roles: ['senior', 'lead'] },
    ],
    ['other skills', [{ type: 'SkillsChanged', data: { skills: [] } }], { skills: [] }],
    [
      'a conflict of interest',
      [{ type: 'ConflictDeclared', data: { accountId } }],
      { conflicts: [accountId] },
    ],
    [
      'a conflict that no longer stands',
      [
        { type: 'ConflictDeclared', data: { accountId } },
        { type: 'ConflictWithdrawn', data: { accountId } },
      ],
      { conflicts: [] },
    ],
    [
      'a suspension',
      [{ type: 'StaffSuspended', data: { cause: 'absence' } }],
      { status: 'suspended', roles: ['reviewer'] },
    ],
    [
      'the end of a suspension',
      [
        { type: 'StaffSuspended', data: { cause: 'absence' } },
        { type: 'StaffReinstated', data: {} },
      ],
      { status: 'active' },
    ],
    ['that they left', [{ type: 'StaffLeft', data: {} }], { status: 'left' }],
    ['that they came back', [{ type: 'StaffLeft', data: {} }, enrolled], { status: 'active' }],
  ])('shows %s, and since when they are of the staff', (_what, events, expected) => {
    expect(entry(...events)).toMatchObject({ ...expected, since: day(1) });
  });

  it('follows every event that a member can have', () => {
    const types = staffEvents.definitions.map(({ type }) => type);
    expect([...staffDirectoryView.handles].sort()).toEqual(types.sort());
  });
});
