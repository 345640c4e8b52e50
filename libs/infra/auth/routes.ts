/** All routes of all controllers, with their policies: for the check at boot, and for tests that try every one. */
import { type INestApplicationContext, RequestMethod } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { ROUTE_POLICY, type RoutePolicy } from './access.ts';

const PATH = 'path';
const METHOD = 'method';

export interface RouteInfo {
  readonly method: string;
  /** Template with `:parameters`, as the request log and the access stream name it. */
  readonly path: string;
  readonly controller: string;
  readonly handler: string;
  /** Absent where somebody forgot it. */
  readonly policy?: RoutePolicy;
}

export class RouteWithoutPolicy extends Error {
  override readonly name = 'RouteWithoutPolicy';
}

function joined(...parts: readonly string[]): string {
  return `/${parts
    .flatMap((part) => part.split('/'))
    .filter(Boolean)
    .join('/')}`;
}

function pathsOf(target: object): readonly string[] {
  return [Reflect.getMetadata(PATH, target) as string | string[]].flat();
}

function handlersOf(prototype: object): readonly [string, object][] {
  const found = new Map<string, object>();
  for (let level = prototype; level !== Object.prototype; level = Object.getPrototypeOf(level)) {
    for (const name of Object.getOwnPropertyNames(level)) {
      const handler = Object.getOwnPropertyDescriptor(level, name)?.value as unknown;
      if (typeof handler !== 'function' || name === 'constructor' || found.has(name)) continue;
      if (Reflect.hasMetadata(PATH, handler)) found.set(name, handler);
    }
  }
  return [...found];
}

function routesOfController(controller: { name: string; prototype: object }): RouteInfo[] {
  return handlersOf(controller.prototype).flatMap(([handler, target]) => {
    const method = RequestMethod[Reflect.getMetadata(METHOD, target) as RequestMethod];
    const policy = (Reflect.getMetadata(ROUTE_POLICY, target) ??
      Reflect.getMetadata(ROUTE_POLICY, controller)) as RoutePolicy | undefined;
    return pathsOf(controller).flatMap((prefix) =>
      pathsOf(target).map((path) => ({
        method,
        path: joined(prefix, path),
        controller: controller.name,
        handler,
        ...(policy && { policy }),
      })),
    );
  });
}

export function routesOf(app: INestApplicationContext): readonly RouteInfo[] {
  const controllers = new Set<{ name: string; prototype: object }>();
  for (const module of app.get(ModulesContainer).values()) {
    for (const { metatype } of module.controllers.values()) {
      if (typeof metatype === 'function') controllers.add(metatype as typeof Object);
    }
  }
  return [...controllers].flatMap(routesOfController);
}

/** @throws RouteWithoutPolicy naming every route that carries neither @Access nor @Public. */
export function assertEveryRouteHasAPolicy(app: INestApplicationContext): void {
  const bare = routesOf(app).filter(({ policy }) => policy === undefined);
  if (bare.length === 0) return;
  const names = bare.map(
    ({ method, path, controller, handler }) => `${method} ${path} (${controller}.${handler})`,
  );
  throw new RouteWithoutPolicy(`Without @Access or @Public: ${names.join(', ')}`);
}
