import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Caller } from '#infra/auth/caller';
import { type EventStore } from '#infra/event-store/event-store.port';
import { type ViewReader } from '#infra/projector/view-reader';
import { type ReadStore, type Where } from '#infra/read-store/read-store.port';
import { openSqliteReadStore } from '#infra/read-store/sqlite/sqlite-read-store';
import { type Vault } from '#infra/vault/vault.port';
import { SYSTEM } from '#kernel/actor';
import { systemClock } from '#kernel/clock';
import { daysToMs, minutesToMs, plusMs } from '#kernel/instants';
import { type Position } from '#kernel/position';
import {
  aCase,
  applicant,
  aPolicy,
  aReason,
  as,
  type CaseInThePast,
  DECLARED,
  holder,
  HOUR_MS,
  MONDAY,
  provideIdentity,
  staff,
  twoApprovals,
} from '../case.testkit.ts';
import { type CaseEvent } from '../case.events.ts';
import golden from '../case.golden.json' with { type: 'json' };
import { CaseQueries } from '../case.queries.ts';
import { reviewQueueView, type QueuedReview } from './review-queue.view.ts';
import { documentsOf, recorded } from './views.testkit.ts';

const queued = (past: CaseInThePast): QueuedReview => documentsOf(reviewQueueView, past)['1']!;

const waiting = aCase().waiting();
const claimed = aCase().claimedBy('ada');
const dueAt = waiting.state.review!.clock!.due.dueAt;
const snoozed = claimed.does(
  { type: 'SnoozeReview', review: 1, until: plusMs(MONDAY, daysToMs(2)), cause: 'waiting' },
  ...as('ada'),
);
const asked = claimed.decided({ type: 'RequestSupplement', material: 'identity' });
const overdue = waiting.afterDays(7).does({ type: 'MarkOverdue', review: 1, dueAt }, SYSTEM);
const caseOverdue = waiting
  .afterDays(7)
  .does({ type: 'MarkCaseOverdue', dueAt: waiting.state.overall!.due.dueAt }, SYSTEM);
const proposed = aCase(twoApprovals).claimedBy('ada').decided({ type: 'ApproveCase' });
const rejected = claimed.decided({ type: 'RejectCase', final: true });
const appealed = rejected.does(
  { type: 'AppealCase', statementRef: 's', commitment: 'c', files: [] },
  applicant,
);
const screen = { type: 'ScreenCase', round: 1 } as const;
const down = { identityTaken: null };
const good = { account: { ...holder, revision: 2 } };

describe('the due time of the case as a whole', () => {
  const overallOf = (past: CaseInThePast) => {
    const { overallDueAt, overallProvisional, overallOverdue } = queued(past);
    return { overallDueAt, overallProvisional, overallOverdue };
  };
  const none = { overallDueAt: null, overallProvisional: false, overallOverdue: false };
  const running = { ...none, overallDueAt: waiting.state.overall!.due.dueAt };

  it.each([
    ['runs from the submission on', aCase().submitted(), running],
    ['is that of the first review too', claimed, running],
    [
      'and of the second',
      proposed,
      { ...running, overallDueAt: proposed.state.overall!.due.dueAt },
    ],
    [
      'stops while the screening cannot be made',
      aCase().submitted().does(screen, SYSTEM, down),
      none,
    ],
    [
      'and goes on once it is',
      aCase().submitted().does(screen, SYSTEM, down).does(screen, SYSTEM),
      running,
    ],
    ['is overdue once it is missed', caseOverdue, { ...running, overallOverdue: true }],
    ['runs for no draft', aCase().drafted(), none],
    ['stops while a supplement is awaited', asked, none],
    ['ends with a decision', claimed.decided({ type: 'ApproveCase' }), none],
  ])('%s', (_what, past, expected) => {
    expect(overallOf(past)).toEqual(expected);
  });

  it('is a new one after a freeze, and after a supplement', () => {
    const resumed = claimed.frozen().afterDays(1).does({ type: 'ResumeCase' }, SYSTEM, good);
    const supplemented = asked
      .does(provideIdentity, applicant)
      .afterDays(1)
      .does({ type: 'SupplementCase', ...DECLARED }, applicant);
    for (const past of [resumed, supplemented]) {
      const { overallDueAt } = overallOf(past);
      expect(overallDueAt).toBe(past.state.overall!.due.dueAt);
      expect(overallDueAt! > running.overallDueAt).toBe(true);
    }
  });

  it('says that it is provisional, until it is issued anew', () => {
    const atYearsEnd = aCase().afterDays(304).waiting();
    const { overall } = atYearsEnd.state;
    expect(overallOf(atYearsEnd)).toMatchObject({ overallProvisional: true });
    const clock = { ...overall!, due: { ...overall!.due, provisional: false } };
    const reissued: CaseEvent = {
      type: 'DueReissued',
      data: { which: 'overall', clock, cause: 'calendar' },
    };
    const past = [...atYearsEnd.past, [reissued, {}]] as CaseInThePast['past'];
    expect(overallOf({ ...atYearsEnd, past } as CaseInThePast)).toMatchObject({
      overallProvisional: false,
    });
  });
});

