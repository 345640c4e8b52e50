import { daysToMs, plusMs } from '#kernel/instants';
import {
  aCase,
  applicant,
  aPolicy,
  as,
  DECLARED,
  facts,
  frozenAccount,
  given,
  MONDAY,
  provideIdentity,
} from '../case.testkit.ts';
import { type CaseFacts } from '../case.facts.ts';
import { lacking } from './completeness.ts';
import { rulesOf } from './submit.decide.ts';

const submit = { type: 'SubmitCase', ...DECLARED } as const;
const resubmit = { type: 'ResubmitCase', ...DECLARED } as const;
const supplement = { type: 'SupplementCase', ...DECLARED } as const;
const open = {
  type: 'OpenCase',
  accountId: 'acc-1',
  subjectId: 'sub-1',
  policyKey: 'driver',
} as const;

const asked = aCase()
  .claimedBy('ada')
  .decided({ type: 'RequestSupplement', material: 'identity', field: 'name' });
const answer = {
  ...provideIdentity,
  fields: { name: provideIdentity.fields.name },
  files: [],
} as const;
const rejected = aCase().claimedBy('ada').decided({ type: 'RejectCase', final: false });
const once = aPolicy({ rounds: { max: 1 } });

describe('submitting a draft', () => {
  it('copies what the rules need of the policy into the case and starts its clock', () => {
    const submitted = aCase().drafted().tries(submit, applicant);
    expect(submitted.events()).toMatchObject([
      {
        type: 'CaseSubmitted',
        data: {
          round: 1,
          declaration: { textVersion: '2026-01' },
          rules: { policyVersion: 1, roundsMax: 3, approvalsNeeded: 1, queue: 'drivers' },
          accountRevision: 0,
          // Three business days from Monday at nine end when Wednesday closes, 18:00 in Shanghai.
          overall: {
            startedAt: MONDAY,
            due: { dueAt: '2026-03-04T10:00:00.000Z', provisional: false },
          },
        },
      },
    ]);
    expect(submitted.state()).toMatchObject({ status: 'screening', round: 1 });
  });

  it('records an incomplete submission as refused, and does not count it', () => {
    const refused = aCase().does(open, applicant).tries(submit, applicant);
    refused.then([
      {
        type: 'SubmissionRefused',
        data: {
          round: 1,
          reasons: [{ code: 'material-missing', pointer: { material: 'identity' } }],
          policyVersion: 1,
        },
      },
    ]);
    expect(refused.state()).toMatchObject({ status: 'draft', round: 0, rules: null });
  });

  it('moves a draft whose policy has changed to the new version instead of counting it', () => {
    const newer = aPolicy({ policyVersion: 2, supplement: { calendarDays: 3 } });
    const moved = aCase().drafted().tries(submit, applicant, { policyInForce: newer });
    expect(moved.events()).toMatchObject([
      { type: 'PolicyChangeApplied', data: { toVersion: 2 } },
      { type: 'SubmissionRefused', data: { round: 1, policyVersion: 2 } },
    ]);
    expect(moved.state()).toMatchObject({ status: 'draft', policyVersion: 2 });
  });

  it('says of such a draft what the new version asks that it does not hold', () => {
    const { materials } = aPolicy();
    const required = materials.map((one) => ({ ...one, required: true }));
    const newer = aPolicy({ policyVersion: 2, materials: required });
    const moved = aCase().drafted().tries(submit, applicant, { policyInForce: newer });
    const reasons = [{ code: 'requirement-added', pointer: { material: 'phone' } }];
    expect(moved.events()).toMatchObject([{}, { type: 'SubmissionRefused', data: { reasons } }]);
  });

  describe('whose draft moved to another version of the policy', () => {
    const [identity, phone] = aPolicy().materials;
    const [front] = provideIdentity.files;
    const asking = (change: Partial<NonNullable<typeof identity>>, others = [phone!]) =>
      aPolicy({ policyVersion: 2, materials: [{ ...identity!, ...change }, ...others] });
    const movedTo = (
      policyInForce: ReturnType<typeof aPolicy>,
      drafted = aCase().drafted(),
      checkedAnew: CaseFacts['checkedAnew'] = [],
    ) => {
      const moved = drafted.does({ type: 'ApplyPolicyChange' }, applicant, {
        policyInForce,
        checkedAnew,
      });
      return moved.tries(submit, applicant, { policy: policyInForce, policyInForce });
    };
    const no = { code: 'material-no-longer-accepted', pointer: { material: 'identity' } };
    const accepts = identity!.accepts;

    it.each([
      [
        'a type of document',
        asking({
          accepts: { ...accepts, documentTypes: ['passport'] },
          fields: identity!.fields.map((field) => ({ ...field, onlyFor: ['passport'] })),
        }),
        [no],
      ],
      ['a media type', asking({ accepts: { ...accepts, mediaTypes: ['application/pdf'] } }), [no]],
      [
        'a field that is required now',
        asking({ fields: [...identity!.fields, { ...identity!.fields[0]!, key: 'born' }] }),
        [{ code: 'field-missing', pointer: { material: 'identity', field: 'born' } }],
      ],
      [
        'more files',
        asking({ files: { min: 2, max: 3 } }),
        [{ code: 'file-missing', pointer: { material: 'identity' } }],
      ],
    ])('holds it against %s that it is asked for now', (_what, policy, reasons) => {
      expect(movedTo(policy).events()).toMatchObject([
        { type: 'SubmissionRefused', data: { reasons, policyVersion: 2 } },
      ]);
    });

    it('holds it against how many files are taken at the most', () => {
      const two = aCase()
        .drafted()
        .does({ ...provideIdentity, files: [{ ...front, ref: 'ref-back' }] }, applicant);
      expect(movedTo(asking({ files: { min: 1, max: 1 } }), two).events()).toMatchObject([
        {
          type: 'SubmissionRefused',
          data: { reasons: [{ code: 'threshold-changed', pointer: { material: 'identity' } }] },
        },
      ]);
    });

    it('names a material that is asked for no longer, until it is taken back', () => {
      const number = { ref: 'ref-phone', commitment: 'commitment-phone' };
      const given = {
        type: 'ProvideMaterial',
        material: 'phone',
        files: [],
        findings: [],
      } as const;
      const drafted = aCase()
        .drafted()
        .does({ ...given, fields: { number } }, applicant);
      const without = asking({}, []);
      const reasons = [{ ...no, pointer: { material: 'phone' } }];
      expect(movedTo(without, drafted).events()).toMatchObject([{ data: { reasons } }]);
      const takenBack = drafted.does({ type: 'RemoveMaterial', material: 'phone' }, applicant);
      expect(movedTo(without, takenBack).events()).toMatchObject([{ type: 'CaseSubmitted' }]);
    });

    it('holds it against the formats of that version, until the value is given anew', () => {
      const finding = { material: 'identity', field: 'number', finding: 'id-number-malformed' };
      const { material, field } = finding;
      const reasons = [{ code: 'id-number-malformed', pointer: { material, field } }];
      const newer = asking({});
      const refused = movedTo(newer, aCase().drafted(), [finding]);
      expect(refused.events()).toMatchObject([{ type: 'SubmissionRefused', data: { reasons } }]);
      const inForce = { policy: newer, policyInForce: newer };
      const again = aCase()
        .drafted()
        .does({ type: 'ApplyPolicyChange' }, applicant, {
          policyInForce: newer,
          checkedAnew: [finding],
        })
        .does({ ...provideIdentity, files: [] }, applicant, inForce);
      expect(again.tries(submit, applicant, inForce).events()).toMatchObject([
        { type: 'CaseSubmitted' },
      ]);
    });

    it('forgets what an earlier format found and this one does not', () => {
      const found = { code: 'format', pointer: { material: 'identity', field: 'number' } };
      const drafted = aCase()
        .drafted()
        .does({ ...provideIdentity, files: [], findings: [found] }, applicant);
      const good = { material: 'identity', field: 'number', finding: null };
      const submitted = movedTo(asking({}), drafted, [good]);
      expect(submitted.events()).toMatchObject([{ type: 'CaseSubmitted' }]);
      expect(submitted.state().materials['identity']!.findings).toEqual([]);
    });

    it('is told all of it when the submission itself moves the draft', () => {
      const policyInForce = asking(
        {
          accepts: { ...accepts, mediaTypes: ['application/pdf'] },
          files: { min: 2, max: 3 },
        },
        [{ ...phone!, required: true }],
      );
      const finding = { material: 'identity', field: 'number', finding: 'id-number-malformed' };
      const moved = aCase()
        .drafted()
        .tries(submit, applicant, { policyInForce, checkedAnew: [finding] });
      expect(moved.events()[1]).toEqual({
        type: 'SubmissionRefused',
        data: {
          round: 1,
          policyVersion: 2,
          reasons: [
            no,
            { code: 'requirement-added', pointer: { material: 'phone' } },
            { code: 'file-missing', pointer: { material: 'identity' } },
            { code: 'id-number-malformed', pointer: { material: 'identity', field: 'number' } },
          ],
        },
      });
    });
  });

  it('asks for the declaration in its present words', () => {
    aCase()
      .drafted()
      .tries({ ...submit, declarationVersion: '2025-01' }, applicant)
      .thenViolation('declaration-outdated', 'declarationVersion');
  });

  it('is for the holder of an account in good standing, under a policy in force, once', () => {
    const drafted = aCase().drafted();
    aCase().tries(submit, applicant).thenViolation('case-not-found');
    drafted.tries(submit, ...as('ada')).thenViolation('not-the-account-holder');
    drafted
      .tries(submit, applicant, { account: frozenAccount })
      .thenViolation('account-not-in-good-standing');
    drafted
      .tries(submit, applicant, { policyInForce: undefined })
      .thenViolation('policy-not-in-force');
    aCase().submitted().tries(submit, applicant).thenViolation('not-in-this-state');
    drafted.frozen().tries(submit, applicant).thenViolation('case-suspended');
  });
});

