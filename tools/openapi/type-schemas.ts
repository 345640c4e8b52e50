/**
 * From TypeScript types to JSON Schema (2020-12, as OpenAPI 3.1 has it), for what the server answers:
 * the compiler already proves that a handler returns its type, so a schema read from the type cannot
 * be forgotten when an answer changes. Objects are closed. Interfaces, classes and aliases of the
 * repository become named components; what has type arguments or no name is written in place.
 */
import ts from 'typescript';

export type Schema = Readonly<Record<string, unknown>>;

/** What a brand on a text means. */
const BRANDS: Readonly<Record<string, Schema>> = {
  Instant: { type: 'string', format: 'date-time' },
};

/** What a handler answers with bytes by. */
const BYTES: ReadonlySet<string> = new Set(['StreamableFile', 'Buffer', 'Uint8Array', 'Readable']);
export const BINARY: Schema = { type: 'string', format: 'binary' };

const NOTHING = ts.TypeFlags.Undefined | ts.TypeFlags.Void | ts.TypeFlags.Never;

export class TypeSchemas {
  readonly components: Record<string, Schema> = {};
  readonly #types = new Map<string, ts.Type>();
  readonly #checker: ts.TypeChecker;

  constructor(checker: ts.TypeChecker) {
    this.#checker = checker;
  }

  /** @throws Error for a type that JSON cannot hold. */
  of(type: ts.Type): Schema {
    const brand = this.#brandOf(type);
    if (brand !== undefined) return BRANDS[brand] ?? { type: 'string' };
    if (type.isUnion()) return this.#named(type, () => this.#union(type));
    const { flags } = type;
    if (type.isStringLiteral() || type.isNumberLiteral()) return literals([type.value]);
    if (flags & ts.TypeFlags.BooleanLiteral) {
      return literals([this.#checker.typeToString(type) === 'true']);
    }
    if (flags & ts.TypeFlags.StringLike) return { type: 'string' };
    if (flags & ts.TypeFlags.NumberLike) return { type: 'number' };
    if (flags & ts.TypeFlags.Null) return { type: 'null' };
    // Whatever JSON has, and whatever object.
    if (flags & ts.TypeFlags.Unknown) return {};
    if (flags & ts.TypeFlags.NonPrimitive) return { type: 'object' };
    if (BYTES.has(type.getSymbol()?.name ?? '')) return BINARY;
    if (this.#checker.isTupleType(type)) return this.#tuple(type);
    if (this.#checker.isArrayType(type)) {
      return { type: 'array', items: this.of(this.#argumentsOf(type)[0]!) };
    }
    if (flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) {
      return this.#named(type, () => this.#object(type));
    }
    throw new Error(`JSON cannot hold ${this.#checker.typeToString(type)}.`);
  }

  #argumentsOf(type: ts.Type): readonly ts.Type[] {
    return this.#checker.getTypeArguments(type as ts.TypeReference);
  }

  #brandOf(type: ts.Type): string | undefined {
    if (!type.isIntersection()) return undefined;
    if (!type.types.some(({ flags }) => flags & ts.TypeFlags.String)) return undefined;
    return type.aliasSymbol?.name ?? '';
  }

  #tuple(type: ts.Type): Schema {
    const items = this.#argumentsOf(type).map((item) => this.of(item));
    return { type: 'array', prefixItems: items, minItems: items.length, maxItems: items.length };
  }

  #union(type: ts.UnionType): Schema {
    const members = type.types.filter(({ flags }) => !(flags & NOTHING));
    const plain = members.map(literalOf);
    const values = plain.filter((value) => value !== undefined);
    const isTrueOrFalse = (member: ts.Type) => !!(member.flags & ts.TypeFlags.BooleanLiteral);
    const booleans = members.filter(isTrueOrFalse);
    const others = members.filter(
      (member, index) => plain[index] === undefined && !isTrueOrFalse(member),
    );
    const isNull = ({ flags }: ts.Type) => !!(flags & ts.TypeFlags.Null);
    const schemas = [
      ...(values.length > 0 ? [literals(values)] : []),
      ...(booleans.length === 2 ? [{ type: 'boolean' }] : booleans.map((one) => this.of(one))),
      ...others.filter((member) => !isNull(member)).map((member) => this.of(member)),
      ...others.filter(isNull).map((member) => this.of(member)),
    ];
    return anyOf(schemas);
  }

  #object(type: ts.Type): Schema {
    if (type.getCallSignatures().length > 0) throw new Error('JSON cannot hold a function.');
    const properties: Record<string, Schema> = {};
    const required: string[] = [];
    for (const symbol of type.getProperties()) {
      const of = this.#checker.getTypeOfSymbol(symbol);
      if (of.flags & NOTHING) continue;
      const { name } = symbol;
      const description = this.#commentOf(symbol);
      const schema = this.of(of);
      properties[name] = description === '' ? schema : { description, ...schema };
      if (!this.#mayBeAbsent(symbol, of)) required.push(name);
    }
    const index = type.getStringIndexType();
    return {
      type: 'object',
      ...(Object.keys(properties).length > 0 && { properties }),
      ...(required.length > 0 && { required }),
      additionalProperties: index ? this.of(index) : false,
    };
  }

  #mayBeAbsent(symbol: ts.Symbol, type: ts.Type): boolean {
    if (symbol.flags & ts.SymbolFlags.Optional) return true;
    return type.isUnion() && type.types.some(({ flags }) => flags & NOTHING);
  }

