import { SYSTEM } from '#kernel/actor';
import { msBetween } from '#kernel/instants';
import { type CaseEvent } from '../case.events.ts';
import {
  aCase,
  applicant,
  aPolicy,
  as,
  type CaseInThePast,
  facts,
  given,
  holder,
  HOUR_MS,
  provideIdentity,
} from '../case.testkit.ts';

const screen = { type: 'ScreenCase', round: 1 } as const;
const assess = { type: 'AssessDraft' } as const;
const finding = { code: 'format', pointer: { material: 'identity', field: 'number' } };
const misformed = (policy = aPolicy()) =>
  aCase(policy)
    .does(
      { type: 'OpenCase', accountId: 'acc-1', subjectId: 'sub-1', policyKey: 'driver' },
      applicant,
    )
    .does({ ...provideIdentity, findings: [finding] }, applicant);
const strict = { screening: { rejectsFormalLack: true } };

describe('the screening of a round', () => {
  it('makes every check, sums them up, and asks for a human look', () => {
    const screened = aCase().submitted().tries(screen, SYSTEM);
    expect(screened.events()).toMatchObject([
      { type: 'ScreeningStarted' },
      { data: { check: 'completeness', outcome: 'clear' } },
      { data: { check: 'format', outcome: 'clear' } },
      { data: { check: 'account-standing', outcome: 'clear' } },
      { data: { check: 'duplicate-identity', outcome: 'clear' } },
      { type: 'ScreeningCompleted', data: { outcome: 'clear', accountRevision: 0 } },
      {
        type: 'ReviewRequested',
        // One business day from Monday at nine ends when Monday closes.
        data: {
          review: 1,
          level: 'first',
          queue: 'drivers',
          skill: 'documents',
          clock: { due: { dueAt: '2026-03-02T10:00:00.000Z' } },
        },
      },
    ]);
    expect(screened.state()).toMatchObject({ status: 'waiting', screening: { outcome: 'clear' } });
  });

  it.each([
    [
      'an account that is frozen',
      { account: { ...holder, standing: 'frozen' as const } },
      'account-frozen',
    ],
    ['an identity that another account holds', { identityTaken: true }, 'duplicate-identity'],
  ])('draws attention to %s, and still leaves it to a human', (_what, change, code) => {
    const screened = aCase().submitted().tries(screen, SYSTEM, change).state();
    expect(screened).toMatchObject({ status: 'waiting', screening: { outcome: 'attention' } });
    expect(screened.screening!.findings).toEqual([{ code }]);
  });

  it('finds what is said twice and disagrees, where something is', () => {
    const pointer = { material: 'identity', field: 'born' };
    const mismatch = { code: 'birth-date-mismatch', pointer };
    const submitted = aCase().submitted();
    const found = submitted.tries(screen, SYSTEM, { birthDates: [mismatch] });
    expect(found.events()).toContainEqual({
      type: 'ScreeningCheckCompleted',
      data: { round: 1, check: 'consistency', outcome: 'lacking', findings: [mismatch] },
    });
    expect(found.state()).toMatchObject({ status: 'waiting', screening: { outcome: 'lacking' } });
    const agreeing = submitted.tries(screen, SYSTEM, { birthDates: [] }).state();
    expect(agreeing.screening).toMatchObject({ checks: { consistency: 'clear' }, findings: [] });
    const nothing = submitted.tries(screen, SYSTEM).state();
    expect(nothing.screening!.checks).not.toHaveProperty('consistency');
    aCase()
      .drafted()
      .tries(assess, applicant, { birthDates: [mismatch] })
      .then([
        { type: 'SelfAssessmentCompleted', data: { outcome: 'lacking', findings: [mismatch] } },
      ]);
  });

  it('finds nothing in a value that was left over from another type of document', () => {
    const [identity] = aPolicy().materials;
    const [name, number] = identity!.fields;
    const byType = aPolicy({
      materials: [
        {
          ...identity!,
          accepts: { ...identity!.accepts, documentTypes: ['resident-id', 'passport'] },
          fields: [name!, { ...number!, onlyFor: ['resident-id'] }],
        },
      ],
    });
    const passport = { ...provideIdentity, documentType: 'passport', files: [] };
    const { name: typed } = provideIdentity.fields;
    const screened = misformed(byType)
      .does({ ...passport, fields: { name: typed } }, applicant)
      .submitted()
      .tries(screen, SYSTEM);
    expect(screened.state().screening).toMatchObject({ outcome: 'clear', findings: [] });
  });

  it('leaves a formal lack to a human too, unless the policy lets it reject', () => {
    const submitted = misformed().submitted();
    expect(submitted.tries(screen, SYSTEM).state()).toMatchObject({
      status: 'waiting',
      screening: { outcome: 'lacking' },
    });
  });

  it('rejects for a formal lack where the policy lets it, to be resubmitted while rounds are left', () => {
    const rejected = misformed(aPolicy(strict)).submitted().tries(screen, SYSTEM);
    expect(rejected.events().at(-1)).toMatchObject({
      type: 'CaseRejected',
      data: { by: SYSTEM.id, reasons: [finding], final: false, appealUntil: null },
    });
    expect(rejected.state()).toMatchObject({ status: 'rejected', deciders: [] });
  });

  it('rejects finally, open to appeal, in the last round', () => {
    const last = misformed(aPolicy({ ...strict, rounds: { max: 1 } })).submitted();
    expect(last.tries(screen, SYSTEM).events().at(-1)).toMatchObject({
      type: 'CaseRejected',
      data: { final: true, appealUntil: '2026-03-16T01:00:00.000Z' },
    });
  });

  it.each([
    ['duplicate-identity', { identityTaken: null }],
    ['consistency', { birthDates: null }],
  ])('keeps the case when the check %s cannot be made, to be tried again', (check, down) => {
    const submitted = aCase().submitted();
    const failed = submitted.tries(screen, SYSTEM, down);
    expect(failed.events()).toMatchObject([
      { type: 'ScreeningStarted' },
      { type: 'ScreeningFailed', data: { check } },
    ]);
    expect(failed.state().status).toBe('screening');
    expect(failed.when(screen, { facts: facts() }).state().status).toBe('waiting');
  });

  describe('that cannot be made', () => {
    const down = { identityTaken: null };
    const submitted = aCase().submitted();
    const failedOnce = submitted.after(HOUR_MS).does(screen, SYSTEM, down);
    const eventsOf = ({ past }: CaseInThePast) =>
      past.map((fact) => (fact as readonly [CaseEvent, unknown])[0]);
    const failures = (past: CaseInThePast) =>
      eventsOf(past).flatMap((event) => (event.type === 'ScreeningFailed' ? [event.data] : []));

    it('is tried again a minute later, then each time after twice as long, up to an hour', () => {
      let past = submitted;
      for (let attempt = 0; attempt < 8; attempt++) past = past.does(screen, SYSTEM, down);
      const waits = failures(past).map(({ retryAt }) => msBetween(past.now, retryAt!) / 60_000);
      expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
      expect(failures(past).map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    });

    it('stops the clock of the case at the first attempt, and starts it again once it is made', () => {
      const { overallMs } = submitted.state.rules!;
      expect(failures(failedOnce)).toMatchObject([{ overallLeftMs: overallMs - HOUR_MS }]);
      expect(failedOnce.state.overall).toBeNull();
      const again = failedOnce.after(HOUR_MS).does(screen, SYSTEM, down);
      expect(failures(again)[1]).not.toHaveProperty('overallLeftMs');
      const made = again.after(HOUR_MS).does(screen, SYSTEM);
      expect(made.state).toMatchObject({
        status: 'waiting',
        screeningFailure: null,
        overall: { startedAt: made.now, grantedMs: overallMs - HOUR_MS },
      });
    });

    it('began once, however often it is tried', () => {
      const made = failedOnce.does(screen, SYSTEM, down).does(screen, SYSTEM);
      const began = eventsOf(made).filter(({ type }) => type === 'ScreeningStarted');
      expect(began).toHaveLength(1);
    });

    it('waits out a freeze, with what the clock had left when it failed', () => {
      const resumed = failedOnce.frozen().afterDays(1).does({ type: 'ResumeCase' }, SYSTEM);
      expect(resumed.state.overall).toBeNull();
      const { overallMs } = submitted.state.rules!;
      expect(resumed.tries(screen, SYSTEM).state().overall).toMatchObject({
        grantedMs: overallMs - HOUR_MS,
      });
    });

    it('is over with the case', () => {
      const withdrawn = failedOnce.does({ type: 'WithdrawCase' }, applicant);
      expect(withdrawn.state.screeningFailure).toBeNull();
      withdrawn.tries(screen, SYSTEM).thenViolation('case-closed');
    });
  });

  it('is made once a round, of a submitted case that goes on', () => {
    aCase().tries(screen, SYSTEM).thenViolation('case-not-found');
    aCase().drafted().tries(screen, SYSTEM).thenViolation('not-in-this-state');
    aCase().waiting().tries(screen, SYSTEM).thenViolation('not-in-this-state');
    aCase()
      .submitted()
      .tries({ ...screen, round: 2 }, SYSTEM)
      .thenViolation('not-in-this-state');
    aCase().submitted().frozen().tries(screen, SYSTEM).thenViolation('case-suspended');
  });

  it('needs the rules that the case was submitted under, which an imported one lacks', () => {
    const opened = {
      accountId: 'acc-1',
      subjectId: 'sub-1',
      policyKey: 'driver',
      policyVersion: 1,
    };
    given([
      { type: 'CaseOpened', data: opened },
      { type: 'CaseSubmitted', data: { round: 1 } },
    ])
      .when(screen, { facts: facts() })
      .thenViolation('no-rules-recorded');
  });
});

describe("the applicant's own assessment of a draft", () => {
  it('says what the screening would say, without counting as a submission', () => {
    const assessed = misformed().tries(assess, applicant);
    assessed.then([
      { type: 'SelfAssessmentCompleted', data: { outcome: 'lacking', findings: [finding] } },
    ]);
    expect(assessed.state()).toMatchObject({ status: 'draft', round: 0 });
  });

  it('does not say whether somebody else has the identity: a number typed on trial learns nothing', () => {
    const typed = aCase().drafted();
    typed
      .tries(assess, applicant, { identityTaken: true })
      .then([{ type: 'SelfAssessmentCompleted', data: { outcome: 'clear', findings: [] } }]);
  });

  it('is over with a final rejection', () => {
    aCase()
      .claimedBy('ada')
      .decided({ type: 'RejectCase', final: true })
      .tries(assess, applicant)
      .thenViolation('case-closed');
  });

  it('is for the holder, on a case that is theirs to mend, under a policy in force', () => {
    const drafted = aCase().drafted();
    drafted.tries(assess, ...as('ada')).thenViolation('not-the-account-holder');
    drafted
      .tries(assess, applicant, { policyInForce: undefined })
      .thenViolation('policy-not-in-force');
    aCase().waiting().tries(assess, applicant).thenViolation('not-in-this-state');
    drafted.frozen().tries(assess, applicant).thenViolation('case-suspended');
  });
});
