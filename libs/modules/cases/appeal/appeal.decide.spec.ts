import { daysToMs } from '#kernel/instants';
import {
  aCase,
  applicant,
  aPolicy,
  aReason,
  as,
  frozenAccount,
  given,
  facts,
  provideIdentity,
  staff,
  twoApprovals,
} from '../case.testkit.ts';
import { APPEAL_FILES_MAX } from './appeal.decide.ts';

const appeal = { type: 'AppealCase', statementRef: 's', commitment: 'c', files: [] } as const;
const grant = { type: 'GrantAppeal', review: 2, outcome: 'approved' } as const;
const dismiss = { type: 'DismissAppeal', review: 2, reasons: [aReason] } as const;
const reopen = { type: 'ReopenCase', cause: 'fraud-found' } as const;
const senior = (id: string) => as(id, { roles: ['senior'] });
const types = (events: readonly { type: string }[]) => events.map(({ type }) => type);
const rejectedUnder = (policy = aPolicy()) =>
  aCase(policy).claimedBy('ada').decided({ type: 'RejectCase', final: true });
const heardUnder = (policy = aPolicy()) =>
  rejectedUnder(policy)
    .does(appeal, applicant)
    .claimedBy('sam', { roles: ['senior'] });

const rejected = rejectedUnder();
const heard = heardUnder();

describe('appealing', () => {
  it('asks a senior reviewer who has not decided in the case', () => {
    const appealed = rejected.tries(appeal, applicant);
    expect(appealed.events()).toMatchObject([
      { type: 'CaseAppealed', data: { appeal: 1, accountRevision: 0 } },
      { type: 'ReviewRequested', data: { review: 2, level: 'appeal', skill: 'documents' } },
    ]);
    expect(appealed.state()).toMatchObject({ status: 'waiting', appeals: 1 });
  });

  it('needs the skill that the policy names for appeals', () => {
    const { review } = aPolicy();
    const policy = aPolicy({ review: { ...review, appealSkill: 'law' } });
    expect(rejectedUnder(policy).tries(appeal, applicant).state().review!.skill).toBe('law');
  });

  it('is possible within the window of the policy', () => {
    expect(
      rejected
        .after(daysToMs(14) - 1)
        .tries(appeal, applicant)
        .events(),
    ).toHaveLength(2);
    rejected.afterDays(14).tries(appeal, applicant).thenViolation('appeal-window-closed');
  });

  it('is against a final rejection, once, where the policy allows it', () => {
    const impossible = [
      aCase().waiting(),
      aCase().claimedBy('ada').decided({ type: 'RejectCase', final: false }),
      rejectedUnder(aPolicy({ appeal: { allowed: false, windowDays: 0 } })),
      heard.does(dismiss, ...senior('sam')),
    ];
    for (const past of impossible)
      past.tries(appeal, applicant).thenViolation('appeal-not-possible');
  });

  it('is for the holder of an account in good standing, under recorded rules', () => {
    rejected.tries(appeal, ...as('ada')).thenViolation('not-the-account-holder');
    rejected
      .tries(appeal, applicant, { account: frozenAccount })
      .thenViolation('account-not-in-good-standing');
    const opened = {
      accountId: 'acc-1',
      subjectId: 'sub-1',
      policyKey: 'driver',
      policyVersion: 1,
    };
    const final = { by: 'x', reasons: [aReason], final: true, appealUntil: null };
    given([
      { type: 'CaseOpened', data: opened },
      { type: 'CaseRejected', data: final },
    ])
      .when(appeal, { by: applicant, facts: facts() })
      .thenViolation('no-rules-recorded');
  });
});

