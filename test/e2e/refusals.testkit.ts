/**
 * Requests that are good in everything but one thing, at every route, as somebody who may; and what is
 * to be said of each refusal: problem+json from 400 to 499, a stable code, the field at fault, the
 * language that was asked for.
 */
import { type OutgoingHttpHeaders } from 'node:http';
import { routesOf, type RouteInfo } from '#infra/auth/routes';
import { TECHNICAL_PROBLEMS } from '#infra/http/problem.catalogue';
import { type Problem } from '#infra/http/problem';
import { type Role } from '#kernel/actor';
import { violations } from '../../apps/server/src/catalogue.ts';
import { DEMO_PLATFORM } from '../../apps/server/src/demo.ts';
import { pathOf, ROUTE_SAMPLES, type RouteSample } from './routes.testkit.ts';
import { type RawAnswer, type RawAsk, Server } from './server.testkit.ts';
import { foundOtherPlatform, idsOf, type Ids } from './world.testkit.ts';

/** Somebody of each role: the applicant by the name that specs register, the staff of the demonstration. */
export const WHO: Readonly<Record<Role, string>> = {
  applicant: 'cai',
  reviewer: 'rui',
  senior: 'sun',
  lead: 'lin',
  auditor: 'otto',
  support: 'sam',
  admin: 'ada',
};

const CODES = new Set([...Object.keys(TECHNICAL_PROBLEMS), ...violations.flatMap(Object.keys)]);
const CHINESE = /[\u4e00-\u9fff]/g;

export interface Bad extends RawAsk {
  /** Instead of the route's own. */
  readonly method?: string;
  readonly path?: string;
  readonly query?: string;
  /** Headers that are left out. */
  readonly without?: readonly string[];
}

export interface Expected {
  readonly status?: number;
  readonly code?: string | readonly string[];
  readonly field?: string | RegExp;
}

export type Try = readonly [what: string, route: RouteInfo, bad: Bad, expected: Expected];

type Told = RawAnswer & {
  readonly language: string;
  /** The Chinese of the request itself: a refusal quotes what it was sent, in whatever language. */
  readonly sent?: ReadonlySet<string>;
};

export const nameOf = ({ method, path }: RouteInfo): string => `${method} ${path}`;
export const sampleOf = (route: RouteInfo): RouteSample => ROUTE_SAMPLES[nameOf(route)]!;
export const takesJson = (route: RouteInfo): boolean => !sampleOf(route).upload;

export class Refusals {
  #keys = 0;
  #asked = 0;

  private constructor(
    readonly server: Server,
    readonly ids: Ids,
    readonly routes: readonly RouteInfo[],
  ) {}

  static async start(): Promise<Refusals> {
    const server = await new Server().start();
    await foundOtherPlatform(server);
    const people = { applicant: 'cai', frozen: 'fay', admin: 'ada', lead: 'lin', member: 'rosa' };
    const ids = await idsOf(server, DEMO_PLATFORM, people, 'demo-only');
    return new Refusals(server, ids, routesOf(server.app));
  }

  get posts(): readonly RouteInfo[] {
    return this.routes.filter(({ method }) => method === 'POST');
  }

  get gets(): readonly RouteInfo[] {
    return this.routes.filter(({ method }) => method === 'GET');
  }

  /** In either language in turn. */
  async send(route: RouteInfo, bad: Bad): Promise<Told> {
    const { may } = sampleOf(route);
    const language = this.#asked++ % 2 === 0 ? 'en' : 'zh-CN';
    const { path = pathOf(route.path, this.ids), query, method = route.method, ...rest } = bad;
    const isPost = route.method === 'POST';
    const headers: OutgoingHttpHeaders = {
      'accept-language': language,
      ...(isPost && { 'idempotency-key': `bad-${++this.#keys}`, 'if-match': '"1"' }),
      ...(rest.body !== undefined && { 'content-type': 'application/json' }),
      ...rest.headers,
    };
    for (const name of bad.without ?? []) delete headers[name];
    const answer = await this.server.raw(method, query === undefined ? path : `${path}?${query}`, {
      ...(may === 'public' ? {} : { as: WHO[may[0] as Role] }),
      ...rest,
      headers,
    });
    return { ...answer, language, sent: new Set(chineseOf(String(bad.body ?? ''))) };
  }

  /** All of them, a few at a time: each must be refused, as it is expected. */
  async expectAll(tries: readonly Try[]): Promise<void> {
    expect(tries.length).toBeGreaterThan(0);
    const wrong: unknown[] = [];
    const left = [...tries];
    const one = async () => {
      for (let next = left.pop(); next; next = left.pop()) {
        const [what, route, bad, expected] = next;
        const faults = faultsOf(await this.send(route, bad), expected);
        if (faults.length > 0) wrong.push([nameOf(route), what, ...faults]);
      }
    };
    await Promise.all(Array.from({ length: 8 }, one));
    expect(wrong).toEqual([]);
  }

  /** What the server logged as its own failure. */
  failures(): readonly string[] {
    return this.server.log.filter((line) => line.includes('"level":"error"'));
  }
}

const chineseOf = (words: string): readonly string[] => words.match(CHINESE) ?? [];

/** What is not as it must be with a refusal; nothing where all is. */
export function faultsOf(
  { status, headers, text, language, sent }: Told,
  expected: Expected = {},
): string[] {
  if (status < 400 || status > 499) return [`status ${status} ${text.slice(0, 300)}`];
  if (headers['content-type'] !== 'application/problem+json') return ['no problem+json'];
  const problem = JSON.parse(text) as Problem;
  const { code, field, title, detail, action } = problem;
  const codes = expected.code === undefined ? [code] : [expected.code].flat();
  const worded = [title, detail, action, ...(problem.fields ?? []).map((fault) => fault.detail)];
  const speaks = worded.every((words) => {
    const own = chineseOf(words).filter((character) => !sent?.has(character));
    return own.length > 0 === (language === 'zh-CN');
  });
  const path = expected.field;
  const atField =
    path === undefined || (typeof path === 'string' ? field === path : path.test(field ?? ''));
  return [
    ...(CODES.has(code) ? [] : [`unknown code ${code}`]),
    ...(problem.status === status ? [] : ['another status inside']),
    ...(expected.status === undefined || expected.status === status ? [] : [`status ${status}`]),
    ...(codes.includes(code) ? [] : [`code ${code}`]),
    ...(speaks && headers['content-language'] === language ? [] : [`not in ${language}: ${text}`]),
    ...(atField ? [] : [`field ${field}`]),
  ];
}
