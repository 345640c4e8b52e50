/** Answers what is not HTTP at all, or is too large or too slow to be: there is no request yet to answer. */
import { type Socket } from 'node:net';
import { STATUS_CODES } from 'node:http';
import { randomIds } from '#kernel/ids';
import { DEFAULT_LOCALE } from './locale.ts';
import { type TechnicalCode } from './problem.catalogue.ts';
import { renderProblem } from './problem.render.ts';
import { PROBLEM_MEDIA_TYPE } from './problem.ts';
import { ViolationRegistry } from './violation.registry.ts';

/** By the error codes of Node's HTTP parser and server. */
const CODES: Readonly<Record<string, TechnicalCode>> = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'receive-timeout',
};

const NO_VIOLATIONS = new ViolationRegistry();

export function answerBrokenHttp(error: { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const code = CODES[error.code ?? ''] ?? 'malformed-request';
  const traceId = randomIds.next().replaceAll('-', '');
  const { problem, headers } = renderProblem(
    { code, details: {} },
    NO_VIOLATIONS,
    DEFAULT_LOCALE,
    traceId,
  );
  const body = JSON.stringify(problem);
  const lines = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
    `Content-Type: ${PROBLEM_MEDIA_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    'Connection: close',
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
