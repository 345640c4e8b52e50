import { SYSTEM } from '#kernel/actor';
import { daysToMs, plusMs } from '#kernel/instants';
import {
  aCase,
  aPolicy,
  applicant,
  aReason,
  as,
  holder,
  HOUR_MS,
  MONDAY,
  provideIdentity,
  twoApprovals,
} from '../case.testkit.ts';
import { caseDetailView } from './case-detail.view.ts';
import { caseTimersView } from './case-timers.view.ts';
import { reviewQueueView } from './review-queue.view.ts';
import { documentsOf } from './views.testkit.ts';

const waiting = aCase().waiting();
const claimed = aCase().claimedBy('ada');
const asked = claimed.decided({ type: 'RequestSupplement', material: 'identity' });
const proposed = aCase(twoApprovals).claimedBy('ada').decided({ type: 'ApproveCase' });
const rejected = claimed.decided({ type: 'RejectCase', final: true });
const note = { type: 'AddNote', noteId: 'n-1', textRef: 'ref', commitment: 'c' } as const;
const snooze = {
  type: 'SnoozeReview',
  review: 1,
  until: plusMs(MONDAY, daysToMs(2)),
  cause: 'registry-closed',
} as const;
const resume = { type: 'ResumeCase' } as const;
const good = { account: { ...holder, revision: 2 } };
const leaseUntil = plusMs(MONDAY, HOUR_MS);
const dueAt = waiting.state.review!.clock!.due.dueAt;

describe('the review queue', () => {
  const queued = (past: typeof waiting) => documentsOf(reviewQueueView, past)['1'];

  it('knows a case from the start, in no queue until a review is asked for', () => {
    expect(queued(aCase().submitted())).toMatchObject({
      state: 'none',
      round: 1,
      platform: 'shop',
    });
    expect(queued(waiting)).toMatchObject({
      state: 'waiting',
      review: 1,
      level: 'first',
      queue: 'drivers',
      urgency: -5,
      dueAt,
      screening: 'clear',
    });
  });

  it.each([
    ['claimed', claimed],
    [
      'reclaimed after a lapse',
      claimed.after(HOUR_MS).does({ type: 'ClaimReview', review: 1 }, ...as('ben')),
    ],
    ['snoozed', claimed.does(snooze, ...as('ada'))],
    ['escalated', claimed.does({ type: 'EscalateCase', review: 1, cause: 'x' }, ...as('ada'))],
    ['proposed', proposed],
    [
      'declined',
      proposed
        .claimedBy('ben')
        .does({ type: 'DeclineApproval', review: 2, reasons: [aReason] }, ...as('ben')),
    ],
    ['asked for a supplement', asked],
    ['rejected', rejected],
  ])('says the same as the case itself when it was %s', (_what, past) => {
    const { review, deciders, reviewsRequested } = past.state;
    expect(queued(past)).toMatchObject({
      review: review ? reviewsRequested : 0,
      level: review?.level ?? null,
      claimedBy: review?.claim?.by ?? null,
      leaseUntil: review?.claim?.leaseUntil ?? null,
      snoozedUntil: review?.snoozedUntil ?? null,
      escalated: review?.escalated ?? false,
      deciders,
    });
  });

  it('keeps beneath a suspension what the review was, and gives it back', () => {
    const frozen = claimed.frozen();
    expect(queued(frozen)).toMatchObject({ state: 'suspended', stateBefore: 'claimed' });
    const release = {
      type: 'ReleaseReview',
      review: 1,
      holder: 'ada',
      cause: 'staff-left',
    } as const;
    const left = frozen.does(release, SYSTEM);
    expect(queued(left)).toMatchObject({
      state: 'suspended',
      stateBefore: 'waiting',
      claimedBy: null,
    });
    const resumed = frozen.afterDays(1).does(resume, SYSTEM, good);
    expect(queued(resumed)).toMatchObject({
      state: 'claimed',
      stateBefore: null,
      dueAt: resumed.state.review!.clock!.due.dueAt,
      leaseUntil: resumed.state.review!.claim!.leaseUntil,
    });
  });
});

