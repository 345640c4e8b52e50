import { ACCOUNT, after, LATER, ofCase } from './process.testkit.ts';
import { grantVerificationOnApproval } from './grant-verification-on-approval.process.ts';

const process = grantVerificationOnApproval;

const approved = ({
  caseId = 'c1',
  identityRef,
  validUntil = LATER,
}: { caseId?: string; identityRef?: string; validUntil?: typeof LATER | null } = {}) =>
  ofCase(caseId, {
    type: 'CaseApproved',
    data: { approvers: ['ada'], validUntil, ...(identityRef === undefined ? {} : { identityRef }) },
  });
const reopened = (revokesApproval: boolean, caseId = 'c1') =>
  ofCase(caseId, {
    type: 'CaseReopened',
    data: { by: 'sen', cause: 'fraud-found', revokesApproval, staffRevision: 0 },
  });
const granted = {
  to: 'account',
  id: ACCOUNT,
  command: {
    type: 'GrantVerification',
    caseId: 'c1',
    policyKey: 'driver',
    policyVersion: 1,
    validUntil: LATER,
  },
};
const revoked = {
  to: 'account',
  id: ACCOUNT,
  command: { type: 'RevokeVerification', caseId: 'c1', cause: 'case-reopened' },
};
const identity = (type: string, id = 'identity-1', caseId = 'c1') => ({
  to: 'identity',
  id,
  command: { type, caseId },
});

describe('an approval', () => {
  it('makes the identity a confirmed one, and only then the account a verified one', () => {
    expect(after(process).reactsTo(approved({ identityRef: 'identity-1' }))).toEqual([
      identity('ConfirmIdentity'),
      granted,
    ]);
  });

  it('under a policy that asks for no identity confirms none', () => {
    expect(after(process).reactsTo(approved())).toEqual([granted]);
  });

  it('without an end grants without an end', () => {
    const [grant] = after(process).reactsTo(approved({ validUntil: null }));
    expect(grant!.command).not.toHaveProperty('validUntil');
  });

  it('of a case that names no account grants nothing', () => {
    const { accountId: _, ...metadata } = approved().metadata;
    const nobodys = { ...approved(), metadata } as Parameters<typeof process.key>[0];
    expect(process.key(nobodys)).toBeNull();
  });
});

describe('a case that is reopened', () => {
  it('takes back what it granted, and frees the identity that it confirmed', () => {
    const past = after(process, approved({ identityRef: 'identity-1' }));
    expect(past.reactsTo(reopened(true))).toEqual([revoked, identity('ReleaseIdentity')]);
    expect(after(process, approved()).reactsTo(reopened(true))).toEqual([revoked]);
  });

  it('takes back nothing where nothing was granted', () => {
    expect(after(process).reactsTo(reopened(false))).toEqual([]);
  });

  it('and approved again grants again, with the identity of the new approval', () => {
    const past = [approved({ identityRef: 'identity-1' }), reopened(true)];
    const again = approved({ identityRef: 'identity-2' });
    expect(after(process, ...past).remembered).toBeUndefined();
    expect(after(process, ...past).reactsTo(again)).toEqual([
      identity('ConfirmIdentity', 'identity-2'),
      granted,
    ]);
    expect(after(process, ...past, again).reactsTo(reopened(true))).toEqual([
      revoked,
      identity('ReleaseIdentity', 'identity-2'),
    ]);
  });

  it('leaves the identity to another approved case of the account that rests on it', () => {
    const both = [
      approved({ identityRef: 'identity-1' }),
      approved({ caseId: 'c2', identityRef: 'identity-1' }),
    ];
    expect(after(process, ...both).reactsTo(reopened(true))).toEqual([revoked]);
    const one = after(process, ...both, reopened(true));
    const revoked2 = { ...revoked, command: { ...revoked.command, caseId: 'c2' } };
    expect(one.reactsTo(reopened(true, 'c2'))).toEqual([
      revoked2,
      identity('ReleaseIdentity', 'identity-1', 'c1'),
      identity('ReleaseIdentity', 'identity-1', 'c2'),
    ]);
    const none = after(process, ...both, reopened(true), reopened(true, 'c2'));
    expect(none.remembered).toBeUndefined();
  });
});
