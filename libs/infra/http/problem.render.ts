/** Words a problem in one language. */
import { wordFieldFault } from './field.texts.ts';
import { type Locale } from './locale.ts';
import { type ProblemSpec, TECHNICAL_PROBLEMS } from './problem.catalogue.ts';
import { type Told } from './problem.mapping.ts';
import { type Problem, type ProblemDetails, type ProblemParams, problemType } from './problem.ts';
import { type ViolationRegistry } from './violation.registry.ts';

export interface RenderedProblem {
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a text shows for a fact that was not given. */
const UNSAID = '…';

export function fillText(template: string, params: ProblemParams, locale: Locale): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = Object.hasOwn(params, name) ? params[name] : undefined;
    if (value === undefined) return UNSAID;
    return Array.isArray(value) ? value.join(locale === 'zh-CN' ? '、' : ', ') : String(value);
  });
}

/** A trace id is 32 hex digits, which are also the digits of a UUID (RFC 9562). */
function instanceOf(traceId: string): string {
  const digits = /^(.{8})(.{4})(.{4})(.{4})(.{12})$/.exec(traceId);
  return digits ? `urn:uuid:${digits.slice(1).join('-')}` : `urn:uuid:${traceId}`;
}

interface Source {
  readonly code: string;
  readonly spec: ProblemSpec;
  readonly details: ProblemDetails;
}

function sourceOf(told: Told, registry: ViolationRegistry): Source {
  if (!('refusal' in told))
    return { code: told.code, spec: TECHNICAL_PROBLEMS[told.code], details: told.details };
  const { violation, headers } = told.refusal;
  return {
    code: violation.code,
    spec: registry.specOf(violation),
    details: { field: violation.field, params: violation.params, headers },
  };
}

export function renderProblem(
  told: Told,
  registry: ViolationRegistry,
  locale: Locale,
  traceId: string,
): RenderedProblem {
  const { code, spec, details } = sourceOf(told, registry);
  const words = spec.texts[locale];
  const fields = details.fields?.map((fault) => wordFieldFault(fault, locale));
  const field = details.field ?? fields?.[0]?.field;
  const problem: Problem = {
    type: problemType(code),
    title: words.title,
    status: spec.status,
    detail: fillText(words.detail, details.params ?? {}, locale),
    instance: instanceOf(traceId),
    code,
    ...(field !== undefined && { field }),
    ...(fields && { fields }),
    action: words.action,
    ...(details.params && { params: details.params }),
    traceId,
  };
  const headers = {
    'content-language': locale,
    'cache-control': 'no-store',
    ...(spec.retryAfterSeconds && { 'retry-after': String(spec.retryAfterSeconds) }),
    ...(spec.status === 401 && { 'www-authenticate': bearerChallenge(code) }),
    ...details.headers,
  };
  return { problem, headers };
}

/** RFC 6750, section 3: the error is named only where a token was sent and refused. */
function bearerChallenge(code: string): string {
  return code === 'token-expired' ? 'Bearer error="invalid_token"' : 'Bearer';
}
