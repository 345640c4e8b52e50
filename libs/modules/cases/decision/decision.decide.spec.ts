import { daysToMs, plusMs } from '#kernel/instants';
import {
  aCase,
  actor,
  aPolicy,
  applicant,
  aReason,
  as,
  facts,
  frozenAccount,
  given,
  HOUR_MS,
  MONDAY,
  provideIdentity,
  staff,
  twoApprovals,
} from '../case.testkit.ts';
import { type CaseCommandOf } from '../case.decider.ts';
import { evidenceOf } from '../case.state.ts';

const approve = { type: 'ApproveCase', review: 1 } as const;
const reject = { type: 'RejectCase', review: 1, reasons: [aReason], final: true } as const;
const decline = { type: 'DeclineApproval', review: 2, reasons: [aReason] } as const;
const escalate = { type: 'EscalateCase', review: 1, cause: 'unclear' } as const;
const ask: CaseCommandOf<'RequestSupplement'> = {
  type: 'RequestSupplement',
  review: 1,
  items: [{ material: 'identity', field: 'name', reasons: [aReason] }],
};
const types = (events: readonly { type: string }[]) => events.map(({ type }) => type);

const claimed = aCase().claimedBy('ada');
const proposed = aCase(twoApprovals).claimedBy('ada').decided({ type: 'ApproveCase' });
const second = proposed.claimedBy('ben');

describe('every decision', () => {
  const decisions: readonly CaseCommandOf<
    'ApproveCase' | 'RejectCase' | 'RequestSupplement' | 'EscalateCase'
  >[] = [approve, reject, ask, escalate];

  it.each(decisions)('is for the holder of the review: $type', (decision) => {
    claimed.tries(decision, ...as('ben')).thenViolation('review-not-held-by-you');
    aCase()
      .waiting()
      .tries(decision, ...as('ada'))
      .thenViolation('review-not-claimed');
    claimed
      .after(HOUR_MS)
      .tries(decision, ...as('ada'))
      .thenViolation('lease-ended');
  });

  it.each(decisions)('asks again what the registry says of the holder now: $type', (decision) => {
    claimed.tries(decision, ...as('ada', { active: false })).thenViolation('staff-not-active');
    claimed.tries(decision, ...as('ada', { roles: ['support'] })).thenViolation('role-required');
    claimed.tries(decision, ...as('ada', { skills: [] })).thenViolation('skill-required');
    const conflicts = ['acc-1'];
    claimed.tries(decision, ...as('ada', { conflicts })).thenViolation('conflict-declared');
    claimed
      .tries(decision, { kind: 'ai', id: 'ada' }, { staff: staff('ada') })
      .thenViolation('only-people-decide');
  });

  it.each(decisions)(
    'needs the account in good standing, the case not suspended: $type',
    (decision) => {
      claimed
        .tries(decision, ...as('ada', {}, { account: frozenAccount }))
        .thenViolation('account-not-in-good-standing');
      claimed
        .frozen()
        .tries(decision, ...as('ada'))
        .thenViolation('case-suspended');
    },
  );

  it.each(decisions)('names the open review, and is made once: $type', (decision) => {
    claimed.tries({ ...decision, review: 2 }, ...as('ada')).thenViolation('another-review');
    claimed
      .decided({ type: 'ApproveCase' })
      .tries(decision, ...as('ada'))
      .thenViolation('another-review');
  });

  it("is nobody's on their own account, however the review came to them", () => {
    const mine = as(
      'ada',
      {},
      { account: { ...frozenAccount, standing: 'good', principalId: 'ada' } },
    );
    claimed.tries(approve, ...mine).thenViolation('own-account');
  });

  it('needs the rules that an imported case lacks', () => {
    const opened = {
      accountId: 'acc-1',
      subjectId: 'sub-1',
      policyKey: 'driver',
      policyVersion: 1,
    };
    const request = { review: 1, level: 'first', round: 1, queue: 'drivers', priority: 5 } as const;
    const [, said] = as('ada');
    given([
      { type: 'CaseOpened', data: opened },
      { type: 'ReviewRequested', data: request },
      { type: 'ReviewClaimed', data: { review: 1, by: 'ada' } },
    ])
      .when(approve, { by: actor('ada'), facts: { ...facts(), ...said } })
      .thenViolation('no-rules-recorded');
  });
});

