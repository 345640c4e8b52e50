import { SYSTEM } from '#kernel/actor';
import { daysToMs } from '#kernel/instants';
import {
  aCase,
  applicant,
  aPolicy,
  as,
  frozenAccount,
  holder,
  provideIdentity,
  twoApprovals,
} from '../case.testkit.ts';

const open = {
  type: 'OpenCase',
  accountId: 'acc-1',
  subjectId: 'sub-1',
  policyKey: 'driver',
} as const;
const takeBack = { type: 'RemoveMaterial', material: 'identity' } as const;
const phoneData = {
  material: 'phone',
  fields: { number: { ref: 'ref-phone', commitment: 'commitment-phone' } },
  files: [],
  findings: [],
};
const phone = { type: 'ProvideMaterial', ...phoneData } as const;
const newer = aPolicy({ policyVersion: 2, supplement: { calendarDays: 3 } });

describe('opening a case', () => {
  it('begins a draft under the version in force, and records which revision of the account was read', () => {
    const opened = aCase().tries(open, applicant, { policyInForce: newer });
    opened.then([
      {
        type: 'CaseOpened',
        data: {
          accountId: 'acc-1',
          subjectId: 'sub-1',
          policyKey: 'driver',
          policyVersion: 2,
          accountRevision: 0,
        },
      },
    ]);
    expect(opened.state()).toMatchObject({ status: 'draft', openedBy: 'holder', version: 1 });
  });

  it('happens once', () => {
    aCase().drafted().tries(open, applicant).thenViolation('case-already-open');
  });

  it('is for the holder of the account', () => {
    aCase()
      .tries(open, ...as('ada'))
      .thenViolation('not-the-account-holder');
  });

  it.each(['frozen', 'banned', 'closed'] as const)('is not for a %s account', (standing) => {
    const refused = aCase().tries(open, applicant, { account: { ...holder, standing } });
    refused.thenViolation('account-not-in-good-standing');
    expect(refused.violation().params).toEqual({ standing });
  });

  it('needs a version of the policy in force', () => {
    aCase()
      .tries(open, applicant, { policyInForce: undefined })
      .thenViolation('policy-not-in-force', 'policyKey');
  });

  it('needs a policy for this kind of account', () => {
    aCase()
      .tries(open, applicant, { account: { ...holder, kind: 'business' } })
      .thenViolation('wrong-kind-of-account', 'policyKey');
  });
});

