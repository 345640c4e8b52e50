/**
 * From the port's queries to SQL, so that an index which begins with what the query names answers it
 * by seeking alone: every page is one range of an index, never an offset, an OR or a sort of
 * everything. sqlite-read-store.spec.ts asks SQLite for its plans.
 */
import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import { type SparseIndex } from '#kernel/view';
import { type Cursor } from '../cursor.ts';
import type { Condition, OrderBy, Query, Scalar, Where } from '../read-store.port.ts';

export interface Sql {
  readonly text: string;
  readonly params: readonly SQLInputValue[];
}

/** The most values of `in` conditions that are looked up one by one and merged, so that each stays in index order. */
const MERGED_BRANCHES_MAX = 40;

const FIELD = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * A top-level property as a comparable value. Booleans become one-byte blobs, because SQLite sorts
 * blobs after text and can then tell `true` from 1; what is no scalar counts as null. Indexes are
 * made over this very text, which is how the planner recognises it.
 * @throws RangeError for a name that is no plain identifier: names come from code, never from clients.
 */
export function fieldSql(field: string): string {
  if (!FIELD.test(field)) throw new RangeError(`Not the name of a property: ${field}`);
  const path = `'$."${field}"'`;
  return (
    `CASE json_type(doc, ${path}) WHEN 'true' THEN x'01' WHEN 'false' THEN x'00' ` +
    `WHEN 'object' THEN NULL WHEN 'array' THEN NULL ELSE json_extract(doc, ${path}) END`
  );
}

export function toSqlite(value: Scalar): SQLInputValue {
  if (typeof value === 'boolean') return Uint8Array.of(value ? 1 : 0);
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new RangeError('Conditions compare with finite numbers only.');
  return value;
}

export function fromSqlite(value: SQLOutputValue): Scalar {
  if (value instanceof Uint8Array) return value[0] === 1;
  if (typeof value === 'bigint') return Number(value);
  return value;
}

const sql = (text: string, ...params: SQLInputValue[]): Sql => ({ text, params });
const NOTHING = sql('0');

function conjunction(terms: readonly Sql[]): Sql {
  if (terms.length === 0) return sql('1');
  return sql(
    terms.map((term) => `(${term.text})`).join(' AND '),
    ...terms.flatMap((term) => term.params),
  );
}

const isTrue = (field: string): string => `${fieldSql(field)} = x'01'`;

/** The documents that a sparse index is of. */
export const sparseSql = ({ field, is }: SparseIndex['where']): string =>
  is === 'true' ? isTrue(field) : `${fieldSql(field)} IS NOT NULL`;

function equals(field: string, value: Scalar): Sql {
  const column = fieldSql(field);
  // As text: by a parameter SQLite would not see that a sparse index has all that is asked for.
  if (value === true) return sql(isTrue(field));
  return value === null ? sql(`${column} IS NULL`) : sql(`${column} = ?`, toSqlite(value));
}

const OPERATORS = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;

/** Keeps a range within the type of its bound: numbers sort before '', strings before x''. */
function typeBounds(column: string, bound: Scalar): Sql {
  if (typeof bound === 'number') return sql(`${column} < ''`);
  if (typeof bound === 'string') return sql(`${column} >= '' AND ${column} < x''`);
  return sql(`${column} >= x''`);
}

function range(field: string, bounds: Partial<Record<keyof typeof OPERATORS, Scalar>>): Sql {
  const column = fieldSql(field);
  const terms: Sql[] = [];
  for (const [name, operator] of Object.entries(OPERATORS)) {
    const bound = bounds[name as keyof typeof OPERATORS];
    if (bound === undefined) continue;
    if (bound === null) return NOTHING;
    terms.push(sql(`${column} ${operator} ?`, toSqlite(bound)), typeBounds(column, bound));
  }
  return conjunction(terms);
}

function oneOf(field: string, values: readonly Scalar[]): Sql {
  const column = fieldSql(field);
  const present = values.filter((value) => value !== null);
  const marks = present.map(() => '?').join(', ');
  const isIn = sql(`${column} IN (${marks})`, ...present.map(toSqlite));
  return values.includes(null) ? sql(`${isIn.text} OR ${column} IS NULL`, ...isIn.params) : isIn;
}

function conditionSql(field: string, condition: Condition): Sql {
  // An optional filter passed on unset would silently widen a query beyond what its caller may see.
  if (condition === undefined) throw new RangeError(`No condition given for ${field}.`);
  if (condition === null || typeof condition !== 'object') return equals(field, condition);
  if ('in' in condition) return oneOf(field, condition.in);
  if ('not' in condition) return sql(`${fieldSql(field)} IS NOT ?`, toSqlite(condition.not));
  return range(field, condition);
}

/** The conditions as one term; always leaves tombstones out, which also lets the partial indexes be used. */
export function whereSql(where: Where = {}): Sql {
  const terms = Object.entries(where).map(([field, condition]) => conditionSql(field, condition));
  return conjunction([...terms, sql('doc IS NOT NULL')]);
}

/** One `where` for every combination of `in` values, so that each of them reads its index in order. */
function branchesOf(where: Where = {}): readonly Where[] {
  let branches: Where[] = [where];
  for (const [field, condition] of Object.entries(where)) {
    if (condition === null || typeof condition !== 'object' || !('in' in condition)) continue;
    const values = [...new Set(condition.in)];
    if (values.length === 0 || branches.length * values.length > MERGED_BRANCHES_MAX) continue;
    branches = branches.flatMap((branch) => values.map((value) => ({ ...branch, [field]: value })));
  }
  return branches;
}

/** Documents that follow each other by what is left to order by: all of them have the same of the rest. */
interface Range {
  readonly where: Sql;
  readonly orderBy: readonly Level[];
}

