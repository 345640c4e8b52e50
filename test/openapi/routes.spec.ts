/** The checked-in description against the routes that the running server has. */
import { type RouteInfo, routesOf } from '#infra/auth/routes';
import { fieldsOf, requestFormOf } from '../e2e/request-forms.testkit.ts';
import { ROUTE_SAMPLES } from '../e2e/routes.testkit.ts';
import { Server } from '../e2e/server.testkit.ts';
import { Description, type Operation, type Parameter } from './description.testkit.ts';

const description = new Description();
const server = new Server();
let routes: readonly RouteInfo[];

beforeAll(async () => {
  await server.start();
  routes = routesOf(server.app);
});
afterAll(() => server.dispose());

const nameOf = ({ method, path }: RouteInfo) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`;
const sampleOf = ({ method, path }: RouteInfo) => ROUTE_SAMPLES[`${method} ${path}`]!;

/** What differs, by route: an empty object where nothing does. */
function differences(of: (operation: Operation, route: RouteInfo) => readonly unknown[]) {
  const found = routes.map((route) => {
    const operation = description.operations.get(nameOf(route))!;
    return [nameOf(route), of(operation, route)] as const;
  });
  return Object.fromEntries(found.filter(([, wrong]) => wrong.length > 0));
}

const parametersIn = ({ parameters = [] }: Operation, kind: Parameter['in']) =>
  parameters.filter((parameter) => parameter.in === kind);

function schemaOf(schema: Readonly<Record<string, unknown>>) {
  const name = (schema['$ref'] as string | undefined)?.split('/').at(-1);
  return name === undefined ? schema : description.document.components.schemas[name]!;
}

describe('the OpenAPI file and the routes of the server', () => {
  it('is OpenAPI 3.1', () => {
    expect(description.document.openapi).toBe('3.1.0');
  });

  it('has every route and no other', () => {
    const described = [...description.operations.keys()].sort();
    expect(described).toEqual(routes.map(nameOf).sort());
    expect(routes.length).toBeGreaterThan(60);
  });

  it('names the parameters of every path', () => {
    const wrong = differences((operation, { path }) => {
      const names = parametersIn(operation, 'path').map(({ name }) => name);
      const asked = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name!);
      return JSON.stringify(names) === JSON.stringify(asked) ? [] : [{ names, asked }];
    });
    expect(wrong).toEqual({});
  });

  it('names the parameters of every query, and which may be left out', () => {
    const wrong = differences((operation, route) => {
      const { query } = requestFormOf(server.app, route);
      const asked = (query ? fieldsOf(query) : []).map(({ name, optional }) => [name, !optional]);
      const named = parametersIn(operation, 'query').map((one) => [one.name, one.required]);
      return JSON.stringify(named.sort()) === JSON.stringify(asked.sort())
        ? []
        : [{ named, asked }];
    });
    expect(wrong).toEqual({});
  });

  it('names what a body holds, and that it holds nothing else', () => {
    const wrong = differences(({ requestBody }, route) => {
      const { body } = requestFormOf(server.app, route);
      if (sampleOf(route).upload)
        return requestBody?.content['multipart/form-data'] ? [] : ['file'];
      const content = requestBody?.content['application/json'];
      if (!body || !content) return body || content ? [{ body, content }] : [];
      const schema = schemaOf(content.schema);
      const required = (schema['required'] ?? []) as readonly string[];
      const named = Object.keys(schema['properties'] as object).map((name) => [
        name,
        required.includes(name),
      ]);
      const asked = fieldsOf(body).map(({ name, optional }) => [name, !optional]);
      const isSame = JSON.stringify(named.sort()) === JSON.stringify(asked.sort());
      return isSame && schema['additionalProperties'] === false ? [] : [{ named, asked, schema }];
    });
    expect(wrong).toEqual({});
  });

  it('asks for a token wherever the guard does', () => {
    const wrong = differences(({ security }, { policy }) => {
      const asked = policy === 'public' ? [] : [{ bearer: [] }];
      return JSON.stringify(security ?? []) === JSON.stringify(asked) ? [] : [security];
    });
    expect(wrong).toEqual({});
  });

  it('tells for whom a route is, as its guard decides', () => {
    const wrong = differences(({ description: text }, { policy }) => {
      const roles = policy === 'public' || !policy ? [] : policy.roles;
      return roles.filter((role) => !/\bFor: (.*?)\./.exec(text)![1]!.split(', ').includes(role));
    });
    expect(wrong).toEqual({});
  });

  it('asks for an Idempotency-Key at every command, and for If-Match where a version must be named', () => {
    const wrong = differences((operation, route) => {
      const required = parametersIn(operation, 'header')
        .filter((parameter) => parameter.required)
        .map(({ name }) => name);
      const { may, ifMatch } = sampleOf(route);
      const asked = [
        ...(route.method === 'POST' && may !== 'public' ? ['Idempotency-Key'] : []),
        ...(ifMatch ? ['If-Match'] : []),
      ];
      return JSON.stringify(required) === JSON.stringify(asked) ? [] : [{ required, asked }];
    });
    expect(wrong).toEqual({});
  });

  it('says of every route what it does, and of every answer what it holds', () => {
    const wrong = differences(({ summary, responses }) => [
      ...(summary ? [] : ['no summary']),
      ...Object.entries(responses).flatMap(([status, { content }]) =>
        Object.values(content ?? { none: { schema: {} } }).flatMap(({ schema }) => {
          const { $ref, type, properties, additionalProperties } = schema;
          const isBare = type === 'object' && !properties && !additionalProperties;
          if (isBare || ($ref ?? type ?? schema['anyOf']) === undefined) {
            return [`${status} without a schema`];
          }
          description.validatorOf(schema);
          return [];
        }),
      ),
      ...(Object.keys(responses).some((status) => status.startsWith('2')) ? [] : ['no answer']),
    ]);
    expect(wrong).toEqual({});
  });
});
