/** What a handler reads of its request, from the parameters that Nest noted: the rest is refused, not ignored. */
import 'reflect-metadata';

/** Names of Nest's own metadata, which it exports from no door of its own. */
const ROUTE_ARGUMENTS = '__routeArguments__';
const BODY = 3;
const QUERY = 4;

export interface RouteForm {
  readonly takesBody: boolean;
  readonly takesQuery: boolean;
}

/** @param controller the class; @param handler the name of its method. */
export function routeFormOf(controller: object, handler: string): RouteForm {
  const given = Reflect.getMetadata(ROUTE_ARGUMENTS, controller, handler) as object | undefined;
  // A key is `kind:index`; of a decorator of our own, `name:index`.
  const kinds = new Set(Object.keys(given ?? {}).map((key) => key.split(':', 1)[0]));
  return { takesBody: kinds.has(String(BODY)), takesQuery: kinds.has(String(QUERY)) };
}
