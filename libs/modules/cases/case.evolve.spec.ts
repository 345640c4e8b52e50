import { type Actor, SYSTEM } from '#kernel/actor';
import { CASE_EVENT_DEFINITIONS, type CaseEvent } from './case.events.ts';
import golden from './case.golden.json' with { type: 'json' };
import { evolveCase } from './case.evolve.ts';
import { initialCase, isOpen, type CaseState } from './case.state.ts';
import { aCase, MONDAY, twoApprovals } from './case.testkit.ts';

const moment = { at: MONDAY, by: SYSTEM };
const samples = golden.samples as readonly unknown[] as readonly CaseEvent[];
const claimed = aCase().claimedBy('ada');
const states: readonly (readonly [string, CaseState])[] = [
  ['no case', initialCase],
  ['a draft', aCase().drafted().state],
  ['a case in screening', aCase().submitted().state],
  ['a waiting case', aCase().waiting().state],
  ['a case in review', claimed.state],
  ['a suspended case', claimed.frozen().state],
  ['a proposal', aCase(twoApprovals).claimedBy('ada').decided({ type: 'ApproveCase' }).state],
  [
    'an awaited supplement',
    claimed.decided({ type: 'RequestSupplement', material: 'phone' }).state,
  ],
  ['an approved case', claimed.decided({ type: 'ApproveCase' }).state],
  ['a rejected case', claimed.decided({ type: 'RejectCase', final: true }).state],
  ['one to be resubmitted', claimed.decided({ type: 'RejectCase', final: false }).state],
];
const everyPair = states.flatMap(([what, state]) =>
  samples.map((event) => ({ what, state, event, type: event.type })),
);
/** What changes nothing of what a decider is shown or may do. */
const QUIET = [
  'ReviewClaimRenewed',
  'NoteAdded',
  'ReviewOverdue',
  'CaseOverdue',
  'DueReissued',
  'HistoryRecorded',
  'ScreeningFailed',
];

describe('the fold of a case', () => {
  it('is asked about every event type here', () => {
    const types = new Set(samples.map(({ type }) => type));
    expect([...types].sort()).toEqual(CASE_EVENT_DEFINITIONS.map(({ type }) => type).sort());
  });

  it.each(everyPair)('takes $type in $what, and moves the version unless it is quiet', (pair) => {
    const before = structuredClone(pair.state);
    const after = evolveCase(pair.state, pair.event, moment);
    expect(after.version - before.version).toBe(QUIET.includes(pair.type) ? 0 : 1);
    expect(pair.state).toEqual(before);
  });

  it('leaves a review alone when an event is of another one', () => {
    const other = { review: 9, by: 'ben', cause: 'holder' } as const;
    const after = evolveCase(claimed.state, { type: 'ReviewReleased', data: other }, moment);
    expect(after).toEqual({ ...claimed.state, version: claimed.state.version + 1 });
  });

  it('knows whose rejection an appeal overturned, where a person had rejected', () => {
    const data = { by: 'ada', reasons: [], final: true, appealUntil: null };
    const granted = {
      type: 'AppealGranted',
      data: { review: 2, by: 'sam', outcome: 'review-again', evidence: '', staffRevision: 0 },
    } as const;
    const overturnedAfter = (by: Actor) =>
      evolveCase(
        evolveCase(claimed.state, { type: 'CaseRejected', data }, { ...moment, by }),
        granted,
        moment,
      ).overturned;
    expect(overturnedAfter({ kind: 'person', id: 'ada' })).toEqual(['ada']);
    expect(overturnedAfter(SYSTEM)).toEqual([]);
  });

  it('holds a material by whatever key, even one that every object has', () => {
    const data = { material: 'constructor', fields: {}, files: [], findings: [] };
    const provided = evolveCase(initialCase, { type: 'MaterialProvided', data }, moment);
    expect(provided.materials['constructor']).toEqual({
      fields: {},
      files: [],
      findings: [],
      renewed: { fields: [], files: [] },
    });
  });
});

it('calls a case open while something can still come of it', () => {
  const open = states.filter(([, state]) => isOpen(state)).map(([what]) => what);
  expect(open).toEqual([
    'a draft',
    'a case in screening',
    'a waiting case',
    'a case in review',
    'a suspended case',
    'a proposal',
    'an awaited supplement',
    'one to be resubmitted',
  ]);
});