describe('approve', () => {
  it('grants at once where the policy asks for one approval', () => {
    const approved = claimed.tries(approve, ...as('ada', { revision: 3 }));
    approved.then([
      {
        type: 'CaseApproved',
        data: {
          review: 1,
          approvers: ['ada'],
          validUntil: plusMs(MONDAY, daysToMs(365)),
          identityRef: 'identity-1',
          evidence: evidenceOf(claimed.state),
          staffRevision: 3,
          accountRevision: 0,
        },
      },
    ]);
    expect(approved.state()).toMatchObject({ status: 'approved', review: null, deciders: ['ada'] });
  });

  describe('of a case whose materials changed since the screening', () => {
    const takeBack = { type: 'RemoveMaterial', material: 'identity' } as const;
    const front = { ...takeBack, fileRef: provideIdentity.files[0].ref };
    const finding = { code: 'name-mismatch', pointer: { material: 'identity', field: 'name' } };
    const broken = { ...provideIdentity, files: [], findings: [finding] };

    it.each([
      ['a material', takeBack, 'material-missing identity'],
      ['a file', front, 'file-missing identity'],
      ['a good value', broken, 'name-mismatch identity name'],
    ])('is refused while it lacks %s, and names it', (_what, change, named) => {
      const lacks = claimed.does(change, applicant).tries(approve, ...as('ada'));
      lacks.thenViolation('materials-lacking');
      expect(lacks.violation().params).toEqual({ reasons: [named] });
      const two = aCase(twoApprovals).claimedBy('ada').does(change, applicant);
      two.tries(approve, ...as('ada')).thenViolation('materials-lacking');
    });

    it('grants once it is whole again', () => {
      const mended = claimed.does(takeBack, applicant).does(provideIdentity, applicant);
      expect(types(mended.tries(approve, ...as('ada')).events())).toEqual(['CaseApproved']);
    });

    it('is refused for a value that was submitted misformed too', () => {
      const submitted = aCase().drafted().does(broken, applicant).submitted().waiting();
      submitted
        .claimedBy('ada')
        .tries(approve, ...as('ada'))
        .thenViolation('materials-lacking');
    });

    it.each([
      ['alone', aPolicy()],
      ['as the first of two', twoApprovals],
    ])('holds for an appeal that would be granted outright, %s', (_how, policy) => {
      const appealed = aCase(policy)
        .claimedBy('ada')
        .does(takeBack, applicant)
        .decided({ type: 'RejectCase', final: true })
        .does({ type: 'AppealCase', statementRef: 's', commitment: 'c', files: [] }, applicant)
        .claimedBy('ben', { roles: ['senior'] });
      const senior = as('ben', { roles: ['senior'] });
      const grant = { type: 'GrantAppeal', review: 2, outcome: 'approved' } as const;
      appealed.tries(grant, ...senior).thenViolation('materials-lacking');
      const again = appealed.tries({ ...grant, outcome: 'review-again' }, ...senior);
      expect(types(again.events())).toEqual(['AppealGranted', 'ReviewRequested']);
    });
  });

  it('grants without end where the policy sets no validity', () => {
    const endless = aCase(aPolicy({ validityDays: undefined })).claimedBy('ada');
    expect(endless.tries(approve, ...as('ada')).events()).toMatchObject([
      { type: 'CaseApproved', data: { validUntil: null } },
    ]);
  });

  it('proposes, and asks for a second review, where the policy asks for two', () => {
    const proposal = aCase(twoApprovals)
      .claimedBy('ada')
      .tries(approve, ...as('ada'));
    expect(proposal.events()).toMatchObject([
      { type: 'ApprovalProposed', data: { by: 'ada', evidence: evidenceOf(claimed.state) } },
      { type: 'ReviewRequested', data: { review: 2, level: 'second' } },
    ]);
    expect(proposal.state()).toMatchObject({ status: 'waiting', deciders: ['ada'] });
  });

  it('grants with the second approval, by a different person', () => {
    const granted = second.tries({ ...approve, review: 2 }, ...as('ben'));
    expect(granted.events()).toMatchObject([
      { type: 'CaseApproved', data: { approvers: ['ada', 'ben'] } },
    ]);
  });

  it('lets the proposal fall where the second sees other evidence than the first', () => {
    const { type: _type, ...data } = provideIdentity;
    const changed = { ...data, fields: {}, files: [...data.files], findings: [] };
    const [, said] = as('ben');
    const voided = given([...second.past, { type: 'MaterialProvided', data: changed }]).when(
      { ...approve, review: 2 },
      { at: MONDAY, by: actor('ben'), facts: { ...facts(), ...said } },
    );
    expect(voided.events()).toMatchObject([
      { type: 'ProposalVoided', data: { review: 2, cause: 'evidence-changed' } },
      { type: 'ReviewRequested', data: { review: 3, level: 'first' } },
    ]);
  });

  it('completes no proposal where there is none', () => {
    const clock = aCase().waiting().state.review!.clock!;
    const request = {
      review: 2,
      level: 'second',
      round: 1,
      queue: 'q',
      priority: 5,
      clock,
    } as const;
    const [, said] = as('ben');
    given([
      ...claimed.past,
      { type: 'ReviewRequested', data: request },
      { type: 'ReviewClaimed', data: { review: 2, by: 'ben' } },
    ])
      .when({ ...approve, review: 2 }, { by: actor('ben'), facts: { ...facts(), ...said } })
      .thenViolation('no-proposal');
  });

  it('grants an identity once on a platform', () => {
    claimed
      .tries(approve, ...as('ada', {}, { identity: { outcome: 'taken' } }))
      .thenViolation('identity-taken');
  });

  it('needs an identity where the policy asks for one, and none where it does not', () => {
    const none = as('ada', {}, { identity: { outcome: 'none' } });
    claimed.tries(approve, ...none).thenViolation('identity-not-provided');
    const without = aCase(aPolicy({ requiresIdentity: false })).claimedBy('ada');
    expect(types(without.tries(approve, ...none).events())).toEqual(['CaseApproved']);
  });
});

