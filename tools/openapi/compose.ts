/**
 * Puts the description together: what Nest knows of routes and requests, what the compiler knows of
 * answers, what the guards know of who may. Sorted, so that a change shows as what it is.
 */
import { type OpenAPIObject } from '@nestjs/swagger';
import { type RouteInfo } from '#infra/auth/routes';
import { PROBLEM_MEDIA_TYPE } from '#infra/http/problem';
import { type AnswerFacts, type HandlerFacts } from './handlers.ts';
import { dtoClasses, rulesOf, type Rules, withRules } from './rules.ts';
import { BINARY, type Schema } from './type-schemas.ts';

interface Parameter {
  readonly name: string;
  readonly in: string;
  required?: boolean;
  schema: Rules;
}

interface Operation {
  readonly operationId: string;
  summary?: string;
  description?: string;
  parameters?: Parameter[];
  responses: Record<string, unknown>;
}

type Schemas = Record<string, Schema>;

export interface Sources {
  /** Of Nest, by the swagger plugin. */
  readonly described: OpenAPIObject;
  readonly routes: readonly RouteInfo[];
  readonly answers: AnswerFacts;
}

const POSITION = {
  description: 'Where something was appended: send it as X-Casetrail-Read-After to read it.',
  schema: { type: 'string' },
};
const ETAG = {
  description: 'The version that the case has now: send it as If-Match.',
  schema: { type: 'string', pattern: '^"[0-9]+"$' },
};

const ANY_REFUSAL = {
  description: 'Whatever else is refused.',
  content: { [PROBLEM_MEDIA_TYPE]: { schema: { $ref: '#/components/schemas/ProblemDto' } } },
};

export function templateOf({ path }: RouteInfo): string {
  return path.replace(/:(\w+)/g, '{$1}');
}

function sorted<T>(of: Readonly<Record<string, T>>): Record<string, T> {
  const byName = ([a]: [string, T], [b]: [string, T]) => (a < b ? -1 : 1);
  return Object.fromEntries(Object.entries(of).sort(byName));
}

/** For whom a route is, from the policy that its guard reads. */
function whoMay({ policy }: RouteInfo): string {
  if (policy === undefined || policy === 'public') return 'Open to everybody.';
  const { roles, kinds, unregistered } = policy;
  return [
    `For: ${roles.join(', ')}.`,
    ...(unregistered ? ['Also for a principal that has no account yet.'] : []),
    ...(kinds ? [`Only of the kind ${kinds.join(', ')}.`] : []),
  ].join(' ');
}

function answerOf({ answer }: HandlerFacts, { parameters = [] }: Operation) {
  const takes = (header: string) => parameters.some(({ name }) => name === header);
  const headers = {
    ...(takes('Idempotency-Key') && { 'X-Casetrail-Position': POSITION }),
    ...(takes('If-Match') && { ETag: { required: true, ...ETAG } }),
  };
  const type = answer === BINARY ? '*/*' : 'application/json';
  return {
    description: answer ? 'Done.' : 'Done, and there is nothing to say.',
    ...(Object.keys(headers).length > 0 && { headers }),
    ...(answer && { content: { [type]: { schema: answer } } }),
  };
}

function describe(operation: Operation, route: RouteInfo, facts: HandlerFacts): void {
  const query = dtoClasses().get(facts.query ?? '');
  const [summary, ...more] = facts.comment.split(/(?<=[.!?])\s+/);
  operation.summary ??= summary;
  operation.description = [...more, whoMay(route)].join(' ');
  const rules = query ? rulesOf(query) : new Map<string, Rules>();
  for (const parameter of operation.parameters ?? []) {
    if (parameter.in !== 'query') continue;
    parameter.schema = withRules(parameter.schema, rules.get(parameter.name));
    if ('default' in parameter.schema) parameter.required = false;
  }
  if (!Object.keys(operation.responses).some((status) => status.startsWith('2'))) {
    const status = facts.status ?? (route.method === 'POST' ? 201 : 200);
    operation.responses[status] = answerOf(facts, operation);
  }
  operation.responses = sorted({ ...operation.responses, default: ANY_REFUSAL });
}

/** Requests are closed, as unknown fields are refused; what is left to a definition stays open. */
function closedRequest(schema: Schema, dto: object): Schema {
  const rules = rulesOf(dto);
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, Rules>).map(
    ([name, property]) => [name, withRules(property, rules.get(name))] as const,
  );
  return { ...schema, properties: Object.fromEntries(properties), additionalProperties: false };
}

function closedSchemas(described: Schemas, answers: Schemas): Schemas {
  const classes = dtoClasses();
  const requests = Object.entries(described).map(([name, schema]): [string, Schema] => {
    const dto = classes.get(name);
    if (dto && name in answers) throw new Error(`${name} is both a request and an answer.`);
    return [name, dto ? closedRequest(schema, dto) : { ...schema, additionalProperties: false }];
  });
  return sorted({ ...answers, ...Object.fromEntries(requests) });
}

/** @throws Error where a route, a handler or a name does not fit the others. */
export function composed({ described, routes, answers }: Sources): OpenAPIObject {
  const document = structuredClone(described);
  for (const route of routes) {
    const name = `${route.controller}.${route.handler}`;
    const path = document.paths[templateOf(route)] as unknown as Record<string, Operation>;
    const operation = path?.[route.method.toLowerCase()];
    const facts = answers.handlers.get(name);
    if (!operation || !facts) throw new Error(`${name} is not described.`);
    describe(operation, route, facts);
  }
  const schemas = closedSchemas((document.components?.schemas ?? {}) as Schemas, {
    ...answers.components,
  });
  return {
    ...document,
    paths: sorted(document.paths),
    components: { ...document.components, schemas: schemas as never },
  };
}