describe('the timers of a case', () => {
  const timers = (past: typeof waiting) => documentsOf(caseTimersView, past);

  it('arms what time will do, with a command that says what it was set for', () => {
    expect(Object.keys(timers(claimed)).sort()).toEqual([
      '1/lease',
      '1/overall-due',
      '1/review-due',
    ]);
    expect(timers(claimed)['1/lease']).toMatchObject({
      dueAt: leaseUntil,
      armed: true,
      action: { to: 'case', id: '1', command: { type: 'ExpireLease', review: 1, leaseUntil } },
    });
    expect(timers(claimed)['1/review-due']).toMatchObject({
      dueAt,
      action: { command: { dueAt } },
    });
  });

  it('forgets the lease when the review is snoozed, and arms the waking', () => {
    const { '1/snooze': waking, ...others } = timers(claimed.does(snooze, ...as('ada')));
    expect(waking).toMatchObject({
      dueAt: snooze.until,
      action: { command: { type: 'WakeReview' } },
    });
    expect(Object.keys(others).sort()).toEqual(['1/overall-due', '1/review-due']);
  });

  it('arms the deadline of a supplement alone, until it is supplemented', () => {
    expect(timers(asked)).toMatchObject({
      '1/supplement': { dueAt: asked.state.supplement!.until },
    });
    expect(Object.keys(timers(asked))).toHaveLength(1);
  });

  it('arms nothing once the case is decided or withdrawn', () => {
    expect(timers(rejected)).toEqual({});
    expect(timers(waiting.does({ type: 'WithdrawCase' }, applicant))).toEqual({});
  });

  it('rests while the case is suspended, and goes on with the new due times', () => {
    const frozen = claimed.frozen();
    expect(Object.values(timers(frozen)).map(({ armed }) => armed)).toEqual([false, false, false]);
    const resumed = frozen.afterDays(1).does(resume, SYSTEM, good);
    const { review } = resumed.state;
    expect(timers(resumed)).toMatchObject({
      '1/lease': { armed: true, dueAt: review!.claim!.leaseUntil },
      '1/review-due': { armed: true, dueAt: review!.clock!.due.dueAt },
    });
  });
});

