import { SYSTEM } from '#kernel/actor';
import { plusMs } from '#kernel/instants';
import { renderReason } from '#modules/reasons/index';
import {
  aCase,
  aPolicy,
  applicant,
  aReason,
  as,
  type CaseInThePast,
  DECLARED,
  holder,
  HOUR_MS,
  MONDAY,
  provideIdentity,
  twoApprovals,
} from '../case.testkit.ts';
import { caseEvents } from '../case.events.ts';
import golden from '../case.golden.json' with { type: 'json' };
import { TIMELINE_TEXTS, timelineText } from './timeline.texts.ts';
import { TIMELINE_TYPES, timelineView, type TimelineEntry } from './timeline.view.ts';
import { recorded } from './views.testkit.ts';

/** In the order in which they happened. */
function timeline(past: CaseInThePast, accountId: string | null = 'acc-1'): TimelineEntry[] {
  return recorded(past)
    .map((event) => ({
      ...event,
      metadata: { ...event.metadata, ...(accountId === null ? {} : { accountId }) },
    }))
    .filter(({ type }) => timelineView.handles.includes(type))
    .flatMap((event) =>
      timelineView.keys(event).map((key) => timelineView.evolve(null, event, key)!),
    );
}

const typesOf = (past: CaseInThePast) => timeline(past).map(({ type }) => type);
const last = (past: CaseInThePast) => timeline(past).at(-1);

const claimed = aCase().claimedBy('ada');
const asked = claimed.decided({ type: 'RequestSupplement', material: 'identity' });
const rejected = claimed.decided({ type: 'RejectCase', final: true });
const approved = claimed.decided({ type: 'ApproveCase' });

