/** Small logs for specs, written as the standard has them. */
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { readXes, type ReadXesOptions } from './xes-reader.ts';
import { XES_NAMESPACE, type XesTrace } from './xes.ts';

export interface EventSpec {
  activity?: string;
  transition?: string;
  resource?: string;
  at?: string;
  /** Markup added inside the event. */
  extra?: string;
}

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

export const attribute = (type: string, key: string, value: string | undefined) =>
  value === undefined ? '' : `<${type} key="${key}" value="${escaped(value)}"/>`;

export function eventXml({ activity, transition, resource, at, extra = '' }: EventSpec): string {
  return [
    '<event>',
    attribute('string', 'concept:name', activity),
    attribute('string', 'lifecycle:transition', transition),
    attribute('string', 'org:resource', resource),
    attribute('date', 'time:timestamp', at),
    extra,
    '</event>',
  ].join('');
}

export function traceXml(name: string | undefined, events: readonly EventSpec[]): string {
  return `<trace>${attribute('string', 'concept:name', name)}${events.map(eventXml).join('\n')}</trace>`;
}

export function logXml(...content: readonly string[]): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<log xes.version="1.0" xmlns="${XES_NAMESPACE}">`,
    '<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>',
    ...content,
    '</log>',
  ].join('\n');
}

/** An activity, or one with its transition and resource. */
export type Step = string | readonly [string, string?, string?];

/** Events a minute apart; COMPLETE where no transition is given. */
export function steps(...list: readonly Step[]): EventSpec[] {
  return list.map((each, minute) => {
    const [activity, transition = 'COMPLETE', resource] = typeof each === 'string' ? [each] : each;
    const at = `2026-03-02T09:${String(minute).padStart(2, '0')}:00.000Z`;
    return { activity, transition, resource, at };
  });
}

export interface Read {
  readonly traces: XesTrace[];
  readonly error: unknown;
}

/** All that a log gives, and what ended the reading if it was not the log's end. */
export async function readAll(
  log: string | Uint8Array | Readable,
  options: ReadXesOptions = {},
): Promise<Read> {
  const source = log instanceof Readable ? log : Readable.from([Buffer.from(log)]);
  const traces: XesTrace[] = [];
  try {
    for await (const trace of readXes(source, { file: 'small.xes', ...options })) {
      traces.push(trace);
    }
  } catch (error) {
    return { traces, error };
  }
  return { traces, error: undefined };
}

export const packed = (log: string): Buffer => gzipSync(log);
