/**
 * The demonstration: one platform with a policy for individuals and one for businesses, staff of every
 * role, and cases in different states. Every command's id is fixed, so a second start adds nothing.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { CommandBus, type Command } from '@nestjs/cqrs';
import { type INestApplication } from '@nestjs/common';
import { type CommandOutcome } from '#infra/command-handler/command-handler';
import { SYSTEM, type Actor, type StaffRole } from '#kernel/actor';
import { CLOCK, type Clock } from '#kernel/clock';
import { deriveId } from '#kernel/ids';
import { AccountMessage } from '#modules/accounts/account.handler';
import { accountIdOf } from '#modules/accounts/index';
import { CaseMessage } from '#modules/cases/case.message';
import { PlatformMessage } from '#modules/platforms/platform.handler';
import { checkPolicyDefinition, type PolicyDefinition } from '#modules/policies/index';
import { PolicyMessage } from '#modules/policies/policy.handler';
import business from '../../../libs/modules/policies/samples/business.policy.json' with { type: 'json' };
import individual from '../../../libs/modules/policies/samples/individual.policy.json' with { type: 'json' };
import { StaffMessage } from '#modules/staff/staff.handler';
import { staffIdOf } from '#modules/staff/index';
import { type Chapter, drafts, stories, type Story } from './demo-cases.ts';

export const DEMO_PLATFORM = 'demo';

/** A principal of each role; who they are is their role. */
const STAFF: readonly { id: string; roles: readonly StaffRole[]; skills: readonly string[] }[] = [
  { id: 'ada', roles: ['admin'], skills: [] },
  { id: 'rui', roles: ['reviewer'], skills: ['identity', 'business'] },
  { id: 'rosa', roles: ['reviewer'], skills: ['identity', 'business', 'business-senior'] },
  { id: 'sun', roles: ['senior'], skills: ['identity', 'business', 'business-senior', 'appeals'] },
  { id: 'lin', roles: ['lead'], skills: [] },
  { id: 'otto', roles: ['auditor'], skills: [] },
  { id: 'sam', roles: ['support'], skills: [] },
];

type Outcome = CommandOutcome<unknown>;

function commandsOf(app: INestApplication) {
  const bus = app.get(CommandBus);
  return (command: Command<Outcome>): Promise<Outcome> => bus.execute(command);
}
type Send = ReturnType<typeof commandsOf>;

const envelope = (name: string, actor: Actor = SYSTEM) => ({
  commandId: deriveId('demo', name),
  platform: DEMO_PLATFORM,
  actor,
});

/** Platform, policies, staff, and two drafts. */
export async function seedDemo(app: INestApplication): Promise<void> {
  const send = commandsOf(app);
  assertDone(
    await send(
      new PlatformMessage(DEMO_PLATFORM, envelope('platform'), {
        type: 'RegisterPlatform',
        name: 'Demonstration',
      }),
    ),
  );
  for (const definition of [individual, business].map(definitionOf)) {
    const { key } = definition;
    const publish = { type: 'PublishPolicy', definition } as const;
    assertDone(await send(new PolicyMessage(key, envelope(`policy/${key}`), publish)));
  }
  for (const { id: principalId, roles, skills } of STAFF) {
    const staffId = staffIdOf(DEMO_PLATFORM, principalId);
    const enrol = {
      type: 'EnrolStaff',
      staffId,
      principalId,
      kind: 'person',
      roles,
      skills,
    } as const;
    assertDone(await send(new StaffMessage(staffId, envelope(`staff/${principalId}`), enrol)));
  }
  const now = app.get<Clock>(CLOCK).now();
  for (const story of drafts(now)) await tell(send, story);
}

/** Cases in further states. The screening between their chapters is done by the server itself. */
export async function seedDemoCases(app: INestApplication): Promise<void> {
  const send = commandsOf(app);
  const now = app.get<Clock>(CLOCK).now();
  await Promise.all(stories(now).map((story) => tell(send, story)));
}

async function tell(send: Send, { principalId, kind, chapters }: Story): Promise<void> {
  const applicant: Actor = { kind: 'person', id: principalId, role: 'applicant' };
  const accountId = accountIdOf(DEMO_PLATFORM, principalId);
  const subject = { accountId, subjectId: accountId };
  const register = { type: 'RegisterAccount', ...subject, principalId, kind } as const;
  assertDone(
    await send(
      new AccountMessage(accountId, envelope(`account/${principalId}`, applicant), register),
    ),
  );
  const caseId = deriveId('demo-case', principalId);
  const intent = { type: 'OpenCase', ...subject, policyKey: kind } as const;
  for (const chapter of [{ name: 'open', by: applicant, intent }, ...chapters]) {
    if (!(await carriedOn(send, caseId, principalId, chapter))) return;
  }
}

const PATIENCE_MS = 5_000;
const LOOK_EVERY_MS = 20;

/** @returns false where the story cannot go on, as somebody has led the case elsewhere meanwhile. */
async function carriedOn(
  send: Send,
  caseId: string,
  principalId: string,
  { name, by, intent }: Chapter,
): Promise<boolean> {
  const commandId = `case/${principalId}/${name}`;
  for (let waited = 0; waited < PATIENCE_MS; waited += LOOK_EVERY_MS) {
    const outcome = await send(new CaseMessage(caseId, envelope(commandId, by), intent));
    if (outcome.kind === 'done') return true;
    await sleep(LOOK_EVERY_MS);
  }
  return false;
}

/** @throws Error: a demonstration that is refused is a defect of ours, or of the data folder. */
function assertDone(outcome: Outcome): void {
  if (outcome.kind === 'done') return;
  throw new Error(`The demonstration is refused: ${JSON.stringify(outcome)}`);
}

function definitionOf(sample: unknown): PolicyDefinition {
  const check = checkPolicyDefinition(sample);
  if (!check.ok) throw new Error('A sample policy is faulty.');
  return check.definition;
}

export function describeDemo(url: string, dataFolder: string, keyFile: string): string {
  const people = STAFF.map(({ id, roles }) => `  ${id.padEnd(5)} ${roles.join(', ')}`);
  return [
    '',
    `Casetrail listens on ${url}, and describes its routes at ${url}/docs`,
    `Data is in ${dataFolder}; its key is ${keyFile}: back it up, without it no personal data can be read.`,
    '',
    `Platform "${DEMO_PLATFORM}", policies individual and business. Who is there:`,
    ...people,
    '  amy, ben, cleo, dan, eve, fay, gil   applicants, each with a case in another state',
    '  hua   applicant for a business; any other name can register an account',
    '',
    'A token for any of them, here for rui:',
    `  curl -s ${url}/dev/token -H 'content-type: application/json' \\`,
    `    -d '{"subject":"rui","platform":"${DEMO_PLATFORM}","kind":"person"}'`,
    '',
  ].join('\n');
}