describe("the applicant's timeline", () => {
  it('tells the life of a case, step by step, with what comes next', () => {
    const { overall, review } = claimed.state;
    expect(timeline(approved)).toMatchObject([
      { type: 'CaseOpened', at: MONDAY, caseId: '1', platform: 'shop', accountId: 'acc-1' },
      { type: 'MaterialProvided', material: 'identity' },
      { type: 'CaseSubmitted', round: 1, until: overall!.due.dueAt },
      { type: 'ScreeningCompleted' },
      { type: 'ReviewRequested', until: review!.clock!.due.dueAt },
      { type: 'CaseApproved', until: approved.state.approval!.validUntil },
    ]);
  });

  it('says until when a supplement must come, and that it came', () => {
    expect(last(asked)).toMatchObject({
      type: 'SupplementRequested',
      until: asked.state.supplement!.until,
      reasons: [aReason],
    });
    const supplemented = asked
      .does(provideIdentity, applicant)
      .does({ type: 'SupplementCase', ...DECLARED }, applicant);
    expect(last(supplemented)).toMatchObject({
      type: 'CaseSupplemented',
      round: 2,
      until: supplemented.state.overall!.due.dueAt,
    });
  });

  it('says of a rejection why, whether it is final, and until when an appeal may come', () => {
    expect(last(rejected)).toMatchObject({
      type: 'CaseRejected',
      final: true,
      until: rejected.state.rejection!.appealUntil,
      reasons: [aReason],
    });
  });

  it('points at what a reason is about, or else at the item that it was asked for by', () => {
    const item = { material: 'identity', field: 'name' };
    const reasons = [{ code: 'name-mismatch', textRef: 'ref' }, aReason];
    const command = {
      type: 'RequestSupplement',
      review: 1,
      items: [{ ...item, reasons }],
    } as const;
    expect(last(claimed.does(command, ...as('ada')))).toMatchObject({
      reasons: [{ code: 'name-mismatch', pointer: item, textRef: 'ref' }, aReason],
    });
  });

  it('names what differs where a draft was moved to another version of its policy', () => {
    const later = aPolicy({ policyVersion: 2, rounds: { max: 5 } });
    const moved = aCase()
      .drafted()
      .does({ type: 'ApplyPolicyChange' }, applicant, { policyInForce: later });
    expect(last(moved)).toMatchObject({
      type: 'PolicyChangeApplied',
      differences: [{ code: 'threshold-changed', path: '/rounds/max' }],
    });
  });

  it('says what is missing where a submission did not count', () => {
    const refused = aCase()
      .does(
        { type: 'OpenCase', accountId: 'acc-1', subjectId: 'sub-1', policyKey: 'driver' },
        applicant,
      )
      .does({ type: 'SubmitCase', ...DECLARED }, applicant);
    expect(last(refused)).toMatchObject({
      type: 'SubmissionRefused',
      round: 1,
      reasons: [{ code: 'material-missing', pointer: { material: 'identity' } }],
    });
  });

  it('says that a case stands still, and when it is expected once it goes on', () => {
    const frozen = claimed.frozen();
    expect(last(frozen)).toMatchObject({ type: 'CaseSuspended', standing: 'frozen' });
    const account = { ...holder, revision: 2 };
    const resumed = frozen.afterDays(1).does({ type: 'ResumeCase' }, SYSTEM, { account });
    expect(last(resumed)).toMatchObject({
      type: 'CaseResumed',
      until: resumed.state.overall!.due.dueAt,
    });
  });

  it('says of a banned account that it is banned, and nothing of what a freeze would keep', () => {
    const account = { ...holder, standing: 'banned' } as const;
    const suspend = { type: 'SuspendCase', freezeId: 'f', cause: 'fraud' } as const;
    const banned = last(claimed.does(suspend, SYSTEM, { account }))!;
    expect(banned).toMatchObject({ type: 'CaseSuspended', standing: 'banned' });
    expect(timelineText(banned, 'en')).toBe('Your account is banned; the case stands still.');
    expect(timelineText(banned, 'zh-CN')).toBe('账户已被停用，案件暂停。');
    const frozen = last(claimed.frozen())!;
    expect(timelineText(frozen, 'en')).toBe(TIMELINE_TEXTS.CaseSuspended.en);
  });

  it('says that it takes longer than was expected, and when the expected time is another', () => {
    const { overall } = claimed.state;
    const { dueAt } = overall!.due;
    const late = claimed.afterDays(7);
    expect(last(late.does({ type: 'MarkCaseOverdue', dueAt }, SYSTEM))).toMatchObject({
      type: 'CaseOverdue',
    });
    const from = plusMs(MONDAY, HOUR_MS);
    const maintenance = [{ from, to: plusMs(from, HOUR_MS) }];
    const reissued = claimed.does({ type: 'ReissueDues' }, SYSTEM, { maintenance });
    expect(timeline(reissued)).toHaveLength(timeline(claimed).length + 1);
    expect(last(reissued)).toMatchObject({
      type: 'DueReissued',
      until: reissued.state.overall!.due.dueAt,
    });
  });

  it('says once that a screening could not be made, and when the case goes on', () => {
    const screen = { type: 'ScreenCase', round: 1 } as const;
    const down = { identityTaken: null };
    const failed = aCase().submitted().does(screen, SYSTEM, down).does(screen, SYSTEM, down);
    expect(typesOf(failed).slice(-2)).toEqual(['CaseSubmitted', 'ScreeningFailed']);
    const made = failed.after(HOUR_MS).does(screen, SYSTEM);
    expect(timeline(made).find(({ type }) => type === 'ScreeningCompleted')).toMatchObject({
      until: made.state.overall!.due.dueAt,
    });
  });

  it('says of an expected time that it may yet move, where it is provisional', () => {
    const atYearsEnd = aCase().afterDays(304).submitted();
    expect(last(atYearsEnd)).toMatchObject({ type: 'CaseSubmitted', provisional: true });
    expect(timeline(claimed).filter(({ provisional }) => provisional)).toEqual([]);
  });

  it('follows an appeal to its end', () => {
    const appealed = rejected.does(
      { type: 'AppealCase', statementRef: 'secret-statement', commitment: 'c', files: [] },
      applicant,
    );
    const heard = appealed
      .claimedBy('sam', { roles: ['senior'] })
      .does(
        { type: 'DismissAppeal', review: appealed.state.reviewsRequested, reasons: [aReason] },
        ...as('sam', { roles: ['senior'] }),
      );
    expect(typesOf(heard).slice(-3)).toEqual([
      'CaseAppealed',
      'ReviewRequested',
      'AppealDismissed',
    ]);
    expect(last(heard)).toMatchObject({ reasons: [aReason] });
  });

  it('is empty for an event that is about no account', () => {
    expect(timeline(approved, null)).toEqual([]);
  });
});

