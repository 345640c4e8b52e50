/**
 * Given some events, then these actions: a process on its own, without a runner or a store. Every event
 * is held against its schema and every action against the commands that there are, so that no spec
 * rests on what could not happen.
 */
import { type Actor } from '#kernel/actor';
import { type DomainEvent, type EventMetadata, type RecordedEvent } from '#kernel/envelope';
import { deriveId } from '#kernel/ids';
import { instant } from '#kernel/instants';
import { type Position } from '#kernel/position';
import { type Action, type Process } from '#kernel/process';
import { metadataFor } from '#kernel/testing/metadata';
import { accountEvents, type AccountEvent } from '#modules/accounts/index';
import { CASE_COMMANDS, caseEvents, type CaseEvent } from '#modules/cases/index';
import { policyEvents, type PolicyEvent } from '#modules/policies/index';
import { platformEvents, type PlatformEvent } from '#modules/platforms/index';
import { staffEvents, staffIdOf, type StaffEvent } from '#modules/staff/index';

/** Monday 2026-03-02, 09:00 in Shanghai. */
export const MONDAY = instant('2026-03-02T01:00:00Z');
export const LATER = instant('2026-03-02T02:00:00Z');
export const PLATFORM = 'demo';
export const ACCOUNT = 'acc-1';

type KnownEvent = CaseEvent | AccountEvent | PolicyEvent | PlatformEvent | StaffEvent;

const CATALOGUES = [caseEvents, accountEvents, policyEvents, platformEvents, staffEvents];

const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  case: CASE_COMMANDS,
  account: ['GrantVerification', 'RevokeVerification'],
  platform: ['ReportCalendarGap'],
  identity: ['ConfirmIdentity', 'ReleaseIdentity'],
};

function recorded(
  stream: string,
  { type, data }: KnownEvent,
  metadata: Partial<EventMetadata>,
): RecordedEvent<KnownEvent> {
  const definition = CATALOGUES.map((catalogue) => catalogue.find(type)).find(Boolean)!;
  const parsed = definition.schema.safeParse(data);
  if (!parsed.success) throw new Error(`${type} breaks its schema: ${parsed.error.message}`);
  const id = deriveId('event', stream, type, JSON.stringify(data));
  return {
    id,
    type,
    schemaVersion: definition.schemaVersion,
    data,
    stream,
    revision: 0,
    position: '0' as Position,
    metadata: metadataFor(id, MONDAY, { platform: PLATFORM, ...metadata }),
  } as RecordedEvent<KnownEvent>;
}

export const ofCase = (
  caseId: string,
  event: CaseEvent,
  metadata: Partial<EventMetadata> = {},
): RecordedEvent =>
  recorded(`case-${caseId}`, event, {
    accountId: ACCOUNT,
    policyVersion: 'driver@1',
    ...metadata,
  });

export const ofAccount = (
  event: AccountEvent,
  metadata: Partial<EventMetadata> = {},
): RecordedEvent => recorded(`account-${ACCOUNT}`, event, metadata);

export const ofStaff = (principalId: string, event: StaffEvent): RecordedEvent =>
  recorded(`staff-${staffIdOf(PLATFORM, principalId)}`, event, {});

export const ofPolicy = (event: PolicyEvent): RecordedEvent =>
  recorded(`policy-${PLATFORM}-driver`, event, {});

export const ofPlatform = (event: PlatformEvent): RecordedEvent =>
  recorded(`platform-${PLATFORM}`, event, {});

export const person = (id: string): Actor => ({ kind: 'person', id, role: 'reviewer' });

export const opened = (caseId: string, metadata: Partial<EventMetadata> = {}): RecordedEvent =>
  ofCase(
    caseId,
    {
      type: 'CaseOpened',
      data: { accountId: ACCOUNT, subjectId: 'sub-1', policyKey: 'driver', policyVersion: 1 },
    },
    metadata,
  );

export const submitted = (caseId: string, round = 1): RecordedEvent =>
  ofCase(caseId, { type: 'CaseSubmitted', data: { round } });

export const resumed = (caseId: string, metadata: Partial<EventMetadata> = {}): RecordedEvent =>
  ofCase(
    caseId,
    { type: 'CaseResumed', data: { freezeId: 'freeze-1', accountRevision: 2 } },
    metadata,
  );

export interface After {
  /** What the process does about one more event. */
  reactsTo(event: RecordedEvent): readonly Action[];
  /** What it remembers of the event's instance; undefined for nothing. */
  readonly remembered: object | undefined;
}

/** A process that has seen these events, all of one instance. */
export function after<State extends object, Event extends DomainEvent>(
  process: Process<State, Event>,
  ...past: readonly RecordedEvent[]
): After {
  let instance: string | undefined;
  let state: State | null = null;
  const take = (event: RecordedEvent): RecordedEvent<Event> => {
    if (!process.handles.includes(event.type as Event['type'])) {
      throw new Error(`${process.name} does not handle ${event.type}.`);
    }
    const known = event as RecordedEvent<Event>;
    const key = process.key(known);
    instance ??= key ?? undefined;
    if (key !== instance) throw new Error(`${event.type} is of the instance ${key}.`);
    return known;
  };
  for (const event of past) state = process.evolve(state ?? process.initial, take(event));
  return {
    remembered: state ?? undefined,
    reactsTo: (event) => {
      const actions = process.react(take(event), state ?? process.initial);
      for (const { to, command } of actions) {
        if (!COMMANDS[to]?.includes(command.type))
          throw new Error(`No ${to} takes ${command.type}.`);
      }
      return actions;
    },
  };
}

/** An action on a case, as specs expect it. */
export const toCase = (id: string, command: { type: string } & Record<string, unknown>) => ({
  to: 'case',
  id,
  command,
});
