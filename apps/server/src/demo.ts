/**
 * The demonstration: one platform with a policy for individuals and one for businesses, staff of every
 * role, and cases in different states. Every command's id is fixed, so a second start adds nothing.
 */
import { CommandBus, type Command } from '@nestjs/cqrs';
import { type INestApplication } from '@nestjs/common';
import { type CommandOutcome } from '#infra/command-handler/command-handler';
import { SYSTEM, type Actor, type StaffRole } from '#kernel/actor';
import { CLOCK, type Clock } from '#kernel/clock';
import { deriveId } from '#kernel/ids';
import { AccountMessage } from '#modules/accounts/account.handler';
import { accountIdOf } from '#modules/accounts/index';
import { CaseMessage, type CaseIntent } from '#modules/cases/case.message';
import { takeIn, type IncomingMaterial } from '#modules/cases/draft/material-intake';
import { type CaseCommand } from '#modules/cases/index';
import { PlatformMessage } from '#modules/platforms/platform.handler';
import { checkPolicyDefinition, type PolicyDefinition } from '#modules/policies/index';
import { PolicyMessage } from '#modules/policies/policy.handler';
import business from '../../../libs/modules/policies/samples/business.policy.json' with { type: 'json' };
import individual from '../../../libs/modules/policies/samples/individual.policy.json' with { type: 'json' };
import { StaffMessage } from '#modules/staff/staff.handler';
import { staffIdOf } from '#modules/staff/index';

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

/** A picture of one pixel, for documents that nobody needs to look at. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);

/** Nobody's: the number keeps every rule of GB 11643 and carries a date of birth before 1900. */
const MATERIALS: readonly IncomingMaterial[] = [
  {
    material: 'identity-document',
    documentType: 'cn-resident-id',
    fields: { name: '张三', 'id-number': '11010118991231001X', 'date-of-birth': '1899-12-31' },
    files: [{ name: 'front.png', mediaType: 'image/png', content: PIXEL }],
  },
  { material: 'phone', fields: { number: '13800138000' }, files: [] },
  { material: 'email', fields: { address: 'applicant@example.com' }, files: [] },
];

export async function seedDemo(app: INestApplication): Promise<void> {
  const bus = app.get(CommandBus);
  const commands: Commands = { execute: (command) => bus.execute(command).then(assertDone) };
  const now = app.get<Clock>(CLOCK).now();
  const envelope = (name: string, actor: Actor = SYSTEM) => ({
    commandId: deriveId('demo', name),
    platform: DEMO_PLATFORM,
    actor,
  });
  await commands.execute(
    new PlatformMessage(DEMO_PLATFORM, envelope('platform'), {
      type: 'RegisterPlatform',
      name: 'Demonstration',
    }),
  );
  for (const definition of [individual, business].map(definitionOf)) {
    await commands.execute(
      new PolicyMessage(definition.key, envelope(`policy/${definition.key}`), {
        type: 'PublishPolicy',
        definition,
      }),
    );
  }
  for (const { id: principalId, roles, skills } of STAFF) {
    const staffId = staffIdOf(DEMO_PLATFORM, principalId);
    await commands.execute(
      new StaffMessage(staffId, envelope(`staff/${principalId}`), {
        type: 'EnrolStaff',
        staffId,
        principalId,
        kind: 'person',
        roles,
        skills,
      }),
    );
  }
  await seedCase(commands, envelope, now, 'amy', 'draft');
  await seedCase(commands, envelope, now, 'ben', 'provided');
}

async function seedCase(
  commands: Commands,
  envelope: (name: string, actor?: Actor) => { commandId: string; platform: string; actor: Actor },
  now: string,
  principalId: string,
  until: 'draft' | 'provided',
): Promise<void> {
  const actor: Actor = { kind: 'person', id: principalId, role: 'applicant' };
  const accountId = accountIdOf(DEMO_PLATFORM, principalId);
  await commands.execute(
    new AccountMessage(accountId, envelope(`account/${principalId}`, actor), {
      type: 'RegisterAccount',
      accountId,
      principalId,
      kind: 'individual',
      subjectId: accountId,
    }),
  );
  const caseId = deriveId('demo-case', principalId);
  const send = (name: string, intent: CaseCommand | CaseIntent) =>
    commands.execute(
      new CaseMessage(caseId, envelope(`case/${principalId}/${name}`, actor), intent),
    );
  await send('open', {
    type: 'OpenCase',
    accountId,
    subjectId: accountId,
    policyKey: 'individual',
  });
  if (until === 'draft') return;
  for (const material of MATERIALS) {
    await send(`material/${material.material}`, async ({ sealer, policy }) =>
      takeIn(material, await policy(), sealer, now.slice(0, 10)),
    );
  }
}

interface Commands {
  execute(command: Command<CommandOutcome<unknown>>): Promise<void>;
}

/** @throws Error: a demonstration that is refused is a defect of ours, or of the data folder. */
function assertDone(outcome: CommandOutcome<unknown>): void {
  if (outcome.kind === 'done') return;
  throw new Error(`The demonstration is refused: ${JSON.stringify(outcome)}`);
}

function definitionOf(sample: unknown): PolicyDefinition {
  const check = checkPolicyDefinition(sample);
  if (!check.ok) throw new Error('A sample policy is faulty.');
  return check.definition;
}

export function describeDemo(url: string, dataFolder: string, keyFile: string): string {
  const people = STAFF.map(({ id, roles }) => `${id} (${roles.join(', ')})`).join(', ');
  return [
    '',
    `Casetrail listens on ${url}, and describes its routes at ${url}/docs`,
    `Data is in ${dataFolder}; its key is ${keyFile}: back it up, without it no personal data can be read.`,
    `Platform "${DEMO_PLATFORM}", policies individual and business.`,
    `Staff: ${people}. Applicants: amy, ben; any other name can register an account.`,
    'A token for any of them:',
    `  curl -s ${url}/dev/token -H 'content-type: application/json' \\`,
    `    -d '{"subject":"rui","platform":"${DEMO_PLATFORM}","kind":"person"}'`,
    '',
  ].join('\n');
}
