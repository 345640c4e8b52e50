/**
 * Problem details (RFC 9457): the one form in which this server says no. A problem names the field at
 * fault by its path and says what to do; it never repeats a value that the client sent.
 */
import { type HiddenFrom } from '#infra/auth/access-log.port';
import { type AttemptedAt } from '#infra/auth/attempted-at';
import { isViolation, type Violation } from '#kernel/violation';
import { type TechnicalCode } from './problem.catalogue.ts';

export type ProblemParams = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** One rule that one field of a request breaks, in the reader's language. */
export interface FieldProblem {
  /** Path as the client sent it: `reasons[0].code`. */
  readonly field: string;
  /** Stable name of the rule: `isUuid`, `maxLength`, `unknown`. */
  readonly rule: string;
  readonly detail: string;
}

/** The body of every answer from 400 on. */
export interface Problem {
  /** A URN that names the kind of problem; stable, and not to be dereferenced. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** Names this one occurrence, as a UUID URN of the trace id. */
  readonly instance: string;
  /** Stable for ever: clients match on it. */
  readonly code: string;
  readonly field?: string;
  readonly fields?: readonly FieldProblem[];
  /** What the reader can do about it. */
  readonly action: string;
  /** The facts behind `detail`, for programs: who holds a claim and until when, for one. */
  readonly params?: ProblemParams;
  readonly traceId: string;
}

/** A field's fault before it is worded: `args` are the arguments of the rule, as its declaration has them. */
export interface FieldFault {
  readonly field: string;
  readonly rule: string;
  readonly args?: readonly unknown[];
  /** Texts of the declaration itself; they go before the common ones. */
  readonly texts?: { readonly en: string; readonly zhCN: string };
}

export interface ProblemDetails {
  readonly field?: string;
  readonly fields?: readonly FieldFault[];
  readonly params?: ProblemParams;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
  /** What was asked for is there: the access log is told of the attempt. */
  readonly hiddenFrom?: HiddenFrom;
}

/** Thrown by the technical layer and by controllers to answer with a problem of the technical catalogue. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';

  readonly code: TechnicalCode;
  readonly details: ProblemDetails;

  constructor(code: TechnicalCode, details: ProblemDetails = {}) {
    super(code, { cause: details.cause });
    this.code = code;
    this.details = details;
  }
}

/** A violation on its way to the client. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  readonly violation: Violation;
  readonly headers: Readonly<Record<string, string>>;
  /** What was asked for is there: the access log is told of the attempt. */
  readonly hiddenFrom: HiddenFrom | undefined;
  /** What that is, where the request names it by something else. */
  readonly at: AttemptedAt;

  constructor(
    violation: Violation,
    headers: Readonly<Record<string, string>> = {},
    hiddenFrom?: HiddenFrom,
    at: AttemptedAt = {},
  ) {
    super(violation.code);
    this.violation = violation;
    this.headers = headers;
    this.hiddenFrom = hiddenFrom;
    this.at = at;
  }
}

/** The result of a command, or the violation thrown as a problem. @throws Refusal */
export function orRefuse<T>(
  result: T | Violation,
  headers?: Readonly<Record<string, string>>,
): Exclude<T, Violation> {
  if (isViolation(result)) throw new Refusal(result, headers);
  return result as Exclude<T, Violation>;
}

/** Nothing of that kind and id is visible to this caller. The same answer whether or not it exists elsewhere. */
export function notFoundHere(field?: string): HttpProblem {
  return new HttpProblem('not-found-here', { field });
}

/** The same answer for what is there and hidden; the attempt is recorded. */
export function hiddenHere(hiddenFrom: HiddenFrom, field: string): HttpProblem {
  return new HttpProblem('not-found-here', { field, hiddenFrom });
}

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

export function problemType(code: string): string {
  return `urn:casetrail:problem:${code}`;
}