describe('providing a material', () => {
  const opened = aCase().does(open, applicant);

  it('adds fields and files as references, and replaces the fields that it names', () => {
    const again = opened.does(provideIdentity, applicant).tries(
      {
        type: 'ProvideMaterial',
        material: 'identity',
        fields: { name: { ref: 'ref-other', commitment: 'commitment-other' } },
        files: [],
        findings: [],
      },
      applicant,
    );
    const held = again.state().materials['identity']!;
    expect(held.fields).toMatchObject({
      name: { ref: 'ref-other' },
      number: { ref: 'ref-number' },
    });
    expect(held.files).toHaveLength(1);
    expect(held.documentType).toBe('resident-id');
  });

  it('forgets what the format checks found in a field once the field is given anew', () => {
    const finding = { code: 'format', pointer: { material: 'identity', field: 'number' } };
    const bad = opened.does({ ...provideIdentity, findings: [finding] }, applicant);
    expect(bad.state.materials['identity']!.findings).toEqual([finding]);
    const name = { ...provideIdentity, fields: { name: provideIdentity.fields.name }, files: [] };
    expect(bad.tries(name, applicant).state().materials['identity']!.findings).toEqual([finding]);
    const good = { ...provideIdentity, files: [] };
    expect(bad.tries(good, applicant).state().materials['identity']!.findings).toEqual([]);
  });

  it.each([
    [
      'a material that the policy does not ask for',
      { material: 'licence' },
      'unknown-material',
      'material',
    ],
    [
      'a material that only every object has',
      { material: 'constructor' },
      'unknown-material',
      'material',
    ],
    [
      'a type of document that it does not take',
      { documentType: 'passport' },
      'unknown-document-type',
      'documentType',
    ],
    [
      'a field that it does not have',
      { fields: { age: provideIdentity.fields.name } },
      'field-not-in-policy',
      'fields.age',
    ],
    ['neither field nor file', { fields: {}, files: [] }, 'nothing-provided', undefined],
    [
      'a file of another media type',
      { files: [{ ...provideIdentity.files[0], mediaType: 'text/html' }] },
      'media-type-not-accepted',
      'file',
    ],
    [
      'more files than it takes',
      { files: Array.from({ length: 3 }, () => provideIdentity.files[0]) },
      'too-many-files',
      'file',
    ],
  ] as const)('refuses %s', (_what, change, code, field) => {
    opened.tries({ ...provideIdentity, ...change }, applicant).thenViolation(code, field);
  });

  describe('of a document with fields of its own', () => {
    const [identity] = aPolicy().materials;
    const byType = aCase(
      aPolicy({
        materials: [
          {
            ...identity!,
            accepts: { ...identity!.accepts, documentTypes: ['resident-id', 'passport'] },
            fields: [
              identity!.fields[0]!,
              { ...identity!.fields[1]!, onlyFor: ['resident-id'] },
              { ...identity!.fields[0]!, key: 'country', onlyFor: ['passport'] },
            ],
          },
        ],
      }),
    ).does(open, applicant);
    const { name } = provideIdentity.fields;
    const country = { ...provideIdentity, fields: { country: name }, files: [] };

    it('refuses the fields of another, whether it is said now or was before', () => {
      byType
        .tries(country, applicant)
        .thenViolation('field-not-of-document-type', 'fields.country');
      const { documentType: _said, ...unsaid } = country;
      byType
        .does(provideIdentity, applicant)
        .tries(unsaid, applicant)
        .thenViolation('field-not-of-document-type', 'fields.country');
    });

    it('takes any of them until it is said which document it is', () => {
      const { documentType: _said, ...unsaid } = country;
      expect(byType.tries(unsaid, applicant).state().materials['identity']!.fields).toEqual({
        country: name,
      });
    });
  });

  it('counts the files that are there already', () => {
    const two = [provideIdentity.files[0], provideIdentity.files[0]];
    opened
      .does(provideIdentity, applicant)
      .tries({ ...provideIdentity, files: two }, applicant)
      .thenViolation('too-many-files', 'file');
  });

  it('is for the holder of an account in good standing', () => {
    opened.tries(provideIdentity, ...as('ada')).thenViolation('not-the-account-holder');
    opened
      .tries(provideIdentity, applicant, { account: frozenAccount })
      .thenViolation('account-not-in-good-standing');
  });

  it('needs a case, and one that is not suspended', () => {
    aCase().tries(provideIdentity, applicant).thenViolation('case-not-found');
    opened.frozen().tries(provideIdentity, applicant).thenViolation('case-suspended');
  });

  it.each([
    ['while it waits', aCase().waiting()],
    ['while it is in review', aCase().claimedBy('ada')],
    [
      'for a supplement',
      aCase().claimedBy('ada').decided({ type: 'RequestSupplement', material: 'phone' }),
    ],
    [
      'after a rejection that can be resubmitted',
      aCase().claimedBy('ada').decided({ type: 'RejectCase', final: false }),
    ],
  ])('is possible %s', (_when, then) => {
    then.tries(phone, applicant).then([{ type: 'MaterialProvided', data: phoneData }]);
  });

  it('is not possible during the screening, nor after the end', () => {
    aCase().submitted().tries(phone, applicant).thenViolation('not-in-this-state');
    const decided = aCase().claimedBy('ada');
    decided.decided({ type: 'ApproveCase' }).tries(phone, applicant).thenViolation('case-closed');
    decided
      .decided({ type: 'RejectCase', final: true })
      .tries(phone, applicant)
      .thenViolation('case-closed');
  });

  it('is not possible while an appeal is heard: what it is about stays as it was', () => {
    aCase()
      .claimedBy('ada')
      .decided({ type: 'RejectCase', final: true })
      .does({ type: 'AppealCase', statementRef: 's', commitment: 'c', files: [] }, applicant)
      .tries(phone, applicant)
      .thenViolation('not-in-this-state');
  });

  it('lets a proposed approval fall, records that, and has the first review made again', () => {
    const proposed = aCase(twoApprovals).claimedBy('ada').decided({ type: 'ApproveCase' });
    const added = proposed.tries(phone, applicant);
    expect(added.events()).toMatchObject([
      { type: 'MaterialProvided' },
      { type: 'ProposalVoided', data: { review: 2, cause: 'evidence-changed' } },
      { type: 'ReviewRequested', data: { review: 3, level: 'first' } },
    ]);
    expect(added.state().proposal).toBeNull();
  });
});

