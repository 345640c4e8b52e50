/**
 * Bodies and queries that are certainly well formed, found so without class-validator's own machinery,
 * which makes an error object for every property before it looks at one. The decorators stay the only
 * source: their rules are gathered once for each class, and called as they are. Whatever is in any way
 * out of the ordinary is not judged here: the whole of class-validator then accepts it, or says what is
 * wrong. That both agree is held against random bodies of every class (test/openapi/forms.spec.ts).
 */
import { type Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import {
  getMetadataStorage,
  type ValidationArguments,
  type ValidatorConstraintInterface,
} from 'class-validator';
import { isPlainText, UNSAFE_NAMES } from './json-body.ts';

type Metadata = ReturnType<
  ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']
>[number];
type Condition = (object: object, value: unknown) => boolean;

/** Names of class-validator's kinds of rules. */
const CUSTOM = 'customValidation';
const CONDITIONAL = 'conditionalValidation';
const NESTED = 'nestedValidation';
const WHITELIST = 'whitelistValidation';

interface Rule {
  readonly each: boolean;
  readonly constraints: readonly unknown[];
  readonly validator: ValidatorConstraintInterface;
}

interface Property {
  readonly name: string;
  /** As it was declared. */
  readonly isList: boolean;
  /** Of the property, or of each entry of the list; undefined where it is no class of ours. */
  readonly nested: Form | undefined;
  readonly conditions: readonly Condition[];
  readonly rules: readonly Rule[];
}

interface Form {
  readonly metatype: Type<object>;
  readonly properties: readonly Property[];
  readonly byName: ReadonlyMap<string, Property>;
}

/** What cannot be said here: class-validator has to. */
const UNDECIDED = Symbol('undecided');
type Undecided = typeof UNDECIDED;

export class AcceptedForms {
  /** Undefined for a class with rules of a kind that is not known here. */
  readonly #forms = new Map<Type, Form | undefined>();

  /** The instance, as class-transformer would make it, of what is certainly well formed; else undefined. */
  accepted(metatype: Type, plain: object): object | undefined {
    const form = this.#formOf(metatype);
    const instance = form ? instanceOf(form, plain) : UNDECIDED;
    return instance === UNDECIDED ? undefined : instance;
  }

  #formOf(metatype: Type): Form | undefined {
    if (!this.#forms.has(metatype)) {
      // A class that holds itself is not to be gone into for ever.
      this.#forms.set(metatype, undefined);
      this.#forms.set(metatype, this.#gathered(metatype as Type<object>));
    }
    return this.#forms.get(metatype);
  }

  #gathered(metatype: Type<object>): Form | undefined {
    const storage = getMetadataStorage();
    const all = storage.getTargetValidationMetadatas(metatype, '', false, false);
    if (all.length === 0 || !all.every(isOrdinary)) return undefined;
    const properties: Property[] = [];
    for (const [name, its] of Object.entries(storage.groupByPropertyName(all))) {
      const property = this.#property(metatype, name, its);
      if (!property) return undefined;
      properties.push(property);
    }
    return { metatype, properties, byName: new Map(properties.map((one) => [one.name, one])) };
  }

  #property(metatype: Type, name: string, its: readonly Metadata[]): Property | undefined {
    const declared: unknown = Reflect.getMetadata(
      'design:type',
      metatype.prototype as object,
      name,
    );
    const isList = declared === Array;
    const isNested = its.some(({ type }) => type === NESTED);
    const made = classMadeFor(metatype, name, isList);
    if (isNested !== (made !== Object)) return undefined;
    const nested = isNested ? this.#formOf(made) : undefined;
    if (isNested && !nested) return undefined;
    return {
      name,
      isList,
      nested,
      conditions: its
        .filter(({ type }) => type === CONDITIONAL)
        .map(({ constraints }) => constraints[0] as Condition),
      rules: its.filter(({ type }) => type === CUSTOM).flatMap(rulesOf),
    };
  }
}

/** What class-transformer makes of an object there, or of one in a list. */
function classMadeFor(metatype: Type<object>, name: string, isList: boolean): Type {
  const made = plainToInstance(metatype, { [name]: isList ? [{}] : {} }) as Record<string, unknown>;
  const value = isList ? (made[name] as readonly object[])[0]! : (made[name] as object);
  return value.constructor as Type;
}

const KINDS: readonly string[] = [CUSTOM, CONDITIONAL, NESTED, WHITELIST];

function isOrdinary({ type, groups, validateIf }: Metadata): boolean {
  return KINDS.includes(type) && !groups?.length && validateIf === undefined;
}

function rulesOf({ constraintCls, constraints, each }: Metadata): readonly Rule[] {
  return getMetadataStorage()
    .getTargetValidatorConstraints(constraintCls)
    .map(({ instance }) => ({ each, constraints: constraints ?? [], validator: instance }));
}

function instanceOf(form: Form, plain: unknown): object | Undecided {
  if (typeof plain !== 'object' || plain === null || Array.isArray(plain)) return UNDECIDED;
  const instance = new form.metatype() as Record<string, unknown>;
  for (const [name, given] of Object.entries(plain)) {
    const property = form.byName.get(name);
    const value = property ? valueOf(property, given) : UNDECIDED;
    if (value === UNDECIDED) return UNDECIDED;
    instance[name] = value;
  }
  return form.properties.every((property) => holds(property, instance)) ? instance : UNDECIDED;
}

/** A copy of what was given, where it is of a kind that the class may hold there. */
function valueOf({ isList, nested }: Property, given: unknown): unknown {
  if (isList !== Array.isArray(given)) return UNDECIDED;
  if (!nested) return isList ? scalars(given as readonly unknown[]) : scalarOrRecord(given);
  if (!isList) return instanceOf(nested, given);
  const entries = (given as readonly unknown[]).map((entry) => instanceOf(nested, entry));
  return entries.includes(UNDECIDED) ? UNDECIDED : entries;
}

const isScalar = (value: unknown): boolean =>
  typeof value === 'string'
    ? isPlainText(value)
    : typeof value === 'number' || typeof value === 'boolean';

const scalars = (given: readonly unknown[]): readonly unknown[] | Undecided =>
  given.every(isScalar) ? [...given] : UNDECIDED;

function scalarOrRecord(given: unknown): unknown {
  if (isScalar(given)) return given;
  if (typeof given !== 'object' || given === null) return UNDECIDED;
  const isPlain = Object.entries(given).every(
    ([name, value]) => !UNSAFE_NAMES.has(name) && isScalar(value),
  );
  return isPlain ? { ...given } : UNDECIDED;
}

/** As class-validator asks: the conditions first, then every rule. */
function holds(property: Property, instance: Record<string, unknown>): boolean {
  const { name, conditions, rules } = property;
  const value = instance[name];
  if (!conditions.every((condition) => condition(instance, value))) return true;
  if (property.nested && value === undefined) return false;
  return rules.every(({ each, constraints, validator }) => {
    const args: ValidationArguments = {
      targetName: instance.constructor.name,
      property: name,
      object: instance,
      value,
      constraints: constraints as unknown[],
    };
    if (!each) return validator.validate(value, args) === true;
    return Array.isArray(value) && value.every((one) => validator.validate(one, args) === true);
  });
}
