/**
 * From text to traces, as it comes in: a push parser over saxes that holds one trace at a time.
 * A document type declaration ends the reading, so that no entity is ever declared, expanded or
 * fetched; beyond the five of XML itself and character references there are none.
 */
import { SaxesParser, type SaxesTagPlain } from 'saxes';
import {
  XES_NAMESPACE,
  XesError,
  type RefusedEvent,
  type XesAttribute,
  type XesErrorCode,
  type XesEvent,
  type XesLimits,
  type XesTrace,
} from './xes.ts';
import { xesInstant } from './xes-time.ts';

/** Older writers named the log's namespace otherwise. */
const NAMESPACES = [XES_NAMESPACE, 'http://www.xes-standard.org', 'http://code.deckfour.org/xes'];
const ATTRIBUTES = ['string', 'date', 'int', 'float', 'boolean', 'id', 'list', 'container'];

interface OpenAttribute {
  key: string;
  type: string;
  value: string;
  children?: OpenAttribute[];
}

/** A trace or an event while it is read. */
interface OpenElement {
  attributes: OpenAttribute[];
  attributeCount: number;
}

interface OpenTrace extends OpenElement {
  startedAt: number;
  eventCount: number;
  events: XesEvent[];
  refused: RefusedEvent[];
}

export interface XesParserOptions {
  readonly file: string;
  readonly limits: XesLimits;
  readonly timeZone: string | undefined;
}

export class XesParser {
  readonly #options: XesParserOptions;
  readonly #sax = new SaxesParser();
  readonly #names = new Set<string>();
  #prefix = '';
  #depth = 0;
  /** The depth of the element whose whole content is passed over; 0 for none. */
  #skippedFrom = 0;
  #trace: OpenTrace | undefined;
  #event: OpenElement | undefined;
  readonly #nesting: OpenAttribute[] = [];
  #traceCount = 0;
  /** A trace just closed: saxes complains of a wrong end tag only after it has closed the element. */
  #closed: XesTrace | undefined;
  #finished: XesTrace[] = [];
  #fed = 0;
  /** How much had been fed when the parser last reported anything. */
  #heardAt = 0;

