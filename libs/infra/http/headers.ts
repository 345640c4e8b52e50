/** Names of the headers that are ours. */
export const POSITION_HEADER = 'X-Casetrail-Position';
export const READ_AFTER_HEADER = 'X-Casetrail-Read-After';
export const TRACE_HEADER = 'X-Casetrail-Trace';
export const IDEMPOTENCY_HEADER = 'Idempotency-Key';

/** A header's one value; undefined where it is absent. Where Node gives a list, it was sent more than once. */
export function headerOf(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  name: string,
): string | undefined {
  const value = headers[name.toLowerCase()];
  return value === undefined || typeof value === 'string' ? value : value.join(', ');
}
