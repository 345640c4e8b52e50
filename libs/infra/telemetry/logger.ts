/**
 * The log: one JSON object a line, by pino, on standard output. It holds no personal data: errors
 * are cut to what `safeError` lets through, and members by names that carry secrets are removed.
 */
import { type LoggerService } from '@nestjs/common';
import { type DestinationStream, pino, type Logger } from 'pino';
import { safeError } from './safe-error.ts';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export type LogFacts = Readonly<Record<string, unknown>>;

const SECRET_NAMES = [
  'authorization',
  'cookie',
  'token',
  'secret',
  'password',
  'key',
  'idempotencyKey',
  'body',
  'value',
  'query',
  'url',
];

/** Contexts in which Nest says a line for each module and each route at every start. */
const WIRING: ReadonlySet<unknown> = new Set([
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
]);

/** Of lines that cannot be written: what comes beyond it is dropped. */
const WAITING_BYTES_MAX = 1024 * 1024;

/**
 * That it cannot be written, as when its disk is full, is no reason
 * to end: lines wait for room, and are written with the next one that comes then.
 */
function standardOutput(): DestinationStream {
  const output = pino.destination({ sync: true, maxLength: WAITING_BYTES_MAX });
  output.on('error', () => undefined);
  return output;
}

/** Pino's own logger behind the interface of Nest, with `failure` for what went wrong and `facts` for the rest. */
export class JsonLogger implements LoggerService {
  readonly #pino: Logger;

  constructor(options: { level: LogLevel; destination?: DestinationStream }) {
    const paths = SECRET_NAMES.flatMap((name) => [name, `*.${name}`]);
    this.#pino = pino(
      {
        level: options.level,
        base: null,
        messageKey: 'message',
        timestamp: pino.stdTimeFunctions.isoTime,
        formatters: { level: (label) => ({ level: label }) },
        redact: { paths, remove: true },
      },
      options.destination ?? standardOutput(),
    );
  }

  /** A line of named facts: ids and figures, never personal data. */
  facts(message: string, facts: LogFacts, level: 'info' | 'warn' | 'error' = 'info'): void {
    this.#pino[level](facts, message);
  }

  /** An error that nobody expected, or that an operator must see. */
  failure(message: string, error: unknown, facts: LogFacts = {}): void {
    this.#pino.error({ ...facts, error: safeError(error) }, message);
  }

  // What follows is how Nest logs: a message, then whatever, and the context last.
  log(message: unknown, ...rest: unknown[]): void {
    this.#nest(WIRING.has(rest.at(-1)) ? 'debug' : 'info', message, rest);
  }
  warn(message: unknown, ...rest: unknown[]): void {
    this.#nest('warn', message, rest);
  }
  error(message: unknown, ...rest: unknown[]): void {
    this.#nest('error', message, rest);
  }
  fatal(message: unknown, ...rest: unknown[]): void {
    this.#nest('fatal', message, rest);
  }
  debug(message: unknown, ...rest: unknown[]): void {
    this.#nest('debug', message, rest);
  }
  verbose(message: unknown, ...rest: unknown[]): void {
    this.#nest('trace', message, rest);
  }

  #nest(level: Exclude<LogLevel, 'silent'>, message: unknown, rest: readonly unknown[]): void {
    const last = rest.at(-1);
    // Nest gives the stack of an error as a text beside its message; only the context is one line.
    const context = typeof last === 'string' && !last.includes('\n') ? { context: last } : {};
    const error = [message, ...rest].find((part) => part instanceof Error);
    const text = typeof message === 'string' ? message : 'Logged without a message.';
    this.#pino[level](error ? { ...context, error: safeError(error) } : context, text);
  }
}