describe('supplementing', () => {
  it('begins the next round with the business time that was left', () => {
    const done = asked.afterDays(2).does(answer, applicant).tries(supplement, applicant);
    expect(asked.state.supplement?.overallLeftMs).toBe(asked.state.rules?.overallMs);
    expect(done.events()).toMatchObject([
      {
        type: 'CaseSupplemented',
        // Three business days again, from Wednesday at nine to Friday's close.
        data: { round: 2, overall: { due: { dueAt: '2026-03-06T10:00:00.000Z' } } },
      },
    ]);
    expect(done.state()).toMatchObject({ status: 'screening', round: 2, supplement: null });
  });

  it('keeps what was good: only what was asked for has to be given anew', () => {
    const { materials } = asked.does(answer, applicant).does(supplement, applicant).state;
    expect(Object.keys(materials['identity']!.fields).sort()).toEqual(['name', 'number']);
  });

  it('is refused, and recorded so, while an item is unanswered', () => {
    asked.tries(supplement, applicant).then([
      {
        type: 'SubmissionRefused',
        data: {
          round: 2,
          reasons: [{ code: 'field-missing', pointer: { material: 'identity', field: 'name' } }],
          policyVersion: 1,
        },
      },
    ]);
  });

  it('counts an item without a field as answered by anything new in that material', () => {
    const whole = aCase()
      .claimedBy('ada')
      .decided({ type: 'RequestSupplement', material: 'identity' });
    expect(whole.tries(supplement, applicant).events()).toMatchObject([
      {
        type: 'SubmissionRefused',
        data: { reasons: [{ code: 'material-missing', pointer: { material: 'identity' } }] },
      },
    ]);
    const [done] = whole.does(answer, applicant).tries(supplement, applicant).events();
    expect(done!.type).toBe('CaseSupplemented');
  });

  it('is not answered by a file that was given and taken back again', () => {
    const whole = aCase()
      .claimedBy('ada')
      .decided({ type: 'RequestSupplement', material: 'identity' });
    const file = { ...provideIdentity.files[0], ref: 'ref-back' };
    const given = whole.does({ ...provideIdentity, fields: {}, files: [file] }, applicant);
    expect(given.tries(supplement, applicant).events()[0]!.type).toBe('CaseSupplemented');
    const back = { type: 'RemoveMaterial', material: 'identity', fileRef: file.ref } as const;
    const [refused] = given.does(back, applicant).tries(supplement, applicant).events();
    expect(refused!.type).toBe('SubmissionRefused');
  });

  it('is possible until the deadline, not at it', () => {
    const answered = asked.does(answer, applicant);
    expect(asked.state.supplement?.until).toBe(plusMs(MONDAY, daysToMs(7)));
    expect(
      answered
        .after(daysToMs(7) - 1)
        .tries(supplement, applicant)
        .events(),
    ).toHaveLength(1);
    answered.afterDays(7).tries(supplement, applicant).thenViolation('supplement-deadline-passed');
  });

  it('is only for a case that awaits one', () => {
    aCase().waiting().tries(supplement, applicant).thenViolation('not-in-this-state');
  });
});