  constructor(options: XesParserOptions) {
    this.#options = options;
    this.#sax.on('opentag', (tag) => this.#open(tag));
    this.#sax.on('closetag', (tag) => this.#close(tag));
    // Each handler is one more property of saxes' parser. A few more than these and V8 keeps it as a
    // dictionary, which makes reading three times slower.
    this.#sax.on('text', () => this.#heard());
    this.#sax.on('doctype', () =>
      this.#fail('doctype-refused', 'A document type declaration is not read here.'),
    );
    this.#sax.on('error', (error) => {
      // saxes puts its own place before the message; ours goes into the error's fields.
      this.#fail('malformed-xml', error.message.replace(/^\d+:\d+: /, 'Not well-formed XML: '));
    });
  }

  /** @throws XesError; what `take` gives afterwards was whole before it. */
  write(text: string): void {
    this.#fed += text.length;
    this.#sax.write(text);
    this.#confirm();
    // A name, value or comment that does not end is held by saxes and reported by nobody.
    const markupChars = 2 * this.#options.limits.attributeChars;
    if (this.#fed - this.#heardAt > markupChars + text.length) {
      this.#fail(
        'limit-exceeded',
        `A name, a value or a comment is longer than ${markupChars} characters.`,
      );
    }
  }

  /** @throws XesError when the log does not end here. */
  end(): void {
    if (this.#depth > 0) this.#fail('truncated', 'The log ends before its last element is closed.');
    this.#sax.close();
  }

  /** The traces that ended since the last call. */
  take(): XesTrace[] {
    const finished = this.#finished;
    this.#finished = [];
    return finished;
  }

  #heard(): void {
    this.#heardAt = this.#fed;
    this.#confirm();
  }

  #confirm(): void {
    if (this.#closed) this.#finished.push(this.#closed);
    this.#closed = undefined;
  }

  #open(tag: SaxesTagPlain): void {
    this.#heard();
    this.#depth++;
    if (this.#depth > this.#options.limits.depth) {
      this.#fail(
        'limit-exceeded',
        `Elements are nested more than ${this.#options.limits.depth} deep.`,
      );
    }
    if (this.#skippedFrom > 0) return;
    if (this.#depth === 1) return this.#openLog(tag);
    const name = this.#localName(tag.name);
    if (name === 'trace') this.#openTrace();
    else if (name === 'event') this.#openEvent();
    else if (this.#trace && ATTRIBUTES.includes(name)) this.#openAttribute(name, tag.attributes);
    // A list's `values` (IEEE 1849) is only a wrapper around what the list holds.
    else if (name !== 'values' || this.#nesting.length === 0) this.#skippedFrom = this.#depth;
  }

  #openLog(tag: SaxesTagPlain): void {
    const colon = tag.name.indexOf(':');
    this.#prefix = tag.name.slice(0, colon + 1);
    if (this.#localName(tag.name) !== 'log') {
      this.#fail('not-xes', 'The root element of a XES file is <log>.');
    }
    const namespace = tag.attributes[colon < 0 ? 'xmlns' : `xmlns:${tag.name.slice(0, colon)}`];
    if (namespace !== undefined && !NAMESPACES.includes(namespace)) {
      this.#fail('not-xes', `<log> is not in the namespace ${XES_NAMESPACE}.`);
    }
  }

  #openTrace(): void {
    if (this.#depth !== 2) this.#fail('not-xes', 'A trace lies directly in the log.');
    this.#traceCount++;
    if (this.#traceCount > this.#options.limits.traces) {
      this.#fail('limit-exceeded', `The log has more than ${this.#options.limits.traces} traces.`);
    }
    this.#trace = {
      attributes: [],
      attributeCount: 0,
      startedAt: this.#sax.position,
      eventCount: 0,
      events: [],
      refused: [],
    };
  }

  #openEvent(): void {
    if (!this.#trace || this.#depth !== 3) {
      this.#fail('not-xes', 'An event lies directly in its trace.');
    }
    this.#trace.eventCount++;
    if (this.#trace.eventCount > this.#options.limits.traceEvents) {
      this.#fail(
        'limit-exceeded',
        `A trace has more than ${this.#options.limits.traceEvents} events.`,
      );
    }
    this.#event = { attributes: [], attributeCount: 0 };
  }

  #openAttribute(type: string, { key, value = '' }: Record<string, string>): void {
    const { limits } = this.#options;
    const owner = this.#event ?? this.#trace!;
    if (key === undefined) this.#fail('not-xes', `An attribute <${type}> has no key.`);
    if (key.length > limits.attributeChars || value.length > limits.attributeChars) {
      this.#fail(
        'limit-exceeded',
        `An attribute is longer than ${limits.attributeChars} characters.`,
      );
    }
    if (++owner.attributeCount > limits.elementAttributes) {
      this.#fail(
        'limit-exceeded',
        `A trace or event has more than ${limits.elementAttributes} attributes.`,
      );
    }
    if (this.#sax.position - this.#trace!.startedAt > limits.traceChars) {
      this.#fail('limit-exceeded', `A trace is longer than ${limits.traceChars} characters.`);
    }
    const attribute: OpenAttribute = { key, type, value };
    const parent = this.#nesting.at(-1);
    if (parent) (parent.children ??= []).push(attribute);
    else owner.attributes.push(attribute);
    this.#nesting.push(attribute);
  }

  #close(tag: SaxesTagPlain): void {
    this.#heard();
    const depth = this.#depth--;
    if (this.#skippedFrom > 0) {
      if (depth === this.#skippedFrom) this.#skippedFrom = 0;
    } else if (this.#nesting.length > 0) {
      if (this.#localName(tag.name) !== 'values') this.#nesting.pop();
    } else if (this.#event) {
      this.#closeEvent(this.#trace!, this.#event);
      this.#event = undefined;
    } else if (this.#trace) {
      this.#closeTrace(this.#trace);
      this.#trace = undefined;
    }
  }

  #closeEvent(trace: OpenTrace, element: OpenElement): void {
    const event = readEvent(trace.eventCount - 1, element.attributes, this.#options.timeZone);
    if (typeof event === 'string') {
      trace.refused.push({ index: trace.eventCount - 1, reason: event, line: this.#sax.line });
    } else {
      trace.events.push(event);
    }
  }

  #closeTrace(trace: OpenTrace): void {
    const name = trace.attributes.find((each) => each.key === 'concept:name')?.value ?? '';
    const nameProblem = name === '' ? 'missing' : this.#names.has(name) ? 'repeated' : undefined;
    this.#names.add(name);
    this.#closed = {
      index: this.#traceCount - 1,
      name,
      ...(nameProblem && { nameProblem }),
      line: this.#sax.line,
      attributes: trace.attributes.filter((each) => each.key !== 'concept:name'),
      events: trace.events,
      refused: trace.refused,
    };
  }

  #localName(name: string): string {
    return this.#prefix !== '' && name.startsWith(this.#prefix)
      ? name.slice(this.#prefix.length)
      : name;
  }

  #fail(code: XesErrorCode, reason: string): never {
    const place = { line: this.#sax.line, column: Math.max(1, this.#sax.column) };
    throw new XesError(code, this.#options.file, reason, place);
  }
}

/** The event, or why it cannot be one. */
function readEvent(
  index: number,
  attributes: readonly OpenAttribute[],
  timeZone: string | undefined,
): XesEvent | RefusedEvent['reason'] {
  const standard = new Map<string, string>();
  const others: XesAttribute[] = [];
  for (const attribute of attributes) {
    switch (attribute.key) {
      case 'concept:name':
      case 'lifecycle:transition':
      case 'org:resource':
      case 'time:timestamp':
        if (standard.has(attribute.key)) return 'attribute-repeated';
        standard.set(attribute.key, attribute.value);
        break;
      default:
        others.push(attribute);
    }
  }
  const activity = standard.get('concept:name');
  const timestamp = standard.get('time:timestamp');
  if (!activity) return 'activity-missing';
  if (!timestamp) return 'timestamp-missing';
  const time = xesInstant(timestamp, timeZone);
  if ('refusal' in time) return time.refusal;
  return {
    index,
    activity,
    transition: standard.get('lifecycle:transition') || undefined,
    resource: standard.get('org:resource') || undefined,
    at: time.at,
    attributes: others,
  };
}
