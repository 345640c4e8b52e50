/** In which form a body may come, as its headers say: seen before any of it is read. */
import { type IncomingHttpHeaders } from 'node:http';
import { headerOf } from './headers.ts';
import { HttpProblem } from './problem.ts';

/** RFC 8259, section 8.1: JSON is UTF-8. The parameter is not defined for it, and many send it. */
const CHARSET = /;\s*charset\s*=\s*"?([^\s;"]*)"?/i;
const JSON_TYPE = /^\s*application\/json\s*(?:;|$)/i;

/** @throws HttpProblem content-encoding-unsupported, charset-unsupported */
export function assertBodyForm(headers: IncomingHttpHeaders): void {
  const encoding = headerOf(headers, 'content-encoding')?.trim().toLowerCase();
  // Nothing is unpacked: what a small body would become has no limit.
  if (encoding !== undefined && encoding !== 'identity') {
    const headers = { 'accept-encoding': 'identity' };
    throw new HttpProblem('content-encoding-unsupported', { field: 'Content-Encoding', headers });
  }
  const type = headerOf(headers, 'content-type') ?? '';
  const charset = JSON_TYPE.test(type) ? CHARSET.exec(type)?.[1]?.toLowerCase() : undefined;
  if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8')
    throw new HttpProblem('charset-unsupported', { field: 'Content-Type' });
}