describe('resubmitting after a rejection', () => {
  it('begins the next round', () => {
    const again = rejected.tries(resubmit, applicant);
    expect(again.events()).toMatchObject([{ type: 'CaseSubmitted', data: { round: 2 } }]);
    expect(again.state()).toMatchObject({ status: 'screening', round: 2, rejection: null });
  });

  it('stays under the policy version that the case was submitted under', () => {
    const newer = aPolicy({ policyVersion: 2, rounds: { max: 9 } });
    const again = rejected.tries(resubmit, applicant, { policyInForce: newer });
    expect(again.events()).toMatchObject([{ data: { rules: { policyVersion: 1, roundsMax: 3 } } }]);
  });

  it('is refused, and recorded so, when something required was taken back', () => {
    const less = rejected.does({ type: 'RemoveMaterial', material: 'identity' }, applicant);
    expect(less.tries(resubmit, applicant).events()).toMatchObject([
      { type: 'SubmissionRefused', data: { round: 2 } },
    ]);
  });

  it('is not possible after a final rejection, nor without one', () => {
    aCase()
      .claimedBy('ada')
      .decided({ type: 'RejectCase', final: true })
      .tries(resubmit, applicant)
      .thenViolation('resubmission-not-possible');
    aCase().waiting().tries(resubmit, applicant).thenViolation('not-in-this-state');
  });

  it('never goes beyond the rounds, though a past that was brought in asks for one more', () => {
    const final = { by: 'ada', reasons: [{ code: 'illegible' }], final: false, appealUntil: null };
    given([...aCase(once).claimedBy('ada').past, { type: 'CaseRejected', data: final }])
      .when(resubmit, { by: applicant, facts: facts() })
      .thenViolation('rounds-used-up');
  });

  it('never goes beyond the rounds that the policy allows', () => {
    const claimed = aCase(once).claimedBy('ada');
    claimed
      .tries(
        { type: 'RejectCase', review: 1, reasons: [{ code: 'illegible' }], final: false },
        ...as('ada'),
      )
      .thenViolation('rounds-used-up');
    claimed
      .tries(
        {
          type: 'RequestSupplement',
          review: 1,
          items: [{ material: 'phone', reasons: [{ code: 'illegible' }] }],
        },
        ...as('ada'),
      )
      .thenViolation('rounds-used-up');
  });
});

