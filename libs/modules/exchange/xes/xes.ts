/**
 * What a XES log is to Casetrail: traces of events with the attributes that its standard extensions
 * give (concept, lifecycle, org, time), read from XES 1.0 and IEEE 1849-2016 alike.
 * Events keep their index in the trace, refused ones included, because ids derive from it.
 */
import { type Instant } from '#kernel/instants';

export const XES_NAMESPACE = 'http://www.xes-standard.org/';

export interface XesAttribute {
  readonly key: string;
  /** The element's name: string, date, int, float, boolean, id, list or container. */
  readonly type: string;
  /** As written. Empty for lists and containers. */
  readonly value: string;
  readonly children?: readonly XesAttribute[];
}

export interface XesEvent {
  /** 0 for the first event of the trace; refused events count. */
  readonly index: number;
  /** concept:name */
  readonly activity: string;
  /** lifecycle:transition, as written */
  readonly transition: string | undefined;
  /** org:resource */
  readonly resource: string | undefined;
  /** time:timestamp */
  readonly at: Instant;
  /** All other attributes, in the order of the log. */
  readonly attributes: readonly XesAttribute[];
}

export const EVENT_REFUSALS = [
  'activity-missing',
  'timestamp-missing',
  'timestamp-invalid',
  'timestamp-without-zone',
  'attribute-repeated',
] as const;
/** Why one event cannot be read although the file around it can. */
export type EventRefusal = (typeof EVENT_REFUSALS)[number];

export interface RefusedEvent {
  readonly index: number;
  readonly reason: EventRefusal;
  /** Of the event's end in the unpacked text; the first line is 1. */
  readonly line: number;
}

export interface XesTrace {
  /** 0 for the first trace of the log. */
  readonly index: number;
  /** concept:name; empty when the trace has none. */
  readonly name: string;
  /** Why the name tells no case apart. The trace is whole otherwise: what becomes of it is for the mapping to say. */
  readonly nameProblem?: 'missing' | 'repeated';
  /** Of the trace's end in the unpacked text. */
  readonly line: number;
  readonly attributes: readonly XesAttribute[];
  readonly events: readonly XesEvent[];
  readonly refused: readonly RefusedEvent[];
}

export const XES_ERRORS = [
  'unreadable',
  'truncated',
  'damaged-gzip',
  'bad-encoding',
  'malformed-xml',
  'doctype-refused',
  'not-xes',
  'limit-exceeded',
  'changed-while-read',
] as const;
export type XesErrorCode = (typeof XES_ERRORS)[number];

export interface XesPlace {
  /** In the unpacked text; the first is 1. */
  readonly line?: number;
  /** In characters; the first is 1. */
  readonly column?: number;
  /** In the unpacked text for `bad-encoding`, in the file otherwise. */
  readonly byteOffset?: number;
}

/** The file cannot be read on from here. Every trace handed out before is whole and stays valid. */
export class XesError extends Error {
  readonly code: XesErrorCode;
  readonly file: string;
  readonly reason: string;
  readonly place: XesPlace;

  constructor(
    code: XesErrorCode,
    file: string,
    reason: string,
    place: XesPlace = {},
    options?: ErrorOptions,
  ) {
    const where =
      place.line !== undefined
        ? `:${place.line}:${place.column ?? 1}`
        : place.byteOffset !== undefined
          ? ` at byte ${place.byteOffset}`
          : '';
    super(`${file}${where}: ${reason}`, options);
    this.name = 'XesError';
    this.code = code;
    this.file = file;
    this.reason = reason;
    this.place = place;
  }
}

/**
 * What one log may demand of this machine. `traceChars` is the bound on memory: nothing outlives
 * the trace that it belongs to, but for the traces' names, which are kept to find repeated ones.
 */
export interface XesLimits {
  readonly traces: number;
  readonly traceEvents: number;
  /** Markup of one trace. */
  readonly traceChars: number;
  /** One attribute's key or value. */
  readonly attributeChars: number;
  /** Attributes of one trace or event, nested ones included. */
  readonly elementAttributes: number;
  /** Nested elements. */
  readonly depth: number;
  /** The whole log, unpacked: an end to a file that unpacks without one. */
  readonly unpackedBytes: number;
}

export const XES_LIMITS: XesLimits = {
  traces: 2_000_000,
  traceEvents: 100_000,
  traceChars: 64 * 1024 * 1024,
  attributeChars: 65_536,
  elementAttributes: 1_000,
  depth: 32,
  unpackedBytes: 64 * 1024 * 1024 * 1024,
};

export function attributeOf(
  attributes: readonly XesAttribute[],
  key: string,
): XesAttribute | undefined {
  return attributes.find((attribute) => attribute.key === key);
}