describe('a review in the queue', () => {
  it('is nowhere once the case is approved, also where nobody is named for it', () => {
    const approved: CaseEvent = { type: 'CaseApproved', data: { approvers: [], validUntil: null } };
    const past = [...claimed.past, [approved, {}]] as CaseInThePast['past'];
    expect(queued({ ...claimed, past } as CaseInThePast)).toMatchObject({
      state: 'none',
      claimedBy: null,
      deciders: [],
    });
  });

  it.each([
    ['waits', waiting, { state: 'waiting', claimedBy: null, leaseUntil: null, overdue: false }],
    [
      'is claimed, by whom and until when',
      claimed,
      { state: 'claimed', claimedBy: 'ada', leaseUntil: plusMs(MONDAY, HOUR_MS) },
    ],
    [
      'waits again once it is given back',
      claimed.does(
        { type: 'ReleaseReview', review: 1, holder: 'ada', cause: 'holder' },
        ...as('ada'),
      ),
      { state: 'waiting', claimedBy: null, leaseUntil: null },
    ],
    [
      'is put off until an instant',
      snoozed,
      { state: 'snoozed', claimedBy: null, snoozedUntil: plusMs(MONDAY, daysToMs(2)) },
    ],
    [
      'waits again once it is woken',
      snoozed.afterDays(3).does({ type: 'WakeReview', review: 1, cause: 'time' }, SYSTEM),
      { state: 'waiting', snoozedUntil: null },
    ],
    ['is overdue, and waits on', overdue, { state: 'waiting', overdue: true, dueAt }],
    [
      'is overdue also while it is claimed',
      overdue.claimedBy('ben'),
      { state: 'claimed', claimedBy: 'ben', overdue: true },
    ],
    [
      'is a second one, without who proposed the approval among those who may take it',
      proposed,
      { state: 'waiting', level: 'second', review: 2, deciders: ['ada'], overdue: false },
    ],
    [
      'is an appeal, without who rejected',
      appealed,
      { state: 'waiting', level: 'appeal', review: 2, deciders: ['ada'] },
    ],
    [
      'is passed on to a senior',
      claimed.does({ type: 'EscalateCase', review: 1, cause: 'unclear' }, ...as('ada')),
      { state: 'waiting', escalated: true, deciders: ['ada'] },
    ],
    [
      'is given by a lead to somebody',
      claimed.does(
        { type: 'ReassignReview', review: 1, to: 'ben' },
        as('lin', { roles: ['lead'] })[0],
        { ...as('lin', { roles: ['lead'] })[1], assignee: staff('ben') },
      ),
      { state: 'claimed', claimedBy: 'ben' },
    ],
    [
      'is nowhere while a supplement is awaited',
      asked,
      { state: 'none', dueAt: null, queue: null },
    ],
    [
      'waits in the next round, fresh',
      asked
        .does(provideIdentity, applicant)
        .does({ type: 'SupplementCase', ...DECLARED }, applicant)
        .does({ type: 'ScreenCase', round: 2 }, SYSTEM),
      { state: 'waiting', round: 2, review: 2, deciders: ['ada'], overdue: false },
    ],
    ['is nowhere once the case is decided', rejected, { state: 'none', deciders: ['ada'] }],
    [
      'is nowhere once the case is withdrawn',
      claimed.does({ type: 'WithdrawCase' }, applicant),
      { state: 'none', claimedBy: null },
    ],
    [
      'waits again when a closed case is reopened',
      rejected.does(
        { type: 'ReopenCase', cause: 'new-evidence' },
        ...as('sam', { roles: ['senior'] }),
      ),
      { state: 'waiting', review: 2 },
    ],
    ['stands still while the account is frozen', claimed.frozen(), { state: 'suspended' }],
  ])('%s', (_what, past, expected) => {
    expect(queued(past)).toMatchObject(expected);
  });

  it('carries what the queue is asked by: platform, queue, level, skill, priority and due time', () => {
    const urgent = aPolicy({ priority: 9 });
    expect(queued(aCase(urgent).waiting())).toMatchObject({
      platform: 'shop',
      queue: 'drivers',
      level: 'first',
      skill: 'documents',
      priority: 9,
      urgency: -9,
      dueAt,
      requestedAt: MONDAY,
      policyVersion: 1,
    });
  });

  it('says the same as the case itself of lease, due time and overdue, wherever it stands', () => {
    const resumed = claimed.frozen().afterDays(1).does({ type: 'ResumeCase' }, SYSTEM, good);
    const late = overdue.frozen().afterDays(1).does({ type: 'ResumeCase' }, SYSTEM, good);
    const renewed = claimed
      .after(minutesToMs(40))
      .does({ type: 'RenewClaim', review: 1 }, ...as('ada'));
    const declined = proposed
      .claimedBy('ben')
      .does({ type: 'DeclineApproval', review: 2, reasons: [aReason] }, ...as('ben'));
    const senior = { roles: ['senior'] } as const;
    const again = appealed
      .claimedBy('sam', senior)
      .does({ type: 'GrantAppeal', review: 2, outcome: 'review-again' }, ...as('sam', senior));
    expect(again.state.overturned).toEqual(['ada']);
    for (const past of [waiting, renewed, resumed, late, overdue, declined, appealed, again]) {
      const { review, deciders, overturned, round } = past.state;
      expect(queued(past)).toMatchObject({
        leaseUntil: review!.claim?.leaseUntil ?? null,
        dueAt: review!.clock?.due.dueAt ?? null,
        overdue: review!.overdue,
        deciders,
        overturned,
        round,
      });
    }
  });

  it('is folded from whatever comes first, without a throw', () => {
    const [template] = recorded(waiting);
    for (const sample of golden.samples) {
      const event = { ...template!, ...sample } as never;
      for (const before of [null, queued(waiting), queued(claimed.frozen())]) {
        if (!(reviewQueueView.handles as readonly string[]).includes(sample.type)) continue;
        expect(() => reviewQueueView.evolve(before, event, '1')).not.toThrow();
      }
    }
  });
});

