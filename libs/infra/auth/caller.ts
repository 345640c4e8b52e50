/**
 * Who is asking. A token says who somebody is, never what they may do: that is resolved anew at every
 * request (principal-directory.port.ts).
 */
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';
import { type Actor, type ActorKind, type Role } from '#kernel/actor';
import { type Instant } from '#kernel/instants';

export const PRINCIPAL_KINDS = ['person', 'api-key', 'ai'] as const satisfies ActorKind[];
export type PrincipalKind = (typeof PRINCIPAL_KINDS)[number];

/** An id that events may name for ever: opaque, so nothing that looks like an e-mail address or a name. */
export const PRINCIPAL_ID = /^[A-Za-z0-9][A-Za-z0-9._:|~-]{0,127}$/;

/** What a verified token says. */
export interface Principal {
  /** The token's `sub`: an opaque id, which events name. */
  readonly id: string;
  /** The tenant. Everything that the request sees or does is of this platform. */
  readonly platform: string;
  readonly kind: PrincipalKind;
  readonly tokenId?: string;
  readonly expiresAt: Instant;
}

/** A principal with what it may be on its platform right now. */
export interface Caller {
  readonly principal: Principal;
  readonly roles: readonly Role[];
  /** As events name it, with the role in which it acts on this route. */
  readonly actor: Actor;
  /** Where the caller is an applicant. */
  readonly accountId?: string;
  /** Where the caller is of the staff. */
  readonly staffId?: string;
}

const CALLER = Symbol('caller');

interface WithCaller {
  [CALLER]?: Caller;
}

export function setCaller(request: FastifyRequest, caller: Caller): void {
  (request as WithCaller)[CALLER] = caller;
}

/** The caller, once the guard has let the request in; undefined before, and on public routes. */
export function findCaller(request: FastifyRequest): Caller | undefined {
  return (request as WithCaller)[CALLER];
}

/** @throws Error on a public route, which has no caller: a mistake of the controller. */
export function callerOf(request: FastifyRequest): Caller {
  const caller = findCaller(request);
  if (!caller) throw new Error('A public route asks for its caller.');
  return caller;
}

/** The caller as events name it, in the first of `roles` that it has; without a role where it has none of them. */
export function actingAs(
  { principal, roles: held }: Pick<Caller, 'principal' | 'roles'>,
  roles: readonly Role[],
): Actor {
  const role = roles.find((candidate) => held.includes(candidate));
  const { kind, id } = principal;
  return role ? { kind, id, role } : { kind, id };
}

/** `@CurrentCaller() caller: Caller` */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext) =>
  callerOf(context.switchToHttp().getRequest<FastifyRequest>()),
);