describe('taking a material back', () => {
  it('takes all of it, or one file', () => {
    const drafted = aCase().drafted();
    expect(drafted.tries(takeBack, applicant).state().materials).toEqual({});
    const one = drafted.tries({ ...takeBack, fileRef: 'ref-front' }, applicant);
    one.then([{ type: 'MaterialRemoved', data: { material: 'identity', fileRef: 'ref-front' } }]);
    expect(one.state().materials['identity']).toMatchObject({
      files: [],
      documentType: 'resident-id',
    });
  });

  it('takes back only what was provided', () => {
    const drafted = aCase().drafted();
    drafted
      .tries({ ...takeBack, material: 'phone' }, applicant)
      .thenViolation('material-not-provided', 'material');
    drafted
      .tries({ ...takeBack, material: 'constructor' }, applicant)
      .thenViolation('material-not-provided', 'material');
    drafted
      .tries({ ...takeBack, fileRef: 'ref-back' }, applicant)
      .thenViolation('material-not-provided', 'file');
  });

  it('is for the holder, and lets a proposed approval fall', () => {
    const proposed = aCase(twoApprovals).claimedBy('ada').decided({ type: 'ApproveCase' });
    proposed.tries(takeBack, ...as('ada')).thenViolation('not-the-account-holder');
    expect(
      proposed
        .tries(takeBack, applicant)
        .events()
        .map(({ type }) => type),
    ).toEqual(['MaterialRemoved', 'ProposalVoided', 'ReviewRequested']);
  });
});

describe('moving a draft to the policy in force', () => {
  const move = { type: 'ApplyPolicyChange' } as const;

  it('names the differences', () => {
    const moved = aCase().drafted().tries(move, applicant, { policyInForce: newer });
    expect(moved.events()).toMatchObject([
      { type: 'PolicyChangeApplied', data: { fromVersion: 1, toVersion: 2 } },
    ]);
    expect(moved.events()[0]!.data).toHaveProperty(
      'differences.0.path',
      '/supplement/calendarDays',
    );
    expect(moved.state().policyVersion).toBe(2);
  });

  it('is done by the holder of the account or the system, and by nobody else', () => {
    const change = { policyInForce: newer };
    const draft = aCase().drafted();
    expect(draft.tries(move, SYSTEM, change).events()).toHaveLength(1);
    for (const who of ['ada', 'another'])
      draft.tries(move, { ...applicant, id: who }, change).thenViolation('not-the-account-holder');
  });

  it('is refused where the draft is current', () => {
    aCase().drafted().tries(move, applicant).thenViolation('draft-is-current');
  });

  it('is for drafts: a submitted case stays under its version', () => {
    const change = { policyInForce: newer };
    aCase().tries(move, applicant, change).thenViolation('case-not-found');
    aCase().submitted().tries(move, applicant, change).thenViolation('not-in-this-state');
    const { rules } = aCase().submitted().state;
    expect(rules).toMatchObject({ policyVersion: 1, supplementMs: daysToMs(7) });
  });
});
