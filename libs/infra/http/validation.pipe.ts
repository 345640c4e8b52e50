/**
 * Every body, path and query against the class-validator decorators of its DTO class. What the class
 * does not know is refused by its path, and so is null: a field is left out where it has no value. A
 * body's values must have their types as they are; texts of the path and the query are read as the
 * numbers and booleans that the class declares.
 */
import { type ArgumentMetadata, Injectable, type PipeTransform, type Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, type ValidationError, validateSync } from 'class-validator';
import { AcceptedForms } from './accepted-forms.ts';
import { type TechnicalCode } from './problem.catalogue.ts';
import { isPlainText, shownName, UNSAFE_NAMES } from './json-body.ts';
import { type FieldFault, HttpProblem } from './problem.ts';

const WHITELIST = 'whitelistValidation';

/** A problem lists no more fields than this. */
const FAULTS_MAX = 20;

const PRIMITIVES: readonly unknown[] = [undefined, String, Number, Boolean, Array, Object];

type Source = 'body' | 'query' | 'param';

const CODES: Readonly<Record<Source, { unknown: TechnicalCode; invalid: TechnicalCode }>> = {
  body: { unknown: 'unknown-field', invalid: 'invalid-field' },
  query: { unknown: 'unknown-parameter', invalid: 'invalid-parameter' },
  param: { unknown: 'unknown-parameter', invalid: 'invalid-parameter' },
};

@Injectable()
export class ValidationPipe implements PipeTransform {
  /** By DTO class, the types that its properties declare: reflection is not free, and classes do not change. */
  readonly #types = new Map<Type, ReadonlyMap<string, unknown>>();

  constructor(private readonly forms: Pick<AcceptedForms, 'accepted'> = new AcceptedForms()) {}

  /** @throws HttpProblem invalid-body, unknown-field, invalid-field, unknown-parameter, invalid-parameter */
  transform(value: unknown, { type, metatype, data }: ArgumentMetadata): unknown {
    if (type === 'custom') return value;
    if (PRIMITIVES.includes(metatype)) return this.#single(value, type, metatype, data);
    const plain = type === 'body' ? bodyOf(value) : this.#read(value as object, metatype!);
    const accepted = this.forms.accepted(metatype!, plain);
    if (accepted) return accepted;
    const instance = plainToInstance(metatype!, plain) as object;
    const errors = validateSync(instance, {
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: false,
      validationError: { target: true, value: false },
    });
    const faults = faultsOf(errors);
    const isTold = ({ field }: FieldFault) => faults.some((fault) => field.startsWith(fault.field));
    faults.push(...unaskedIn(instance).filter((fault) => !isTold(fault)));
    if (faults.length > 0) throw problemOf(type, faults);
    return instance;
  }

  /** A named parameter without a DTO class: `@Param('id') id: string`. */
  #single(value: unknown, type: Source, metatype: unknown, data: string | undefined): unknown {
    if (type === 'body' || data === undefined || value === undefined) return value;
    const read = readText(value, metatype);
    const rule = ruleBroken(read, metatype) ?? ruleOfPath(read, value, type);
    if (rule) throw problemOf(type, [{ field: data, rule }]);
    return read;
  }

  #read(value: object, metatype: Type): object {
    const types = this.#typesOf(metatype);
    const plain: Record<string, unknown> = {};
    for (const [name, given] of Object.entries(value)) {
      if (UNSAFE_NAMES.has(name))
        throw new HttpProblem('unknown-parameter', { field: name, params: {} });
      plain[name] = readText(given, types.get(name));
    }
    return plain;
  }

  #typesOf(metatype: Type): ReadonlyMap<string, unknown> {
    const known = this.#types.get(metatype);
    if (known) return known;
    const rules = getMetadataStorage().getTargetValidationMetadatas(metatype, '', false, false);
    const types = new Map(
      rules.map(({ propertyName }) => [
        propertyName,
        Reflect.getMetadata('design:type', metatype.prototype as object, propertyName) as unknown,
      ]),
    );
    this.#types.set(metatype, types);
    return types;
  }
}