describe('decline', () => {
  it('sends a proposal back to a first review, with reasons', () => {
    const declined = second.tries(decline, ...as('ben'));
    expect(declined.events()).toMatchObject([
      { type: 'ApprovalDeclined', data: { review: 2, by: 'ben', reasons: [aReason] } },
      { type: 'ReviewRequested', data: { review: 3, level: 'first' } },
    ]);
    expect(declined.state()).toMatchObject({ proposal: null, deciders: ['ada', 'ben'] });
  });

  it('is for second reviews, and names a reason', () => {
    claimed.tries({ ...decline, review: 1 }, ...as('ada')).thenViolation('wrong-level');
    second.tries({ ...decline, reasons: [] }, ...as('ben')).thenViolation('reasons-required');
  });
});

describe('reject', () => {
  it('finally opens the window of appeal that the policy sets', () => {
    const rejected = claimed.tries(reject, ...as('ada'));
    expect(rejected.events()).toMatchObject([
      {
        type: 'CaseRejected',
        data: { by: 'ada', final: true, appealUntil: plusMs(MONDAY, daysToMs(14)) },
      },
    ]);
    expect(rejected.state().status).toBe('rejected');
  });

  it('opens no window where there is nothing to appeal', () => {
    const resubmittable = claimed.tries({ ...reject, final: false }, ...as('ada'));
    expect(resubmittable.events()).toMatchObject([{ data: { final: false, appealUntil: null } }]);
    const none = aCase(aPolicy({ appeal: { allowed: false, windowDays: 0 } })).claimedBy('ada');
    expect(none.tries(reject, ...as('ada')).events()).toMatchObject([
      { data: { final: true, appealUntil: null } },
    ]);
  });

  it('lets a proposal fall, and records that', () => {
    expect(second.tries({ ...reject, review: 2 }, ...as('ben')).events()).toMatchObject([
      { type: 'ProposalVoided', data: { review: 2, cause: 'reassessed' } },
      { type: 'CaseRejected', data: { by: 'ben' } },
    ]);
  });

  it.each([
    ['no reason', [], 'reasons-required', 'reasons'],
    [
      'a reason that the catalogue does not know',
      [{ code: 'no-such-reason' }],
      'unknown-reason',
      'reasons[0].code',
    ],
    [
      'a material that the case does not have',
      [aReason, { code: 'x', pointer: { material: 'licence' } }],
      'pointer-names-nothing',
      'reasons[1].pointer',
    ],
    [
      'a field that the material does not have',
      [{ code: 'x', pointer: { material: 'phone', field: 'name' } }],
      'pointer-names-nothing',
      'reasons[0].pointer',
    ],
  ])('refuses %s', (_what, reasons, code, field) => {
    claimed.tries({ ...reject, reasons }, ...as('ada')).thenViolation(code, field);
  });

  it('is final in the last round', () => {
    const last = aCase(aPolicy({ rounds: { max: 1 } })).claimedBy('ada');
    last.tries({ ...reject, final: false }, ...as('ada')).thenViolation('rounds-used-up');
    expect(types(last.tries(reject, ...as('ada')).events())).toEqual(['CaseRejected']);
  });
});