describe('the queue, asked', () => {
  let folder: string;
  let readStore: ReadStore;
  const late = overdue.claimedBy('ben');
  const shelf: Readonly<Record<string, CaseInThePast>> = {
    early: waiting,
    later: aCase().afterDays(1).waiting(),
    urgent: aCase(aPolicy({ priority: 9 }))
      .afterDays(2)
      .waiting(),
    other: aCase(aPolicy({ review: { ...aPolicy().review, queue: 'shops' } })).waiting(),
    second: proposed,
    appeal: appealed,
    claimed,
    late,
    overdue,
    snoozed,
    frozen: claimed.frozen(),
    decided: rejected,
    draft: aCase().drafted(),
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'casetrail-queue-'));
    readStore = openSqliteReadStore({ file: join(folder, 'views.sqlite') });
    await readStore.prepare(reviewQueueView);
    const position = '1' as Position;
    const documents = Object.entries(shelf).map(([key, past]) => ({
      key,
      document: { ...queued(past), caseId: key },
      position,
    }));
    const elsewhere = { ...queued(waiting), caseId: 'elsewhere', platform: 'bank' };
    await readStore
      .exact(reviewQueueView)
      .write([...documents, { key: 'elsewhere', document: elsewhere, position }], position);
    await readStore.promote(reviewQueueView);
  });
  afterAll(async () => {
    await readStore.close();
    rmSync(folder, { recursive: true });
  });

  const serving = async () => (await readStore.serving<QueuedReview>('review-queue'))!;

  async function found(where: Where): Promise<readonly string[]> {
    const page = await (
      await serving()
    ).find({
      where: { platform: 'shop', ...where },
      orderBy: [
        { field: 'urgency', direction: 'asc' },
        { field: 'dueAt', direction: 'asc' },
      ],
      limit: 50,
    });
    return page.documents.map(({ key }) => key);
  }

  it('gives what waits: the most urgent first, then what is due first', async () => {
    const inOrder = await found({ state: 'waiting' });
    expect(inOrder[0]).toBe('urgent');
    expect(inOrder.indexOf('early')).toBeLessThan(inOrder.indexOf('later'));
    expect(inOrder.toSorted()).toEqual([
      'appeal',
      'early',
      'later',
      'other',
      'overdue',
      'second',
      'urgent',
    ]);
  });

  it.each([
    ['claimed', { state: 'claimed' }, ['claimed', 'late']],
    ['snoozed', { state: 'snoozed' }, ['snoozed']],
    ['suspended', { state: 'suspended' }, ['frozen']],
    ['overdue and waiting', { state: 'waiting', overdue: true }, ['overdue']],
    ['overdue and claimed', { state: 'claimed', overdue: true }, ['late']],
    ['of a level', { state: 'waiting', level: 'appeal' }, ['appeal']],
    ['of a queue', { state: 'waiting', queue: 'shops' }, ['other']],
    ['of a skill that nothing asks for', { state: 'waiting', skill: 'ships' }, []],
    ['held by somebody', { claimedBy: 'ben' }, ['late']],
    ['of another platform', { platform: 'bank', state: 'waiting' }, ['elsewhere']],
  ])('gives what is %s', async (_what, where, keys) => {
    expect((await found(where)).toSorted()).toEqual(keys);
  });

  it('counts what is in each state, and what is overdue in any, of one platform', async () => {
    const views = { read: serving } as unknown as ViewReader;
    const queries = new CaseQueries(views, {} as EventStore, {} as Vault, systemClock);
    const caller = { principal: { platform: 'shop' } } as Caller;
    const signal = new AbortController().signal;
    expect(await queries.queueCounts({ caller, token: undefined, signal })).toEqual({
      waiting: 7,
      claimed: 2,
      snoozed: 1,
      suspended: 1,
      overdue: 2,
    });
    const nobodys = { ...caller, principal: { ...caller.principal, platform: 'mine' } };
    expect(await queries.queueCounts({ caller: nobodys, token: undefined, signal })).toEqual({
      waiting: 0,
      claimed: 0,
      snoozed: 0,
      suspended: 0,
      overdue: 0,
    });
  });
});