describe('the detail of a case', () => {
  const detail = (past: typeof waiting) => documentsOf(caseDetailView, past)['1']!;

  it('folds to the very state that the case has', () => {
    const past = rejected.does(note, ...as('ada'));
    const seen = detail(past);
    expect(seen.state).toEqual(past.state);
    expect(seen).toMatchObject({
      status: 'rejected',
      accountId: 'acc-1',
      policyKey: 'driver',
      revision: past.past.length - 1,
      notes: [{ noteId: 'n-1', by: 'ada', textRef: 'ref', at: MONDAY }],
      decisions: [
        {
          type: 'CaseRejected',
          by: 'ada',
          kind: 'person',
          round: 1,
          final: true,
          reasons: [aReason],
        },
      ],
    });
  });

  it('shows why a submission was refused, until one is accepted', () => {
    const open = {
      type: 'OpenCase',
      accountId: 'acc-1',
      subjectId: 'sub-1',
      policyKey: 'driver',
    } as const;
    const submit = { type: 'SubmitCase', declarationVersion: '2026-01' } as const;
    const refused = aCase().does(open, applicant).does(submit, applicant);
    expect(detail(refused).refused).toEqual([
      { code: 'material-missing', pointer: { material: 'identity' } },
    ]);
    const { fields, files, ...identity } = provideIdentity;
    const typed = refused.does({ ...identity, fields, files: [] }, applicant);
    expect(detail(typed).refused).toEqual([]);
    const scanless = typed.does(submit, applicant);
    const lacksFile = [{ code: 'file-missing', pointer: { material: 'identity' } }];
    expect(detail(scanless).refused).toEqual(lacksFile);
    const again = scanless.does({ ...identity, fields, files: [] }, applicant);
    expect(detail(again).refused).toEqual(lacksFile);
    const scanned = scanless.does({ ...identity, fields: {}, files }, applicant);
    expect(detail(scanned).refused).toEqual([]);
    expect(detail(waiting).refused).toEqual([]);
  });

  it('shows what a new version of the policy asks of a draft, until it is given', () => {
    const { materials } = aPolicy();
    const required = materials.map((one) => ({ ...one, required: true }));
    const policyInForce = aPolicy({ policyVersion: 2, materials: required });
    const move = { type: 'ApplyPolicyChange' } as const;
    const moved = aCase().drafted().does(move, applicant, { policyInForce });
    expect(detail(moved).refused).toEqual([
      { code: 'requirement-added', pointer: { material: 'phone' } },
    ]);
    const phone = { type: 'ProvideMaterial', material: 'phone', files: [], findings: [] } as const;
    const number = { ref: 'r', commitment: 'c' };
    expect(detail(moved.does({ ...phone, fields: { number } }, applicant)).refused).toEqual([]);
  });

  it('shows what another version finds in a draft, until it is given anew or taken back', () => {
    const [identity] = aPolicy().materials;
    const policyInForce = aPolicy({ policyVersion: 2, materials: [identity!] });
    const move = { type: 'ApplyPolicyChange' } as const;
    const finding = { material: 'identity', field: 'number', finding: 'id-number-malformed' };
    const number = { ref: 'r', commitment: 'c' };
    const phone = { type: 'ProvideMaterial', material: 'phone', files: [], findings: [] } as const;
    const moved = aCase()
      .drafted()
      .does({ ...phone, fields: { number } }, applicant)
      .does(move, applicant, { policyInForce, checkedAnew: [finding] });
    const pointer = { material: 'identity', field: 'number' };
    const malformed = { code: 'id-number-malformed', pointer };
    const surplus = { code: 'material-no-longer-accepted', pointer: { material: 'phone' } };
    expect(detail(moved).refused).toEqual([surplus, malformed]);
    const without = moved.does({ type: 'RemoveMaterial', material: 'phone' }, applicant);
    expect(detail(without).refused).toEqual([malformed]);
    const mended = without.does({ ...provideIdentity, files: [] }, applicant);
    expect(detail(mended).refused).toEqual([]);
  });

  it("keeps the applicant's last own look, until a submission is accepted", () => {
    const assess = { type: 'AssessDraft' } as const;
    const drafted = aCase().drafted();
    expect(detail(drafted).assessed).toBeNull();
    const emptied = drafted.does({ type: 'RemoveMaterial', material: 'identity' }, applicant);
    const assessed = emptied.does(assess, applicant);
    const missing = { code: 'material-missing', pointer: { material: 'identity' } };
    const look = { at: MONDAY, outcome: 'lacking', findings: [missing] };
    expect(detail(assessed).assessed).toEqual(look);
    const again = assessed.does(provideIdentity, applicant);
    expect(detail(again).assessed).toEqual(look);
    const clear = { at: MONDAY, outcome: 'clear', findings: [] };
    expect(detail(again.does(assess, applicant)).assessed).toEqual(clear);
    expect(detail(again.submitted()).assessed).toBeNull();
  });

  it('says why it was escalated, reopened, and reviewed again, and names what was written of it', () => {
    const senior = as('sam', { roles: ['senior'] });
    const textRef = 'ref-text';
    const escalated = claimed.does(
      { type: 'EscalateCase', review: 1, cause: 'unclear-rule', textRef },
      ...as('ada'),
    );
    expect(detail(escalated).decisions).toMatchObject([{ cause: 'unclear-rule', textRef }]);
    const approved = claimed.decided({ type: 'ApproveCase' });
    const reopened = approved.does({ type: 'ReopenCase', cause: 'complaint', textRef }, ...senior);
    expect(detail(reopened).decisions[1]).toMatchObject({ cause: 'complaint', textRef });
    const granted = rejected
      .does({ type: 'AppealCase', statementRef: 's', commitment: 'c', files: [] }, applicant)
      .claimedBy('sam', { roles: ['senior'] })
      .does({ type: 'GrantAppeal', review: 2, outcome: 'review-again', textRef }, ...senior);
    expect(detail(granted).decisions[1]).toMatchObject({ type: 'AppealGranted', textRef });
  });

  it('says that a case is suspended', () => {
    expect(detail(claimed.frozen())).toMatchObject({ suspended: true, status: 'in-review' });
  });
});
