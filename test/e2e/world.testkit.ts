/**
 * Two platforms with the same kind of people and things, for specs that try what must not cross from
 * one to the other: the demonstration's, and another that is made like it.
 */
import { CommandBus, type Command } from '@nestjs/cqrs';
import { positionToken } from '#infra/http/position-token';
import { type CommandOutcome } from '#infra/command-handler/command-handler';
import { SYSTEM, type StaffRole } from '#kernel/actor';
import { systemClock } from '#kernel/clock';
import { type NewEvent, type RecordedEvent } from '#kernel/envelope';
import { deriveId } from '#kernel/ids';
import { type Position } from '#kernel/position';
import { metadataFor } from '#kernel/testing/metadata';
import { checkPolicyDefinition } from '#modules/policies/index';
import { PlatformMessage } from '#modules/platforms/platform.handler';
import { PolicyMessage } from '#modules/policies/policy.handler';
import { StaffMessage } from '#modules/staff/staff.handler';
import { staffIdOf } from '#modules/staff/index';
import individual from '../../libs/modules/policies/samples/individual.policy.json' with { type: 'json' };
import { DEMO_PLATFORM } from '../../apps/server/src/demo.ts';
import { PNG } from './pixel.testkit.ts';
import { type Answer, type Server } from './server.testkit.ts';

export { PNG };

export const OTHER_PLATFORM = 'elsewhere';

/** Real ids of one platform, by the name of the parameter or member that takes them. */
export interface Ids {
  readonly caseId: string;
  readonly accountId: string;
  readonly freezeId: string;
  readonly principalId: string;
  readonly maintenanceId: string;
  readonly key: string;
  readonly ref: string;
  readonly fileRef: string;
  /** Of the audit trail: that the case was opened. */
  readonly entryId: string;
}

/** Ids of the right form that nothing has. */
export const NO_IDS: Ids = {
  caseId: '0192f0c1-7b1e-7000-8000-0000000000c1',
  accountId: '0192f0c1-7b1e-7000-8000-0000000000a1',
  freezeId: '0192f0c1-7b1e-7000-8000-0000000000f1',
  principalId: 'nobody',
  maintenanceId: '0192f0c1-7b1e-7000-8000-0000000000d1',
  key: 'no-such-policy',
  ref: '0192f0c1-7b1e-7000-8000-0000000000e1',
  fileRef: '0192f0c1-7b1e-7000-8000-0000000000e1',
  entryId: 'bm9uZQ',
};

/** Principal ids of the staff: those of the demonstration, and those of the other platform. */
const OTHER_STAFF: Readonly<Record<string, StaffRole>> = {
  'other-admin': 'admin',
  'other-reviewer': 'reviewer',
  'other-senior': 'senior',
  'other-lead': 'lead',
  'other-auditor': 'auditor',
  'other-support': 'support',
};

