/** The trace id of a request: the caller's where it sends one in the form of W3C Trace Context, else a new one. */
import { type IncomingMessage } from 'node:http';
import { type IdSource } from '#kernel/ids';

/** version "-" trace-id "-" parent-id "-" flags; an id of zeros is invalid. */
const TRACEPARENT = /^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** 32 lower-case hex digits. */
export function traceIdOf(request: IncomingMessage, ids: IdSource): string {
  const header = request.headers['traceparent'];
  const given = typeof header === 'string' ? TRACEPARENT.exec(header)?.[1] : undefined;
  return given ?? ids.next().replaceAll('-', '');
}
