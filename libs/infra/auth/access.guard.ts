/**
 * The one door: who (the token), what they are now (the directory), whether that is enough (the
 * route's policy). Deny by default: a route without a policy lets nobody in.
 */
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { headerOf } from '#infra/http/headers';
import { HttpProblem } from '#infra/http/problem';
import { signalOf } from '#infra/http/request-signal';
import { type AccessPolicy, ROUTE_POLICY, type RoutePolicy } from './access.ts';
import { attemptOf } from './attempted-at.ts';
import { actingAs, type Principal, setCaller } from './caller.ts';
import { DeniedAggregator } from './denied-aggregator.ts';
import {
  PRINCIPAL_DIRECTORY,
  type PrincipalDirectory,
  type Standing,
} from './principal-directory.port.ts';
import { TOKEN_VERIFIER, type TokenVerifier } from './token-verifier.ts';

/** RFC 6750, section 2.1; the scheme is case-insensitive (RFC 9110, section 11.1). */
const BEARER = /^bearer +([A-Za-z0-9._~+/-]+=*) *$/i;

@Injectable()
export class AccessGuard implements CanActivate {
  /** Of requests whose token was verified before their body was read. */
  readonly #verified = new WeakMap<FastifyRequest, Principal>();

  constructor(
    private readonly reflector: Reflector,
    @Inject(TOKEN_VERIFIER) private readonly verifier: TokenVerifier,
    @Inject(PRINCIPAL_DIRECTORY) private readonly directory: PrincipalDirectory,
    private readonly denials: DeniedAggregator,
  ) {}

  /** @throws HttpProblem unauthenticated, token-expired, access-revoked, forbidden */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()];
    const policy = this.reflector.getAllAndOverride<RoutePolicy | undefined>(ROUTE_POLICY, targets);
    if (policy === 'public') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const principal = await this.authenticate(request);
    const standing = await this.directory.resolve(principal, signalOf(request, reply));
    if (!policy || !opens(policy, principal, standing))
      return this.#deny(request, principal, standing);
    const { roles = [], accountId, staffId } = standing ?? {};
    const caller = { principal, roles, accountId, staffId };
    setCaller(request, { ...caller, actor: actingAs(caller, policy.roles) });
    return true;
  }

  /** Verifies the token of a request once, however often it is asked. @throws HttpProblem unauthenticated, token-expired */
  async authenticate(request: FastifyRequest): Promise<Principal> {
    const known = this.#verified.get(request);
    if (known) return known;
    const token = BEARER.exec(headerOf(request.headers, 'authorization') ?? '')?.[1];
    if (token === undefined) throw new HttpProblem('unauthenticated');
    const principal = await this.verifier.verify(token);
    this.#verified.set(request, principal);
    return principal;
  }

  async #deny(
    request: FastifyRequest,
    principal: Principal,
    standing: Standing | undefined,
  ): Promise<never> {
    const { roles = [] } = standing ?? {};
    const code = roles.length > 0 ? 'forbidden' : 'access-revoked';
    await this.denials.record({ principal, roles, code, ...attemptOf(request) });
    throw new HttpProblem(code);
  }
}

function opens(
  { kinds, roles, unregistered }: AccessPolicy,
  principal: Principal,
  standing: Standing | undefined,
): boolean {
  if (kinds && !kinds.includes(principal.kind)) return false;
  if (!standing) return unregistered ?? false;
  return roles.some((role) => standing.roles.includes(role));
}
