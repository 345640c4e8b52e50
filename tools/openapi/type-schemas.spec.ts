/** From types to schemas: each type of a small program, and what becomes of it. */
import ts from 'typescript';
import { BINARY, type Schema, TypeSchemas } from './type-schemas.ts';

const FILE = 'sample.ts';
/** Of the language's own library, which is read and parsed once for all programs. */
const parsed = new Map<string, ts.SourceFile | undefined>();

/** A program of one file, with the language's own library and no other. */
function schemasOf(source: string): { of: (name: string) => Schema; schemas: TypeSchemas } {
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2022.d.ts'],
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (name, version) => {
    if (name === FILE) return ts.createSourceFile(FILE, source, version, true);
    if (!parsed.has(name)) parsed.set(name, read(name, version));
    return parsed.get(name);
  };
  const program = ts.createProgram([FILE], options, host);
  const checker = program.getTypeChecker();
  const schemas = new TypeSchemas(checker);
  const file = program.getSourceFile(FILE)!;
  const of = (name: string) => {
    const symbol = checker
      .getSymbolsInScope(file, ts.SymbolFlags.Type)
      .find((one) => one.name === name)!;
    return schemas.of(checker.getDeclaredTypeOfSymbol(symbol));
  };
  return { of, schemas };
}

/** The schema of the one property `of` of an object type that is written in place. */
function schemaOf(type: string): unknown {
  const { of, schemas } = schemasOf(
    `type Instant = string & { readonly __brand: 'Instant' };
     type Place = string & { readonly __brand: 'Place' };
     interface Named { readonly name: string }
     class StreamableFile { readonly stream: unknown }
     interface Sample { readonly of: ${type} }`,
  );
  of('Sample');
  return (schemas.components['Sample']!['properties'] as Record<string, unknown>)['of'];
}

describe('the schema of a type', () => {
  it.each([
    ['string', { type: 'string' }],
    ['number', { type: 'number' }],
    ['boolean', { type: 'boolean' }],
    ["'a' | 'b'", { type: 'string', enum: ['a', 'b'] }],
    ['1 | 2', { type: 'number', enum: [1, 2] }],
    ['true', { type: 'boolean', enum: [true] }],
    ['string | null', { type: ['string', 'null'] }],
    ["'a' | null", { type: ['string', 'null'], enum: ['a', null] }],
    ['Instant', { type: 'string', format: 'date-time' }],
    ['Place', { type: 'string' }],
    ['readonly number[]', { type: 'array', items: { type: 'number' } }],
    ['unknown', {}],
    ['object', { type: 'object' }],
    ['StreamableFile', BINARY],
    ['Named', { $ref: '#/components/schemas/Named' }],
    ['Named | null', { anyOf: [{ $ref: '#/components/schemas/Named' }, { type: 'null' }] }],
    ['Record<string, number>', { type: 'object', additionalProperties: { type: 'number' } }],
    [
      '[string, number]',
      {
        type: 'array',
        prefixItems: [{ type: 'string' }, { type: 'number' }],
        minItems: 2,
        maxItems: 2,
      },
    ],
  ])('%s', (type, schema) => {
    expect(schemaOf(type)).toEqual(schema);
  });

  it('is closed, asks for what is never absent, and says what its comment says', () => {
    const { of, schemas } = schemasOf(
      `interface Sample {
        /** What it is. */
        a: string;
        b?: number;
        c: number | undefined;
      }`,
    );
    expect(of('Sample')).toEqual({ $ref: '#/components/schemas/Sample' });
    expect(schemas.components['Sample']).toEqual({
      type: 'object',
      properties: {
        a: { description: 'What it is.', type: 'string' },
        b: { type: 'number' },
        c: { type: 'number' },
      },
      required: ['a'],
      additionalProperties: false,
    });
  });

  it('holds an intersection as one object, so that both halves stay closed', () => {
    expect(schemaOf('{ a: string } & { b: string }')).toMatchObject({
      properties: { a: { type: 'string' }, b: { type: 'string' } },
      additionalProperties: false,
    });
  });

  it('refers to itself where the type does', () => {
    const { of, schemas } = schemasOf('interface Tree { readonly parts: readonly Tree[] }');
    of('Tree');
    expect(schemas.components['Tree']).toMatchObject({
      properties: { parts: { type: 'array', items: { $ref: '#/components/schemas/Tree' } } },
    });
  });

  it.each([['() => void'], ['symbol'], ['bigint']])('is none for %s', (type) => {
    expect(() => schemaOf(type)).toThrow('JSON cannot hold');
  });

  it('is refused where two types have one name', () => {
    const { of } = schemasOf(
      `namespace One { export interface Same { readonly a: string } }
       namespace Two { export interface Same { readonly b: string } }
       interface Sample { readonly one: One.Same; readonly two: Two.Same }`,
    );
    expect(() => of('Sample')).toThrow('Two types are named Same');
  });
});