  #commentOf(symbol: ts.Symbol): string {
    return ts.displayPartsToString(symbol.getDocumentationComment(this.#checker));
  }

  /** A component where the type has a name of its own, or the schema in place. */
  #named(type: ts.Type, make: () => Schema): Schema {
    const name = this.#nameOf(type);
    if (name === undefined) return make();
    const known = this.#types.get(name);
    if (known === undefined) {
      this.#types.set(name, type);
      this.components[name] = make();
    } else if (known !== type) {
      throw new Error(`Two types are named ${name}: an answer needs one that is unambiguous.`);
    }
    return { $ref: `#/components/schemas/${name}` };
  }

  #nameOf(type: ts.Type): string | undefined {
    const alias = type.aliasSymbol;
    if (alias) return this.#isOurs(alias) && !type.aliasTypeArguments ? alias.name : undefined;
    const symbol = type.getSymbol();
    const isDeclared =
      symbol && symbol.flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.Class) && !type.isUnion();
    if (!isDeclared || !this.#isOurs(symbol)) return undefined;
    return this.#argumentsOf(type).length > 0 ? undefined : symbol.name;
  }

  #isOurs(symbol: ts.Symbol): boolean {
    const files = symbol.declarations?.map((one) => one.getSourceFile().fileName) ?? [];
    return files.some((file) => !file.includes('/node_modules/'));
  }
}

function literalOf(type: ts.Type): string | number | undefined {
  return type.isStringLiteral() || type.isNumberLiteral() ? type.value : undefined;
}

function literals(values: readonly (string | number | boolean)[]): Schema {
  const kinds = new Set(values.map((value) => typeof value));
  const type = kinds.size === 1 ? [...kinds][0] : [...kinds];
  return { type, enum: values };
}

function anyOf(schemas: readonly Schema[]): Schema {
  const [first, second] = schemas;
  if (schemas.length === 1) return first!;
  // `text or null` as one line instead of two alternatives.
  if (schemas.length === 2 && second!['type'] === 'null' && typeof first!['type'] === 'string') {
    const { enum: values } = first as { enum?: readonly unknown[] };
    return { ...first, type: [first!['type'], 'null'], ...(values && { enum: [...values, null] }) };
  }
  return { anyOf: schemas };
}
