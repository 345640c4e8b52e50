/**
 * What a refused request was at, as its path, its query or its body names it. Only ids of the server's own form:
 * whatever else stands there was made up by somebody, and may be a person's number.
 */
import { type FastifyRequest } from 'fastify';
import { isUuid } from '#kernel/ids';

export interface AttemptedAt {
  readonly caseId?: string;
  readonly accountId?: string;
}

/** A request as the access log tells of it: the template of its route, never its URL. */
export function attemptOf(request: FastifyRequest): {
  readonly route: string;
  readonly at: AttemptedAt;
} {
  const { method, routeOptions, params, query, body } = request;
  return { route: `${method} ${routeOptions.url ?? ''}`, at: attemptedAt(body, query, params) };
}

/** The last of the parts that names a thing is the one that names it. */
function attemptedAt(...parts: readonly unknown[]): AttemptedAt {
  const named: object = Object.assign({}, ...parts.map(membersOf));
  return { ...idIn(named, 'caseId'), ...idIn(named, 'accountId') };
}

function membersOf(part: unknown): object {
  return typeof part === 'object' && part !== null && !Array.isArray(part) ? part : {};
}

function idIn<Name extends string>(named: object, name: Name): { readonly [K in Name]?: string } {
  const value = (named as Record<string, unknown>)[name];
  return typeof value === 'string' && isUuid(value) ? ({ [name]: value } as never) : {};
}