describe('what is not the applicant’s to know', () => {
  it.each([
    ['who took the review, and when', claimed],
    [
      'that it was given back',
      claimed.does(
        { type: 'ReleaseReview', review: 1, holder: 'ada', cause: 'holder' },
        ...as('ada'),
      ),
    ],
    [
      'that it was put off',
      claimed.does(
        { type: 'SnoozeReview', review: 1, until: plusMs(MONDAY, 24 * HOUR_MS), cause: 'waiting' },
        ...as('ada'),
      ),
    ],
    [
      'a note',
      claimed.does(
        { type: 'AddNote', noteId: 'n', textRef: 'secret-note', commitment: 'c' },
        ...as('ada'),
      ),
    ],
    [
      'that a senior looks',
      claimed.does({ type: 'EscalateCase', review: 1, cause: 'fraud-ring' }, ...as('ada')),
    ],
  ])('%s', (_what, past) => {
    expect(timeline(past)).toEqual(timeline(aCase().waiting()));
  });

  it('who would approve: a first approval shows as no more than another review', () => {
    const proposed = aCase(twoApprovals).claimedBy('ada').decided({ type: 'ApproveCase' });
    expect(typesOf(proposed).slice(-2)).toEqual(['ReviewRequested', 'ReviewRequested']);
  });

  it('the true reason, where it is not for them', () => {
    const reasons = [
      { code: 'suspected-forgery', pointer: { material: 'identity' }, textRef: 'secret-words' },
      { code: 'document-alteration-suspected', pointer: { material: 'identity' } },
    ];
    const past = claimed.decided({ type: 'RejectCase', final: true, reasons });
    expect(last(past)).toMatchObject({
      reasons: [{ code: 'document-not-usable', pointer: { material: 'identity' } }],
    });
    const text = JSON.stringify(timeline(past));
    expect(text).not.toMatch(/forgery|alteration|secret|evidence/);
  });

  it('anybody’s name, and more than what an entry is to tell, in any entry of any event', () => {
    const entries = golden.samples.flatMap((sample, revision) => {
      const [template] = recorded(approved);
      const event = {
        ...template!,
        ...sample,
        id: `e-${revision}`,
        metadata: {
          ...template!.metadata,
          accountId: 'acc-1',
          actor: { kind: 'person', id: 'ada' },
        },
      } as unknown as typeof template & object;
      if (!timelineView.handles.includes(event.type)) return [];
      return [timelineView.evolve(null, event, event.id)!];
    });
    expect(new Set(entries.map(({ type }) => type))).toEqual(new Set(TIMELINE_TYPES));
    const allowed = new Set([
      ...['platform', 'accountId', 'caseId', 'position', 'at', 'type'],
      ...['round', 'material', 'until', 'provisional', 'final', 'standing', 'reasons'],
      'differences',
    ]);
    expect(entries.flatMap(Object.keys).filter((name) => !allowed.has(name))).toEqual([]);
    expect(JSON.stringify(entries)).not.toContain('"ada"');
  });
});

describe('the words of the timeline', () => {
  it.each(TIMELINE_TYPES)('%s is worded in every language, in its own writing', (type) => {
    const { en, 'zh-CN': zh } = TIMELINE_TEXTS[type];
    expect(en).toMatch(/^[A-Z][\x20-\x7e]+\.$/);
    expect(zh).toMatch(/^\p{Script=Han}[^A-Za-z]+。$/u);
  });

  it('are of events that there are', () => {
    expect(Object.keys(TIMELINE_TEXTS).sort()).toEqual([...TIMELINE_TYPES].sort());
    for (const type of TIMELINE_TYPES) expect(caseEvents.find(type)).toBeDefined();
  });

  it.each(['en', 'zh-CN'] as const)(
    'has a text and guidance in %s for every reason that an entry names',
    (locale) => {
      const codes = new Set(
        [asked, rejected].flatMap((past) => last(past)?.reasons ?? []).map(({ code }) => code),
      );
      for (const code of codes) {
        const { text, guidance } = renderReason(code, locale, 'applicant');
        expect(text.length).toBeGreaterThan(0);
        expect(guidance.length).toBeGreaterThan(0);
      }
      expect(codes.size).toBeGreaterThan(0);
    },
  );
});