describe('ask for a supplement', () => {
  it('sets the deadline of the policy and stops the clock with what it has left', () => {
    const later = claimed.after(HOUR_MS / 2);
    const asked = later.tries(ask, ...as('ada'));
    expect(asked.events()).toMatchObject([
      {
        type: 'SupplementRequested',
        data: {
          items: ask.items,
          until: plusMs(later.now, daysToMs(7)),
          overallLeftMs: claimed.state.rules!.overallMs - HOUR_MS / 2,
        },
      },
    ]);
    expect(asked.state()).toMatchObject({ status: 'awaiting-supplement', overall: null });
  });

  it('points at no field of another type of document, nor asks for one', () => {
    const [identity] = aPolicy().materials;
    const [name, number] = identity!.fields;
    const byType = aPolicy({
      requiresIdentity: false,
      materials: [
        {
          ...identity!,
          accepts: { ...identity!.accepts, documentTypes: ['resident-id', 'passport'] },
          fields: [name!, number!, { ...name!, key: 'passport-number', onlyFor: ['passport'] }],
        },
      ],
    });
    const reviewed = aCase(byType).claimedBy('ada');
    const pointer = { material: 'identity', field: 'passport-number' };
    const pointing = (at: typeof pointer) =>
      reviewed.tries({ ...reject, reasons: [{ code: 'illegible', pointer: at }] }, ...as('ada'));
    pointing(pointer).thenViolation('pointer-names-nothing', 'reasons[0].pointer');
    expect(types(pointing({ ...pointer, field: 'number' }).events())).toEqual(['CaseRejected']);
    reviewed
      .tries({ ...ask, items: [{ ...pointer, reasons: [aReason] }] }, ...as('ada'))
      .thenViolation('pointer-names-nothing', 'items[0]');
    const { documentType: _said, ...unsaid } = provideIdentity;
    const takeBack = { type: 'RemoveMaterial', material: 'identity' } as const;
    const untyped = reviewed.does(takeBack, applicant).does(unsaid, applicant);
    const either = [{ code: 'illegible', pointer }];
    const rejected = untyped.tries({ ...reject, reasons: either }, ...as('ada'));
    expect(types(rejected.events())).toEqual(['CaseRejected']);
  });

  it('asks for something that the case has, with a reason each, while a round is left', () => {
    const asking = (items: (typeof ask)['items']) => claimed.tries({ ...ask, items }, ...as('ada'));
    asking([]).thenViolation('items-required', 'items');
    const [item] = ask.items;
    const wrong = (change: object) => asking([{ ...item!, ...change }]);
    wrong({ material: 'licence' }).thenViolation('pointer-names-nothing', 'items[0]');
    wrong({ reasons: [] }).thenViolation('reasons-required', 'items[0].reasons');
    aCase(aPolicy({ rounds: { max: 1 } }))
      .claimedBy('ada')
      .tries(ask, ...as('ada'))
      .thenViolation('rounds-used-up');
  });

  it('lets a proposal fall, and records that', () => {
    expect(types(second.tries({ ...ask, review: 2 }, ...as('ben')).events())).toEqual([
      'ProposalVoided',
      'SupplementRequested',
    ]);
  });
});

describe('escalate', () => {
  it('passes the review on to a senior, and counts as having decided', () => {
    const passed = claimed.does(escalate, ...as('ada'));
    expect(passed.state).toMatchObject({
      status: 'waiting',
      review: { escalated: true, claim: null },
      deciders: ['ada'],
    });
    const again = { type: 'ClaimReview', review: 1 } as const;
    passed.tries(again, ...as('ben')).thenViolation('role-required');
    expect(passed.tries(again, ...as('sam', { roles: ['senior'] })).events()).toHaveLength(1);
  });
});