export async function until<T = Answer>(
  ask: () => Promise<T>,
  so: (answer: T) => boolean,
): Promise<T> {
  for (let attempt = 0; attempt < 400; attempt++) {
    const answer = await ask();
    if (so(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('It never came to that.');
}

/** @throws Error with the problem, where a step that a spec builds on is refused. */
export function done(answer: Answer): Answer {
  if (answer.status < 300) return answer;
  throw new Error(`Refused: ${answer.status} ${JSON.stringify(answer.body)}`);
}

/** Every event of the log after a position. */
export async function eventsAfter(server: Server, after?: Position): Promise<RecordedEvent[]> {
  const store = server.eventStore;
  const events: RecordedEvent[] = [];
  for await (const event of store.readAll(after === undefined ? {} : { after })) events.push(event);
  return events;
}

export function headOf(server: Server): Promise<Position> {
  return server.eventStore.head();
}

/** A platform with a policy of its own besides `individual` (the demonstration gets one too), and a member of the staff for every role. */
export async function foundOtherPlatform(server: Server): Promise<void> {
  const bus = server.app.get(CommandBus);
  const envelope = (name: string, platform = OTHER_PLATFORM) => ({
    commandId: deriveId('world', name),
    platform,
    actor: SYSTEM,
  });
  const execute = async (command: Command<CommandOutcome<unknown>>) => {
    const outcome = await bus.execute(command);
    if (outcome.kind !== 'done') throw new Error(`Refused: ${JSON.stringify(outcome)}`);
  };
  await execute(
    new PlatformMessage(OTHER_PLATFORM, envelope('platform'), {
      type: 'RegisterPlatform',
      name: 'Elsewhere',
    }),
  );
  for (const [key, platform] of [
    ['individual', OTHER_PLATFORM],
    ['other-only', OTHER_PLATFORM],
    ['demo-only', DEMO_PLATFORM],
  ] as const) {
    const check = checkPolicyDefinition({ ...individual, key });
    if (!check.ok) throw new Error('The sample policy is faulty.');
    const { definition } = check;
    const sent = envelope(`policy/${key}`, platform);
    await execute(new PolicyMessage(key, sent, { type: 'PublishPolicy', definition }));
  }
  for (const [principalId, role] of Object.entries(OTHER_STAFF)) {
    const staffId = staffIdOf(OTHER_PLATFORM, principalId);
    await execute(
      new StaffMessage(staffId, envelope(principalId), {
        type: 'EnrolStaff',
        staffId,
        principalId,
        kind: 'person',
        roles: [role],
        skills: ['identity', 'business', 'business-senior', 'appeals'],
      }),
    );
  }
}

/** What the answer to a repeated request must have in common with the first. */
export const asAnswered = ({ status, body, headers }: Answer) => ({
  status,
  body: body as unknown,
  etag: headers.get('etag'),
  position: headers.get('x-casetrail-position'),
});

/** How many events a case has. */
export async function lengthOf(server: Server, caseId: string): Promise<number> {
  let length = 0;
  for await (const { revision } of server.eventStore.readStream(`case-${caseId}`))
    length = revision + 1;
  return length;
}

/** Writes the next event of a case as the server would not: in another build's form, or a damaged one. */
export async function slipInto(
  server: Server,
  caseId: string,
  event: Pick<NewEvent, 'type' | 'schemaVersion' | 'data'>,
): Promise<void> {
  const stream = `case-${caseId}`;
  let revision = -1;
  let accountId: string | undefined;
  for await (const { revision: last, metadata } of server.eventStore.readStream(stream)) {
    revision = last;
    accountId ??= metadata.accountId;
  }
  const id = deriveId('slipped', stream);
  const about = { platform: DEMO_PLATFORM, accountId };
  const metadata = metadataFor(id, systemClock.now(), about);
  await server.eventStore.append(stream, revision, [{ id, ...event, metadata }]);
}

/** Nobody's: numbers that keep every rule of GB 11643, with a date of birth before 1900. */
export const NOBODYS_IDS = ['11010118991231001X', '110101189912310028'] as const;

/** What makes a draft under the sample policy complete. */
export const COMPLETE = {
  'identity-document': {
    documentType: 'cn-resident-id',
    fields: { name: '李四', 'id-number': NOBODYS_IDS[1], 'date-of-birth': '1899-12-31' },
  },
  phone: { fields: { number: '13900139000' } },
  email: { fields: { address: 'second@example.com' } },
  'personal-information': { fields: { occupation: 'student', address: '上海市' } },
} as const;

export interface DraftOptions {
  readonly platform?: string;
  /** Instead of `COMPLETE`. */
  readonly materials?: Readonly<Record<string, object>>;
  readonly file?: { readonly content: Uint8Array; readonly name: string };
}

/** Registers an account, opens a case and fills it. @returns the id of the draft. */
export async function draft(
  server: Server,
  as: string,
  { platform = DEMO_PLATFORM, materials = COMPLETE, file }: DraftOptions = {},
): Promise<string> {
  done(await server.post('/v1/accounts', { as, platform, body: { kind: 'individual' } }));
  const opened = done(
    await server.post('/v1/cases', { as, platform, body: { policyKey: 'individual' } }),
  );
  const { caseId } = opened.body as { caseId: string };
  const path = `/v1/cases/${caseId}/materials`;
  const { content = PNG, name = 'front.png' } = file ?? {};
  const files = `${path}/identity-document/files`;
  done(await server.upload(files, as, 'image/png', content, { platform, name }));
  for (const [material, body] of Object.entries(materials)) {
    done(await server.post(`${path}/${material}`, { as, platform, body }));
  }
  return caseId;
}

/** Submits a complete draft and waits for its review. */
export async function submit(
  server: Server,
  as: string,
  caseId: string,
  platform: string = DEMO_PLATFORM,
): Promise<void> {
  const path = `/v1/cases/${caseId}`;
  const { body } = await until(
    () => server.get(path, { as, platform }),
    ({ status }) => status === 200,
  );
  const version = (body as { version: number }).version;
  const declared = { declarationVersion: '2026-01' };
  done(
    await server.post(`${path}/submissions`, { as, platform, ifMatch: version, body: declared }),
  );
  await until(
    () => server.get(path, { as, platform }),
    (answer) => (answer.body as { status: string }).status === 'waiting',
  );
}

/** @returns the id of the audit entry of a stream's first event */
async function entryOf(server: Server, stream: string): Promise<string> {
  const store = server.eventStore;
  for await (const { position } of store.readStream(stream, { limit: 1 }))
    return positionToken(store.storeId, position);
  throw new Error(`There is no stream ${stream}.`);
}

/** A waiting case, a frozen account, an announced maintenance: real ids of each kind on one platform. */
export async function idsOf(
  server: Server,
  platform: string,
  people: { applicant: string; frozen: string; admin: string; lead: string; member: string },
  key: string,
): Promise<Ids> {
  const { applicant, frozen, admin, lead } = people;
  const caseId = await draft(server, applicant, { platform });
  await submit(server, applicant, caseId, platform);
  const own = done(await server.get('/v1/accounts/me', { as: applicant, platform }));
  const other = done(
    await server.post('/v1/accounts', { as: frozen, platform, body: { kind: 'individual' } }),
  );
  const freeze = done(
    await server.post(`/v1/accounts/${other.body.accountId}/freezes`, {
      as: lead,
      platform,
      body: { cause: 'risk-review', scope: 'all' },
    }),
  );
  const announced = done(
    await server.post('/v1/platform/maintenance', {
      as: admin,
      platform,
      body: { from: '2099-01-04T00:00:00Z', to: '2099-01-04T02:00:00Z' },
    }),
  );
  const seen = done(await server.get(`/v1/cases/${caseId}`, { as: lead, platform }));
  return {
    caseId,
    accountId: own.body.accountId as string,
    freezeId: freeze.body.freezes[0].freezeId as string,
    principalId: people.member,
    maintenanceId: announced.body.maintenance[0].maintenanceId as string,
    key,
    ref: seen.body.materials[0].fields[0].ref as string,
    fileRef: seen.body.materials[0].files[0].ref as string,
    entryId: await entryOf(server, `case-${caseId}`),
  };
}