describe('giving evidence to an appeal', () => {
  const file = (name: string, mediaType = 'image/png') => ({
    ref: `ref-${name}`,
    commitment: `commitment-${name}`,
    mediaType,
    bytes: 1,
  });
  const letter = { type: 'ProvideAppealEvidence', files: [file('letter')] } as const;
  const asked = rejected.does(appeal, applicant);

  it('is possible from the appeal to its decision, whoever holds it', () => {
    for (const open of [asked, heard]) {
      const given = open.tries(letter, applicant);
      expect(given.events()).toMatchObject([
        {
          type: 'AppealEvidenceProvided',
          data: { appeal: 1, files: letter.files, accountRevision: 0 },
        },
      ]);
      expect(given.state().version).toBe(open.state.version + 1);
      expect(given.state().status).toBe(open.state.status);
    }
    for (const past of [
      aCase().waiting(),
      rejected,
      heard.does(dismiss, ...senior('sam')),
      heard.does({ ...grant, outcome: 'review-again' }, ...senior('sam')),
    ])
      past.tries(letter, applicant).thenViolation('no-appeal-open');
  });

  it('is for the holder of an account in good standing', () => {
    asked.tries(letter, ...as('ada')).thenViolation('not-the-account-holder');
    asked
      .tries(letter, applicant, { account: frozenAccount })
      .thenViolation('account-not-in-good-standing');
    asked.frozen().tries(letter, applicant).thenViolation('case-suspended');
  });

  it('takes the types that the policy takes for any of its materials, and common ones where it takes none', () => {
    const pdf = { ...letter, files: [file('letter', 'application/pdf')] };
    asked.tries(pdf, applicant).thenViolation('media-type-not-accepted');
    const fileless = aPolicy().materials.filter(({ accepts }) => accepts.mediaTypes.length === 0);
    expect(fileless).not.toEqual([]);
    for (const policy of [aPolicy({ materials: fileless }), undefined])
      expect(asked.tries(pdf, applicant, { policy }).events()).toHaveLength(1);
  });

  it('takes a bounded number of files, each appeal anew', () => {
    const files = Array.from({ length: APPEAL_FILES_MAX - 1 }, (_, index) => file(`${index}`));
    const almost = asked.does({ ...letter, files }, applicant);
    const full = almost.does(letter, applicant);
    full.tries(letter, applicant).thenViolation('too-many-appeal-files');
    almost
      .tries({ ...letter, files: [file('a'), file('b')] }, applicant)
      .thenViolation('too-many-appeal-files');
    const again = full
      .claimedBy('sam', { roles: ['senior'] })
      .does({ ...grant, outcome: 'review-again' }, ...senior('sam'))
      .claimedBy('ben')
      .decided({ type: 'RejectCase', final: true })
      .does(appeal, applicant);
    expect(again.tries(letter, applicant).events()).toMatchObject([{ data: { appeal: 2 } }]);
  });

  it('is evidence for whoever decides from then on', () => {
    const given = heard.does(letter, applicant);
    const [by, said] = senior('sam');
    const [without] = heard.tries(dismiss, by, said).events();
    const [withLetter] = given.tries(dismiss, by, said).events();
    const evidence = (event: unknown) => (event as { data: { evidence: string } }).data.evidence;
    expect(evidence(withLetter)).not.toBe(evidence(without));
    const proposed = heardUnder(twoApprovals).does(letter, applicant).does(grant, by, said);
    const approve = { type: 'ApproveCase', review: 3 } as const;
    expect(
      types(
        proposed
          .claimedBy('ben')
          .tries(approve, ...as('ben'))
          .events(),
      ),
    ).toEqual(['CaseApproved']);
  });
});

