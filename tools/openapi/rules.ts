/**
 * What the decorators of class-validator say of a request, added to what the swagger plugin read of
 * them: the plugin sees literals alone, and neither our own rules nor a constant.
 */
import { getMetadataStorage } from 'class-validator';
import { CODE_WORDS } from '#infra/http/code.dto';

export type Rules = Record<string, unknown>;

type Constraints = readonly unknown[];

const pattern = ([expression]: Constraints) => ({ pattern: (expression as RegExp).source });

const KEYWORDS: Readonly<Record<string, (constraints: Constraints) => Rules>> = {
  isInt: () => ({ type: 'integer' }),
  isUuid: () => ({ format: 'uuid' }),
  isRFC3339: () => ({ format: 'date-time' }),
  isCode: ([lengthMax]) => ({ maxLength: lengthMax, pattern: CODE_WORDS.source }),
  matches: pattern,
  min: ([minimum]) => ({ minimum }),
  max: ([maximum]) => ({ maximum }),
  minLength: ([minLength]) => ({ minLength }),
  maxLength: ([maxLength]) => ({ maxLength }),
  arrayMinSize: ([minItems]) => ({ minItems }),
  arrayMaxSize: ([maxItems]) => ({ maxItems }),
};

interface Rule {
  readonly propertyName: string;
  readonly name?: string;
  readonly each: boolean;
  readonly constraints?: Constraints;
}

const OF_LISTS: ReadonlySet<string> = new Set(['arrayMinSize', 'arrayMaxSize']);

/** The keywords of each property of a DTO class; of the entries of a list under `items`. */
export function rulesOf(dto: object): ReadonlyMap<string, Rules> {
  const found = new Map<string, Rules>();
  const metadatas = getMetadataStorage().getTargetValidationMetadatas(
    dto as () => unknown,
    '',
    false,
    false,
  ) as readonly Rule[];
  for (const { propertyName, name = '', each, constraints = [] } of metadatas) {
    const keywords = KEYWORDS[name]?.(constraints);
    if (!keywords) continue;
    const rules = found.get(propertyName) ?? {};
    found.set(propertyName, rules);
    if (each && !OF_LISTS.has(name)) rules['items'] = { ...(rules['items'] as Rules), ...keywords };
    else Object.assign(rules, keywords);
  }
  return found;
}

/** Every DTO class by its name. @throws Error where two have the same: their schemas would be mixed up. */
export function dtoClasses(): ReadonlyMap<string, object> {
  const { validationMetadatas } = getMetadataStorage() as unknown as {
    validationMetadatas: ReadonlyMap<{ name: string }, unknown>;
  };
  const classes = new Map<string, object>();
  for (const dto of validationMetadatas.keys()) {
    if (classes.has(dto.name)) throw new Error(`Two request classes are named ${dto.name}.`);
    classes.set(dto.name, dto);
  }
  return classes;
}

/** A schema with what the rules say; the type of a list's entries and the like stay as they are. */
export function withRules(schema: Rules, rules: Rules | undefined): Rules {
  if (!rules) return schema;
  const { items, ...own } = rules;
  if (items === undefined) return { ...schema, ...own };
  return { ...schema, ...own, items: { ...(schema['items'] as Rules), ...(items as Rules) } };
}