/** A body that was not sent counts as an empty object: what it lacks is then named field by field. */
function bodyOf(value: unknown): object {
  if (value === undefined || value === null) {
    if (value === null) throw new HttpProblem('invalid-body');
    return {};
  }
  if (typeof value !== 'object' || Array.isArray(value)) throw new HttpProblem('invalid-body');
  return value;
}

/** A parameter as its type declares it, or as it was given where it cannot be read so. */
function readText(given: unknown, type: unknown): unknown {
  if (type === Array) return Array.isArray(given) ? given : [given];
  if (typeof given !== 'string') return given;
  if (type === Number) return /^-?\d{1,15}(\.\d{1,15})?$/.test(given) ? Number(given) : given;
  if (type === Boolean) return given === 'true' ? true : given === 'false' ? false : given;
  return given;
}

function ruleBroken(value: unknown, type: unknown): string | undefined {
  if (typeof value === 'string' && !isPlainText(value)) return 'isPlainText';
  if (type === String) return typeof value === 'string' ? undefined : 'isString';
  if (type === Number) return typeof value === 'number' ? undefined : 'isNumber';
  if (type === Boolean) return typeof value === 'boolean' ? undefined : 'isBoolean';
  return undefined;
}

/**
 * Numbers in a path name something: the second review, never one and a half. And each has one name: `02`
 * would be another route to whoever compares paths.
 */
function ruleOfPath(value: unknown, given: unknown, type: Source): string | undefined {
  if (type !== 'param' || typeof value !== 'number') return undefined;
  return Number.isInteger(value) && String(value) === given ? undefined : 'isInt';
}

/**
 * What class-validator lets pass in a body although no class asks for it: null where a field may be
 * left out, a list where one object is asked for (also as an entry of a list), control characters in a
 * query. What is no class of ours (a policy's definition) is held against its own schema later.
 */
function unaskedIn(value: unknown, parent = '', declared: unknown = Object): FieldFault[] {
  if (value === null) return [{ field: parent, rule: 'notNull' }];
  if (typeof value === 'string')
    return isPlainText(value) ? [] : [{ field: parent, rule: 'isPlainText' }];
  if (Array.isArray(value)) {
    if (!PRIMITIVES.includes(declared)) return [{ field: parent, rule: 'isObject' }];
    return value.flatMap((entry, index) =>
      declared === Array && Array.isArray(entry)
        ? [{ field: `${parent}[${index}]`, rule: 'isObject' }]
        : unaskedIn(entry, `${parent}[${index}]`),
    );
  }
  if (typeof value !== 'object' || value.constructor === Object) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const type: unknown = Reflect.getMetadata('design:type', value, name);
    return unaskedIn(member, pathTo(parent, name), type);
  });
}

function problemOf(type: Source, faults: readonly FieldFault[]): HttpProblem {
  const fields = faults.slice(0, FAULTS_MAX);
  const code = CODES[type][fields[0]?.rule === 'unknown' ? 'unknown' : 'invalid'];
  return new HttpProblem(code, { fields });
}

function pathTo(parent: string, property: string): string {
  if (parent && /^\d+$/.test(property)) return `${parent}[${property}]`;
  return parent ? `${parent}.${shownName(property)}` : shownName(property);
}

function faultsOf(errors: readonly ValidationError[], parent = ''): FieldFault[] {
  return errors.flatMap((error) => {
    const field = pathTo(parent, error.property);
    const own = Object.keys(error.constraints ?? {}).map((rule) => faultOf(error, field, rule));
    return [...own, ...faultsOf(error.children ?? [], field)];
  });
}

function faultOf(error: ValidationError, field: string, rule: string): FieldFault {
  if (rule === WHITELIST) return { field, rule: 'unknown' };
  const texts = (error.contexts as Record<string, FieldFault['texts']> | undefined)?.[rule];
  return { field, rule, args: argsOf(error, rule), ...(texts && { texts }) };
}

/** The arguments of a rule as its decorator was given them: an error itself has only an English sentence. */
function argsOf({ target, property }: ValidationError, rule: string): readonly unknown[] {
  if (!target) return [];
  const metadata = getMetadataStorage()
    .getTargetValidationMetadatas(target.constructor, '', false, false)
    .find((candidate) => candidate.propertyName === property && candidate.name === rule);
  return (metadata?.constraints as readonly unknown[] | undefined) ?? [];
}