describe('granting an appeal', () => {
  it('has the case reviewed again', () => {
    const again = heard.tries({ ...grant, outcome: 'review-again' }, ...senior('sam'));
    expect(again.events()).toMatchObject([
      { type: 'AppealGranted', data: { by: 'sam', outcome: 'review-again' } },
      { type: 'ReviewRequested', data: { review: 3, level: 'first' } },
    ]);
    expect(again.state()).toMatchObject({ rejection: null, deciders: ['ada', 'sam'] });
  });

  it('by others than whose rejection fell, also in the rounds that follow', () => {
    const again = heard.does({ ...grant, outcome: 'review-again' }, ...senior('sam'));
    const claim = { type: 'ClaimReview', review: 3 } as const;
    again.tries(claim, ...as('ada')).thenViolation('decided-before');
    const lead = as('lin', { roles: ['lead'] });
    again
      .tries({ type: 'ReassignReview', review: 3, to: 'ada' }, lead[0], {
        ...lead[1],
        assignee: staff('ada'),
      })
      .thenViolation('assignee-not-eligible');
    expect(again.tries(claim, ...as('ben')).events()).toMatchObject([{ data: { by: 'ben' } }]);
    const supplemented = again
      .claimedBy('ben')
      .decided({ type: 'RequestSupplement', material: 'identity' })
      .does(provideIdentity, applicant)
      .does({ type: 'SupplementCase', declarationVersion: '2026-01' }, applicant)
      .waiting();
    const next = { type: 'ClaimReview', review: 4 } as const;
    supplemented.tries(next, ...as('ada')).thenViolation('decided-before');
    expect(supplemented.tries(next, ...as('ben')).events()).toHaveLength(1);
  });

  it('or approves it at once, where one approval is enough', () => {
    const approved = heard.tries(grant, ...senior('sam'));
    expect(approved.events()).toMatchObject([
      { type: 'AppealGranted' },
      { type: 'CaseApproved', data: { approvers: ['sam'] } },
    ]);
  });

  it('counts as one approval where the policy asks for two', () => {
    const proposed = heardUnder(twoApprovals).tries(grant, ...senior('sam'));
    expect(types(proposed.events())).toEqual([
      'AppealGranted',
      'ApprovalProposed',
      'ReviewRequested',
    ]);
    expect(proposed.state()).toMatchObject({
      review: { level: 'second' },
      proposal: { by: 'sam' },
    });
  });

  it('approves no identity that is taken', () => {
    const [by, said] = senior('sam');
    heard
      .tries(grant, by, { ...said, identity: { outcome: 'taken' } })
      .thenViolation('identity-taken');
  });

  it('is for whoever holds the appeal, and for appeals only', () => {
    heard.tries(grant, ...senior('tom')).thenViolation('review-not-held-by-you');
    const first = aCase().claimedBy('ada');
    first.tries({ ...grant, review: 1 }, ...as('ada')).thenViolation('wrong-level');
    const approve = { type: 'ApproveCase', review: 2 } as const;
    heard.tries(approve, ...senior('sam')).thenViolation('wrong-level');
  });
});

describe('dismissing an appeal', () => {
  it('lets the rejection stand, with reasons', () => {
    const dismissed = heard.tries(dismiss, ...senior('sam'));
    expect(dismissed.events()).toMatchObject([
      { type: 'AppealDismissed', data: { by: 'sam', reasons: [aReason] } },
    ]);
    expect(dismissed.state()).toMatchObject({
      status: 'rejected',
      rejection: { final: true, appealed: true },
      deciders: ['ada', 'sam'],
    });
  });

  it('names a reason', () => {
    heard.tries({ ...dismiss, reasons: [] }, ...senior('sam')).thenViolation('reasons-required');
    aCase()
      .claimedBy('ada')
      .tries({ ...dismiss, review: 1 }, ...as('ada'))
      .thenViolation('wrong-level');
  });
});

describe('reopening a closed case', () => {
  const approved = aCase().claimedBy('ada').decided({ type: 'ApproveCase' });

  it('revokes what the case granted and has it reviewed again', () => {
    const reopened = approved.tries(reopen, ...senior('sam'));
    expect(reopened.events()).toMatchObject([
      { type: 'CaseReopened', data: { by: 'sam', cause: 'fraud-found', revokesApproval: true } },
      { type: 'ReviewRequested', data: { review: 2, level: 'first' } },
    ]);
    expect(reopened.state()).toMatchObject({ status: 'waiting', approval: null });
    expect(rejected.tries(reopen, ...senior('sam')).events()[0]).toMatchObject({
      data: { revokesApproval: false },
    });
  });

  it('is for senior people without an interest in the account', () => {
    approved.tries(reopen, ...as('ada')).thenViolation('role-required');
    approved
      .tries(reopen, { kind: 'api-key', id: 'sam' }, { staff: staff('sam', { roles: ['senior'] }) })
      .thenViolation('only-people-decide');
    approved.tries(reopen, ...senior('holder')).thenViolation('own-account');
    approved
      .tries(reopen, ...as('sam', { roles: ['senior'], conflicts: ['acc-1'] }))
      .thenViolation('conflict-declared');
  });

  it('is for cases that are closed', () => {
    const resubmittable = aCase().claimedBy('ada').decided({ type: 'RejectCase', final: false });
    for (const open of [aCase().drafted(), aCase().waiting(), resubmittable, heard]) {
      open.tries(reopen, ...senior('sam')).thenViolation('not-closed');
    }
  });

  it('needs rules to review it by', () => {
    aCase()
      .drafted()
      .does({ type: 'WithdrawCase' }, applicant)
      .tries(reopen, ...senior('sam'))
      .thenViolation('no-rules-recorded');
  });
});
