/** A walk over all routes where each refuses: the statuses and codes are those that the description tells. */
import { EVENT_STORE, type EventStore } from '#infra/event-store/event-store.port';
import { positionToken } from '#infra/http/position-token';
import { type Role, ROLES } from '#kernel/actor';
import { type Position } from '#kernel/position';
import { WHO } from '../e2e/refusals.testkit.ts';
import { ALWAYS_NOW, pathOf, ROUTE_SAMPLES, type RouteSample } from '../e2e/routes.testkit.ts';
import { type Ids, NO_IDS } from '../e2e/world.testkit.ts';
import { Walker } from './walker.testkit.ts';

/** A route that asks who somebody is. */
interface Guarded extends RouteSample {
  readonly may: Exclude<RouteSample['may'], 'public'>;
  /** As the description names it. */
  readonly name: string;
  readonly method: string;
  readonly template: string;
}

const walker = new Walker();
const who = (role: Role) => (role === 'applicant' ? 'ivy' : WHO[role]);

let ids: Ids;
let guarded: readonly Guarded[];

beforeAll(async () => {
  await walker.server.start();
  ids = { ...NO_IDS, caseId: await walker.submitted('ivy'), principalId: 'rosa' };
  guarded = [...walker.description.operations.keys()].flatMap((name) => {
    const route = name.replace(/{(\w+)}/g, ':$1');
    const [method, template] = route.split(' ') as [string, string];
    const { may, ...sample } = ROUTE_SAMPLES[route]!;
    return may === 'public' ? [] : [{ ...sample, may, name, method, template }];
  });
});
afterAll(() => walker.server.dispose());

afterEach(() => {
  expect(walker.faults.splice(0)).toEqual([]);
});

const entitled = ({ may: [role] }: Guarded) => who(role as Role);

function ask({ method, template }: Guarded, as?: string, query = '') {
  const path = `${pathOf(template, ids)}${query}`;
  return method === 'GET' ? walker.get(path, as) : walker.post(path, as);
}

describe('what the server refuses is what the OpenAPI file says', () => {
  it('of every route without a token', async () => {
    for (const route of guarded) {
      const { status, body } = await ask(route);
      expect([route.name, status, body.code]).toEqual([route.name, 401, 'unauthenticated']);
    }
  });

  it('of every route to somebody who may not', async () => {
    for (const route of guarded) {
      const other = ROLES.find((role) => !route.may.includes(role));
      const { status, body } = await ask(route, other ? who(other) : 'a-stranger');
      const code = other ? 'forbidden' : 'access-revoked';
      expect([route.name, status, body.code]).toEqual([route.name, 403, code]);
    }
  });

  it('of every command without a key', async () => {
    for (const route of guarded.filter(({ method, upload }) => method === 'POST' && !upload)) {
      const path = pathOf(route.template, ids);
      const { status, body } = await walker.postKeyless(path, entitled(route), {});
      expect([route.name, status, body.code]).toEqual([route.name, 400, 'idempotency-key-missing']);
    }
  });

  it('of every query with a parameter that it does not know', async () => {
    for (const route of guarded.filter(({ method }) => method === 'GET')) {
      const { status, body } = await ask(route, entitled(route), '?nobodyKnowsIt=1');
      expect([route.name, status, body.code]).toEqual([route.name, 400, 'unknown-parameter']);
    }
  });

  it('of every query that is to wait for a position which was never given', async () => {
    const { storeId } = walker.server.app.get<EventStore>(EVENT_STORE, { strict: false });
    const never = 'ffffffffffffffff' as Position;
    const tokens = [
      ['no token', 'position-token-invalid'],
      [positionToken('another store', never), 'position-token-of-another-store'],
      [positionToken(storeId, never), 'position-unknown'],
    ] as const;
    const reading = guarded.filter(
      ({ method, template }) => method === 'GET' && !ALWAYS_NOW.includes(template),
    );
    for (const route of reading) {
      for (const [token, code] of tokens) {
        const path = pathOf(route.template, ids);
        const { status, body } = await walker.get(path, entitled(route), token);
        expect([route.name, status, body.code]).toEqual([route.name, 400, code]);
      }
    }
  });

  it('of every command on a version that its case never had', async () => {
    const onVersion = guarded.filter(({ ifMatch }) => ifMatch);
    expect(onVersion.length).toBeGreaterThan(10);
    for (const route of onVersion) {
      const sent = { body: route.body?.(ids), ifMatch: 999 };
      const path = pathOf(route.template, ids);
      const { status, body } = await walker.post(path, entitled(route), sent);
      expect([route.name, status, body.code]).toEqual([route.name, 412, 'version-moved']);
    }
  });
});
