/** The routes that Fastify serves, to tell a wrong method (405) from a wrong path (404). */
import { type FastifyInstance } from 'fastify';

interface Entry {
  readonly matches: RegExp;
  readonly methods: Set<string>;
}

/** Of a route template of Fastify: `:name` is one part of a path, a `*` at the end is the rest. */
function patternOf(template: string): RegExp {
  const parts = template.split('/').map((part) => {
    if (part.startsWith(':')) return '[^/]+';
    if (part === '*') return '.*';
    return part.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('/')}$`);
}

export class RouteTable {
  readonly #entries = new Map<string, Entry>();

  /** Learns every route that is registered from now on. */
  watch(fastify: FastifyInstance): void {
    fastify.addHook('onRoute', ({ url, method }) => {
      const entry = this.#entries.get(url) ?? { matches: patternOf(url), methods: new Set() };
      for (const name of [method].flat()) entry.methods.add(name);
      this.#entries.set(url, entry);
    });
  }

  /** The methods that the path of this URL knows, in order; none where no route has the path. */
  methodsOf(url: string): readonly string[] {
    const path = url.split('?', 1)[0]!;
    const methods = new Set<string>();
    for (const entry of this.#entries.values()) {
      if (!entry.matches.test(path)) continue;
      for (const method of entry.methods) methods.add(method);
    }
    return [...methods].sort();
  }
}