/** What comes strictly after `value` in one field: ranges that follow upon each other. */
function rangesAfter(
  { field, direction }: Level,
  value: Scalar,
): readonly { readonly where: Sql; readonly isOneValue: boolean }[] {
  const column = fieldSql(field);
  if (direction === 'asc') {
    // No stored number is lower than minus infinity, so this says "not null" in a form that seeks.
    const where =
      value === null ? sql(`${column} >= ?`, -Infinity) : sql(`${column} > ?`, toSqlite(value));
    return [{ where, isOneValue: false }];
  }
  if (value === null) return [];
  return [
    { where: sql(`${column} < ?`, toSqlite(value)), isOneValue: false },
    { where: sql(`${column} IS NULL`), isOneValue: true },
  ];
}

/**
 * The documents of a branch after the cursor as disjoint ranges: the same values but for one, and that
 * later; and so on; and the same of all, and a later key. What the branch has one value of is compared
 * here: SQLite would look through all of it for what contradicts that value.
 */
function rangesAfterCursor(
  branch: Where,
  levels: readonly Level[],
  cursor: Cursor,
  direction: OrderBy['direction'],
): readonly Range[] {
  const same: Sql[] = [];
  const ranges: Range[] = [];
  for (const [index, by] of levels.entries()) {
    const value = cursor.values[by.level]!;
    const fixed = fixedBy(branch, by);
    if (fixed === undefined) {
      for (const { where, isOneValue } of rangesAfter(by, value)) {
        const orderBy = levels.slice(isOneValue ? index + 1 : index);
        ranges.push({ where: conjunction([...same, where]), orderBy });
      }
      same.push(equals(by.field, value));
      continue;
    }
    const order = compareScalars(fixed, value) * (by.direction === 'asc' ? 1 : -1);
    if (order > 0) ranges.push({ where: conjunction(same), orderBy: levels.slice(index + 1) });
    if (order !== 0) return ranges;
  }
  const later = sql(direction === 'asc' ? 'key > ?' : 'key < ?', cursor.key);
  return [...ranges, { where: conjunction([...same, later]), orderBy: [] }];
}

/** As the port orders them: nulls, numbers, strings by code point, false, true. */
function compareScalars(one: Scalar, other: Scalar): number {
  const kinds = ['object', 'number', 'string', 'boolean'];
  const kind = kinds.indexOf(typeof one) - kinds.indexOf(typeof other);
  if (kind !== 0 || one === null || other === null) return kind;
  if (typeof one === 'string') return Buffer.compare(Buffer.from(one), Buffer.from(String(other)));
  return Number(one) - Number(other);
}

interface Level extends OrderBy {
  /** Its place in the order that was asked for, and in the values of a cursor. */
  readonly level: number;
}

/** The value that all of these documents have of a field; undefined where they may have several. */
function fixedBy(where: Where, { field }: OrderBy): Scalar | undefined {
  const condition = where[field];
  return condition !== null && typeof condition === 'object' ? undefined : condition;
}

/** What there is left to order by: SQLite does not see by itself that an expression is constant, and would sort. */
function notFixedBy(where: Where, levels: readonly Level[]): readonly Level[] {
  return levels.filter((level) => fixedBy(where, level) === undefined);
}

function keyDirection(orderBy: readonly OrderBy[]): OrderBy['direction'] {
  return orderBy.at(-1)?.direction ?? 'asc';
}

/** The columns of a page: key, position, doc, and `o0`, `o1` … for the order. One row more than the limit. */
export function pageSql(table: string, query: Query, cursor: Cursor | undefined): Sql {
  if (!Number.isSafeInteger(query.limit) || query.limit < 1)
    throw new RangeError(`A page holds at least one document, not ${query.limit}.`);
  const orderBy = query.orderBy ?? [];
  for (const { direction } of orderBy) {
    if (direction !== 'asc' && direction !== 'desc')
      throw new RangeError(`No direction: ${String(direction)}`);
  }
  const columns = orderBy.map(({ field }, level) => `, ${fieldSql(field)} AS o${level}`).join('');
  const all = orderBy.map((by, level) => ({ ...by, level }));
  const levels = notFixedBy(query.where ?? {}, all);
  const keyOrder = keyDirection(orderBy);
  const last = `key ${keyOrder}`;
  const outer = [...levels.map((by) => `o${by.level} ${by.direction}`), last].join(', ');
  const rangesOf = (branch: Where): readonly Range[] =>
    cursor
      ? rangesAfterCursor(branch, levels, cursor, keyOrder)
      : [{ where: conjunction([]), orderBy: levels }];
  // With its number: SQLite plans a statement anew whenever a limit that is bound changes.
  const limit = `LIMIT ${query.limit + 1}`;

  const selects = branchesOf(query.where).flatMap((where) =>
    rangesOf(where).map((after) => {
      const condition = conjunction([whereSql(where), after.where]);
      const left = notFixedBy(where, after.orderBy);
      const inner = [...left.map((by) => `${fieldSql(by.field)} ${by.direction}`), last].join(', ');
      return sql(
        `SELECT key, position, doc${columns} FROM ${table} WHERE ${condition.text} ORDER BY ${inner} ${limit}`,
        ...condition.params,
      );
    }),
  );
  const [first, ...others] = selects;
  // After a cursor that was not given for this query there may be nothing.
  if (!first) return sql(`SELECT key, position, doc${columns} FROM ${table} WHERE 0`);
  if (others.length === 0) return first;
  return sql(
    `${selects.map((select) => `SELECT * FROM (${select.text})`).join(' UNION ALL ')} ORDER BY ${outer} ${limit}`,
    ...selects.flatMap((select) => select.params),
  );
}
