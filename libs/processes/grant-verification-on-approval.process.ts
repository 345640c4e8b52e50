/**
 * Promise: an approved case makes its account a verified one and its identity a confirmed one; a case
 * that is reopened takes both back, the identity once no other approved case of the account rests on it.
 * Nothing is granted on an identity that could not be confirmed: then this stands still, as a dead letter.
 * The identity was reserved before the approval, so a crash here leaves it reserved until the checkpoint
 * is worked through.
 */
import { type RecordedEvent } from '#kernel/envelope';
import { type Action, type Process } from '#kernel/process';
import { type CaseEventOf, caseIdOf } from '#modules/cases/index';

type Event = CaseEventOf<'CaseApproved' | 'CaseReopened'>;

interface Granted {
  readonly caseId: string;
  readonly identityRef: string | null;
  /** No more, once it was reopened: then the entry may still be in its name while others rest on it. */
  readonly stands: boolean;
}

/** Of one account. */
interface Approvals {
  readonly granted: readonly Granted[];
}

export const grantVerificationOnApproval: Process<Approvals, Event> = {
  name: 'grant-verification-on-approval',
  version: 2,
  handles: ['CaseApproved', 'CaseReopened'],
  key: ({ metadata }) => metadata.accountId ?? null,
  initial: { granted: [] },
  evolve: ({ granted }, event) => {
    const caseId = caseIdOf(event);
    if (event.type === 'CaseApproved') {
      const others = granted.filter((one) => one.caseId !== caseId);
      const identityRef = event.data.identityRef ?? null;
      return { granted: [...others, { caseId, identityRef, stands: true }] };
    }
    const left = granted.map((one) => (one.caseId === caseId ? { ...one, stands: false } : one));
    const kept = left.filter(({ identityRef }) => restsOn(left, identityRef));
    return kept.length > 0 ? { granted: kept } : null;
  },
  react: (event, { granted }) => {
    const accountId = event.metadata.accountId!;
    const caseId = caseIdOf(event);
    if (event.type === 'CaseReopened') {
      if (!event.data.revokesApproval) return [];
      return [
        account(accountId, { type: 'RevokeVerification', caseId, cause: 'case-reopened' }),
        ...released(granted, caseId),
      ];
    }
    const { validUntil, identityRef } = event.data;
    return [
      ...(identityRef === undefined ? [] : [identity('ConfirmIdentity', identityRef, caseId)]),
      account(accountId, {
        type: 'GrantVerification',
        caseId,
        ...policyOf(event),
        ...(validUntil === null ? {} : { validUntil }),
      }),
    ];
  },
};

/** Whether an approval that stands rests on this identity. */
function restsOn(granted: readonly Granted[], identityRef: string | null): boolean {
  return granted.some((one) => one.stands && one.identityRef === identityRef);
}

/**
 * The entry is in the name of one case, whichever asked last before it was confirmed: it is freed in the
 * name of each that it could be, of which the vault passes over the others.
 */
function released(granted: readonly Granted[], caseId: string): readonly Action[] {
  const identityRef = granted.find((one) => one.caseId === caseId)?.identityRef;
  if (identityRef === undefined || identityRef === null) return [];
  const others = granted.filter((one) => one.caseId !== caseId);
  if (restsOn(others, identityRef)) return [];
  return granted
    .filter((one) => one.identityRef === identityRef)
    .map((one) => identity('ReleaseIdentity', identityRef, one.caseId));
}

const identity = (type: string, ref: string, caseId: string): Action => ({
  to: 'identity',
  id: ref,
  command: { type, caseId } as Action['command'],
});

const account = (id: string, command: { type: string } & Record<string, unknown>): Action => ({
  to: 'account',
  id,
  command,
});

function policyOf({ metadata }: RecordedEvent<Event>): {
  policyKey: string;
  policyVersion: number;
} {
  const [policyKey = '', policyVersion] = (metadata.policyVersion ?? '').split('@');
  return { policyKey, policyVersion: Number(policyVersion) };
}
