/** What happens to one applicant and around them, so that every view and every process has something to do. */
import { hoursToMs, plusMs } from '#kernel/instants';
import { until } from '../e2e/world.testkit.ts';
import { type Person } from './clients.testkit.ts';
import { type Field } from './field.testkit.ts';
import { publishNext } from './requests.testkit.ts';

interface Versions {
  readonly inForce: number;
  readonly latest: number;
}

export async function life(field: Field, person: Person): Promise<void> {
  const staff = `staff-${person.name}`;
  const roles = ['reviewer'];
  const enrolled = { principalId: staff, kind: 'person', roles, skills: ['identity'] };
  await field.post('/v1/staff', { as: 'ada', body: enrolled });
  await field.waiting(person);
  await field.review(person, 'reviews/1/claim', { as: staff });
  await field.post(`/v1/staff/${staff}/departure`, { as: 'ada' });
  await field.atRest();
  await field.review(person, 'reviews/1/claim', { as: 'rui' });
  await field.review(person, 'reviews/1/approval', { as: 'rui', ifMatch: person.version });
  await field.atRest();
  const frozen = await field.post(`/v1/accounts/${person.accountId}/freezes`, {
    as: 'lin',
    body: { cause: 'risk-review', scope: 'all', until: plusMs(field.clock.now(), hoursToMs(1)) },
  });
  const [{ freezeId }] = (frozen.body as { freezes: [{ freezeId: string }] }).freezes;
  await field.post(`/v1/accounts/${person.accountId}/freezes/${freezeId}/lift`, { as: 'sun' });
  await publishNext(field);
  await publishNext(field, plusMs(field.clock.now(), hoursToMs(1)));
  field.clock.move(hoursToMs(2));
  field.server.signOut();
  await until(
    () => field.get('/v1/policies/individual', { as: 'ada' }),
    ({ body }) => (body as Versions).inForce === (body as Versions).latest,
  );
}
