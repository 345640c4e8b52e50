/**
 * The checked-in description (docs/reference/openapi.json), to hold what a server answers against it:
 * every body against the schema of its status, and nothing may be in it that the schema does not name.
 */
import { readFileSync } from 'node:fs';
import { type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { TECHNICAL_PROBLEMS } from '#infra/http/problem.catalogue';

export interface Content {
  readonly schema: Readonly<Record<string, unknown>>;
}

export interface Response {
  readonly description: string;
  readonly headers?: Readonly<Record<string, { readonly required?: boolean }>>;
  readonly content?: Readonly<Record<string, Content>>;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Readonly<Record<string, unknown>>;
}

export interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly description: string;
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> };
  readonly responses: Readonly<Record<string, Response>>;
}

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Content['schema']>> };
}

/** What came back, however it was sent. */
export interface Answered {
  readonly status: number;
  /** Without its parameters. */
  readonly mediaType: string;
  readonly header: (name: string) => string | null;
  readonly body: unknown;
}

const FILE = new URL('../../docs/reference/openapi.json', import.meta.url);

const ID = 'https://casetrail.example/openapi';

/** References into the file as references into the one schema that ajv is given of it. */
function rebased(schema: object, more: object = {}): object {
  const text = JSON.stringify(schema).replaceAll('"#/components/schemas/', `"${ID}#/$defs/`);
  return { ...(JSON.parse(text) as object), ...more };
}

/** What any area refuses by its own rules is described as a whole, by status alone. */
const isTechnical = (code = '') => Object.hasOwn(TECHNICAL_PROBLEMS, code);

export class Description {
  readonly document: Document;
  /** `POST /v1/cases/{caseId}/notes` and its operation. */
  readonly operations: ReadonlyMap<string, Operation>;
  readonly #ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true });
  readonly #compiled = new Map<string, ValidateFunction>();

  constructor() {
    this.document = JSON.parse(readFileSync(FILE, 'utf8')) as Document;
    this.operations = new Map(
      Object.entries(this.document.paths).flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, operation]): [string, Operation] => [
          `${method.toUpperCase()} ${path}`,
          operation,
        ]),
      ),
    );
    formats.default(this.#ajv);
    this.#ajv.addFormat('binary', true);
    this.#ajv.addVocabulary(['example']);
    const { schemas } = this.document.components;
    this.#ajv.addSchema(rebased({ $defs: schemas }, { $id: ID }));
  }

  /** The operation of a path with its values; the one with the fewest parameters where two fit. */
  nameOf(method: string, path: string): string {
    const asked = path.split('?', 1)[0]!.split('/');
    const fits = Object.keys(this.document.paths).filter((template) => {
      const parts = template.split('/');
      const same = (part: string, at: number) => part.startsWith('{') || part === asked[at];
      return parts.length === asked.length && parts.every(same);
    });
    const parametersIn = (template: string) => template.split('{').length;
    const [template] = fits.sort((a, b) => parametersIn(a) - parametersIn(b));
    return `${method} ${template}`;
  }

  /** @throws Error where the schema itself is none. */
  validatorOf(schema: object): ValidateFunction {
    const text = JSON.stringify(schema);
    const known = this.#compiled.get(text);
    if (known) return known;
    const compiled = this.#ajv.compile(rebased(schema));
    this.#compiled.set(text, compiled);
    return compiled;
  }

  /** What is not as it is described; nothing where all is. */
  faultsOf(name: string, { status, mediaType, header, body }: Answered): string[] {
    const operation = this.operations.get(name);
    if (!operation) return [`${name} is not described`];
    const response = operation.responses[status];
    if (!response) return [`${name} answered ${status}, which is not described`];
    const content = response.content?.[mediaType] ?? response.content?.['*/*'];
    if (!content && !(response.content === undefined && body === undefined)) {
      return [`${name} answered ${status} with ${mediaType}, which is not described`];
    }
    const missing = Object.entries(response.headers ?? {}).flatMap(([named, { required }]) =>
      required && header(named) === null ? [named] : [],
    );
    const validate = content && this.validatorOf(content.schema);
    const errors = validate && !validate(body) ? (validate.errors ?? []) : [];
    const { code } = (body ?? {}) as { readonly code?: string };
    const isTold =
      status < 400 || !isTechnical(code) || response.description.includes(`\`${code}\``);
    return [
      ...(isTold ? [] : [`${name} ${status}: without a word of ${code}`]),
      ...missing.map((named) => `${name} ${status}: without ${named}`),
      ...errors.map(
        ({ instancePath, message, params }) =>
          `${name} ${status}: ${instancePath} ${message} ${JSON.stringify(params)}`,
      ),
    ];
  }
}