describe('what a round lacks', () => {
  const [identity, phone] = aPolicy().materials;
  const byType = aPolicy({
    materials: [
      {
        ...identity!,
        accepts: { documentTypes: ['resident-id', 'passport'], mediaTypes: ['image/png'] },
        fields: [
          { ...identity!.fields[1]!, onlyFor: ['resident-id'] },
          { ...identity!.fields[0]!, key: 'passport-number', onlyFor: ['passport'] },
        ],
      },
      phone!,
    ],
  });
  const held = {
    fields: { number: provideIdentity.fields.number },
    files: [provideIdentity.files[0]],
    findings: [],
    renewed: { fields: [], files: [] },
  };
  const lacks = (documentType?: string) =>
    lacking({ identity: { ...held, ...(documentType ? { documentType } : {}) } }, rulesOf(byType));

  it('is nothing of another type of document', () => {
    expect(lacks('resident-id')).toEqual([]);
    expect(lacks('passport')).toEqual([
      { code: 'field-missing', pointer: { material: 'identity', field: 'passport-number' } },
    ]);
  });

  it('is the type of document itself where that says which fields are required', () => {
    expect(lacks()).toEqual([{ code: 'field-missing', pointer: { material: 'identity' } }]);
  });

  it('is fields and files of an optional material once something of it is given', () => {
    const given = { ...held, fields: { leftOver: held.fields.number }, files: [] };
    expect(lacking({ phone: given }, rulesOf(aPolicy()))).toEqual([
      { code: 'material-missing', pointer: { material: 'identity' } },
      { code: 'field-missing', pointer: { material: 'phone', field: 'number' } },
    ]);
    expect(lacking({ identity: { ...held, files: [] } }, rulesOf(aPolicy()))).toEqual([
      { code: 'field-missing', pointer: { material: 'identity', field: 'name' } },
      { code: 'file-missing', pointer: { material: 'identity' } },
    ]);
  });

  it('is no identity where the policy asks for none', () => {
    const told = (policy: ReturnType<typeof aPolicy>) =>
      rulesOf(policy).materials.flatMap(({ fields }) => fields.filter(({ identity: is }) => is));
    expect(told(aPolicy())).toHaveLength(1);
    expect(told(aPolicy({ requiresIdentity: false }))).toEqual([]);
  });
});
