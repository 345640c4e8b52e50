import { ACCOUNT, after, LATER, ofCase } from './process.testkit.ts';
import { grantVerificationOnApproval } from './grant-verification-on-approval.process.ts';

const process = grantVerificationOnApproval;

const approved = ({
  identityRef,
  validUntil = LATER,
}: { identityRef?: string; validUntil?: typeof LATER | null } = {}) =>
  ofCase('c1', {
    type: 'CaseApproved',
    data: { approvers: ['ada'], validUntil, ...(identityRef === undefined ? {} : { identityRef }) },
  });
const reopened = (revokesApproval: boolean) =>
  ofCase('c1', {
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
const identity = (type: string, id = 'identity-1') => ({
  to: 'identity',
  id,
  command: { type, caseId: 'c1' },
});

describe('an approval', () => {
  it('makes the account a verified one, and the identity a confirmed one', () => {
    expect(after(process).reactsTo(approved({ identityRef: 'identity-1' }))).toEqual([
      granted,
      identity('ConfirmIdentity'),
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
    const nobodys = { ...approved(), metadata: { ...approved().metadata } };
    delete (nobodys.metadata as { accountId?: string }).accountId;
    expect(after(process).reactsTo(nobodys)).toEqual([]);
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
      granted,
      identity('ConfirmIdentity', 'identity-2'),
    ]);
    expect(after(process, ...past, again).reactsTo(reopened(true))).toEqual([
      revoked,
      identity('ReleaseIdentity', 'identity-2'),
    ]);
  });
});
