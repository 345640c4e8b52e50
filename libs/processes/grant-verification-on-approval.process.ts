/**
 * Promise: an approved case makes its account a verified one and its identity a confirmed one; a case
 * that is reopened takes both back. The identity was reserved before the approval, so a crash here
 * leaves it reserved until the checkpoint is worked through.
 */
import { type RecordedEvent } from '#kernel/envelope';
import { type Action, type Process } from '#kernel/process';
import { type CaseEventOf } from '#modules/cases/index';

type Event = CaseEventOf<'CaseApproved' | 'CaseReopened'>;

interface Granted {
  readonly identityRef: string | null;
}

export const grantVerificationOnApproval: Process<Granted, Event> = {
  name: 'grant-verification-on-approval',
  version: 1,
  handles: ['CaseApproved', 'CaseReopened'],
  key: ({ stream }) => stream.slice('case-'.length),
  initial: { identityRef: null },
  evolve: (_state, event) =>
    event.type === 'CaseApproved' ? { identityRef: event.data.identityRef ?? null } : null,
  react: (event, { identityRef }) => {
    const accountId = event.metadata.accountId;
    const caseId = event.stream.slice('case-'.length);
    if (accountId === undefined) return [];
    if (event.type === 'CaseReopened') {
      if (!event.data.revokesApproval) return [];
      return [
        account(accountId, { type: 'RevokeVerification', caseId, cause: 'case-reopened' }),
        ...identity('ReleaseIdentity', identityRef, caseId),
      ];
    }
    const { validUntil, identityRef: confirmed } = event.data;
    return [
      account(accountId, {
        type: 'GrantVerification',
        caseId,
        ...policyOf(event),
        ...(validUntil === null ? {} : { validUntil }),
      }),
      ...identity('ConfirmIdentity', confirmed ?? null, caseId),
    ];
  },
};

const account = (id: string, command: { type: string } & Record<string, unknown>): Action => ({
  to: 'account',
  id,
  command,
});

function identity(type: string, ref: string | null, caseId: string): readonly Action[] {
  return ref === null
    ? []
    : [{ to: 'identity', id: ref, command: { type, caseId } as Action['command'] }];
}

function policyOf({ metadata }: RecordedEvent<Event>): {
  policyKey: string;
  policyVersion: number;
} {
  const [policyKey = '', policyVersion] = (metadata.policyVersion ?? '').split('@');
  return { policyKey, policyVersion: Number(policyVersion) };
}
