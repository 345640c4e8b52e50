/**
 * Which roles a route is for. Every route carries `@Access(...)` or `@Public()`, on its method or its
 * class; one that carries neither fails the boot, and would be refused if it were ever reached.
 */
import { SetMetadata } from '@nestjs/common';
import { type Role } from '#kernel/actor';
import { type PrincipalKind } from './caller.ts';

export interface AccessPolicy {
  /** Any of them opens the route. The first that the caller has is the one in which they act. */
  readonly roles: readonly Role[];
  /** Lets in a principal that the platform does not know yet: to register an account. */
  readonly unregistered?: boolean;
  /** Default: every kind. */
  readonly kinds?: readonly PrincipalKind[];
}

export type RoutePolicy = AccessPolicy | 'public';

export const ROUTE_POLICY = 'casetrail:route-policy';

export const Access = (policy: AccessPolicy) => SetMetadata(ROUTE_POLICY, policy);

/** Open to everybody, without a token. */
export const Public = () => SetMetadata(ROUTE_POLICY, 'public' satisfies RoutePolicy);
