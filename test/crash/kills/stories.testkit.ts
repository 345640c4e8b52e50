/** What the clients do, each over and over: between them they send every kind of command. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import individual from '../../../libs/modules/policies/samples/individual.policy.json' with { type: 'json' };
import { CALENDAR_OF_2027 } from '../../../libs/modules/platforms/calendar.testkit.ts';
import { type Client, Refused } from './client.testkit.ts';
import { aCase, aSubmission, fresh, takeNext, until } from './case-story.testkit.ts';
import { type Chances } from './random.testkit.ts';

type Story = (client: Client, chances: Chances) => Promise<unknown>;

const SOON_MS = 1_200;
const HALF_A_LEASE_MS = 30_500;
export const inAMoment = (ms = SOON_MS): string => new Date(Date.now() + ms).toISOString();

/** Whoever is refused goes on with what is next. */
async function tried(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Refused) || error.answer.status >= 500) throw error;
  }
}

const accounts: Story = async (client, chances) => {
  const person = fresh(client);
  const { body } = await client.command(person, '/v1/accounts', { body: { kind: 'individual' } });
  const path = `/v1/accounts/${body.accountId as string}`;
  await client.command(person, '/v1/cases', { body: { policyKey: 'individual' } });
  const own = { cause: 'compromise', scope: 'all', until: inAMoment() };
  await client.command(person, `${path}/freezes`, { body: own });
  const suspected = { cause: 'suspected-fraud', scope: 'all' };
  const frozen = await client.command('lin', `${path}/freezes`, { body: suspected });
  const { freezeId } = frozen.body.freezes.at(-1) as { freezeId: string };
  await client.command('sun', `${path}/freezes/${freezeId}/lift`);
  await until(client, 'lin', path, ({ freezes }) => freezes.length === 0);
  if (chances.of(0.5)) {
    await client.command(person, `${path}/closure`, { body: { cause: 'holder-request' } });
  } else await client.command('sun', `${path}/ban`, { body: { cause: 'fraud' } });
};

const staff: Story = async (client, chances) => {
  const principalId = fresh(client);
  const roles = chances.of(0.3) ? ['reviewer', 'admin'] : ['reviewer'];
  const body = { principalId, kind: 'person', roles, skills: ['identity'] };
  await client.command('ada', '/v1/staff', { body });
  const path = `/v1/staff/${principalId}`;
  await client.command('ada', `${path}/skills`, { body: { skills: ['identity', 'business'] } });
  const { body: holder } = await client.command(fresh(client), '/v1/accounts', {
    body: { kind: 'individual' },
  });
  const about = { body: { accountId: holder.accountId as string } };
  await client.command(principalId, `${path}/conflicts`, about);
  await client.command('lin', `${path}/conflict-withdrawals`, about);
  await tried(() => takeNext(client, principalId));
  await client.command('ada', `${path}/suspension`, { body: { cause: 'absence' } });
  await client.command('ada', `${path}/reinstatement`);
  await client.command('ada', `${path}/roles`, { body: { roles: ['reviewer'] } });
  await tried(() => takeNext(client, principalId));
  await client.command('ada', `${path}/departure`);
};

const queue: Story = async (client, chances) => {
  const reviewer = chances.pick(['rui', 'rosa']);
  await sleep(50);
  const taken = await takeNext(client, reviewer);
  if (chances.of(0.1)) {
    const to = reviewer === 'rui' ? 'rosa' : 'rui';
    await client.command('lin', `/v1/reviewers/${reviewer}/reassignment`, { body: { to } });
  } else if (chances.of(0.5)) await taken.does(reviewer, 'approval');
  else await taken.does(reviewer, 'release');
};

const published = async (client: Client, key: string, change: object, effectiveFrom?: string) => {
  const definition = { ...individual, key, ...change };
  const body = { definition, ...(effectiveFrom && { effectiveFrom }) };
  return client.command('ada', `/v1/policies/${key}/versions`, { body });
};

const platform: Story = async (client, chances) => {
  // So long that its due times reach into a year without calendar data, until that is added.
  const fourEyes = { review: { ...individual.review, approvals: 2, overallBusinessDays: 60 } };
  await tried(() => published(client, 'four-eyes', fourEyes));
  await sleep(400);
  const { body: policy } = await client.get('ada', '/v1/policies/individual');
  const latest = policy.latest as number;
  const appeal = { ...individual.appeal, windowDays: 15 + (latest % 5) };
  const later = chances.of(0.5) ? inAMoment() : undefined;
  await tried(() => published(client, 'individual', { policyVersion: latest + 1, appeal }, later));
  const passing = fresh(client);
  await published(client, passing, {});
  const retired = { cause: 'replaced' };
  await client.command('ada', `/v1/policies/${passing}/retirement`, { body: retired });
  if (chances.of(0.1)) {
    const addition = { body: { addition: CALENDAR_OF_2027 } };
    await tried(() => client.command('ada', '/v1/platform/calendar', addition));
  }
  const maintenance = { from: inAMoment(3_600_000), to: inAMoment(7_200_000) };
  const announced = await client.command('ada', '/v1/platform/maintenance', { body: maintenance });
  const { maintenanceId } = announced.body.maintenance.at(-1) as { maintenanceId: string };
  await client.command('ada', `/v1/platform/maintenance/${maintenanceId}/cancellation`);
};

/** Which nobody else is skilled in: no other story takes the review meanwhile. */
const PATIENCE = 'patience';

/** A claim is renewed after half its lease: of the shortest there is. */
const renewal: Story = async (client) => {
  const key = fresh(client);
  const leases = { ...individual.review, skill: PATIENCE, leaseMinutes: 1 };
  await published(client, key, { review: leases });
  const enrolled = { principalId: key, kind: 'person', roles: ['reviewer'], skills: [PATIENCE] };
  await client.command('ada', '/v1/staff', { body: enrolled });
  const story = await aSubmission(client, fresh(client), key);
  await story.waits();
  await story.does(key, 'claim');
  await sleep(HALF_A_LEASE_MS);
  await story.does(key, 'renewal');
  await story.does(key, 'approval');
};

/** Whoever looks after the platform, and finds nothing parked that would wait for them. */
const operations: Story = async (client) => {
  const nothing = randomUUID();
  await tried(() => client.command('ada', `/v1/operations/dead-letters/${nothing}/retry`));
  await tried(() => client.command('ada', `/v1/operations/parked-documents/${nothing}/retry`));
  await sleep(SOON_MS);
};

export const STORIES: readonly Story[] = [
  aCase,
  aCase,
  aCase,
  accounts,
  staff,
  queue,
  platform,
  renewal,
  operations,
];
