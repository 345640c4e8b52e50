/**
 * How an event type is declared: once, with its schema, its words and the upcasts from every version
 * ever released. Types, golden samples and the generated catalogue all come from this declaration.
 */
import { type z } from 'zod';
import { EventDamaged } from './damaged-event.ts';
import { EventOfNewerBuild, withheld } from './newer-event.ts';

/** From the data of one schema version to the data of the next. Pure and total. */
export type Upcast = (data: Record<string, unknown>) => Record<string, unknown>;

export interface EventDefinition<T extends string = string, S extends z.ZodType = z.ZodType> {
  readonly type: T;
  /** The version that is written now. The first is 1. */
  readonly schemaVersion: number;
  readonly description: string;
  readonly schema: S;
  /** `upcasts[n]` turns version n into n + 1; one for every version before the present one. */
  readonly upcasts: Readonly<Record<number, Upcast>>;
}

export type EventOf<D> =
  D extends EventDefinition<infer T, infer S>
    ? { readonly type: T; readonly data: Readonly<z.infer<S>> & object }
    : never;

/** @throws RangeError when an upcast is missing between version 1 and the present one. */
export function defineEvent<T extends string, S extends z.ZodType>(
  type: T,
  description: string,
  schema: S,
  history: { schemaVersion: number; upcasts: Readonly<Record<number, Upcast>> } = {
    schemaVersion: 1,
    upcasts: {},
  },
): EventDefinition<T, S> {
  for (let version = 1; version < history.schemaVersion; version++) {
    if (!history.upcasts[version])
      throw new RangeError(`${type}: no upcast from version ${version}.`);
  }
  return { type, description, schema, ...history };
}

/** All event types of some streams, by name. */
export class EventCatalogue {
  readonly #byType: ReadonlyMap<string, EventDefinition>;

  constructor(definitions: Iterable<EventDefinition>) {
    const byType = new Map<string, EventDefinition>();
    for (const definition of definitions) {
      if (byType.has(definition.type)) throw new RangeError(`Declared twice: ${definition.type}`);
      byType.set(definition.type, definition);
    }
    this.#byType = byType;
  }

  get definitions(): readonly EventDefinition[] {
    return [...this.#byType.values()];
  }

  find(type: string): EventDefinition | undefined {
    return this.#byType.get(type);
  }

  /**
   * The event in its present schema version, to be folded. One of a type that this build does not know
   * is given as it is: a fold passes it over (docs/how-to/change-an-event.md says what that allows).
   * @throws EventOfNewerBuild for a version that it does not know: folded, it would be misread.
   */
  upcast<R extends StoredForm>(event: R): R {
    const refusal = this.#refusalOf(event);
    if (refusal) throw refusal;
    return this.upcastIfKnown(event);
  }

  /** The same for who sorts events before they are folded one by one: a newer one comes `withheld`. */
  upcastOrWithhold<R extends StoredForm>(event: R): R {
    const refusal = this.#refusalOf(event);
    return refusal ? withheld(event, refusal) : this.upcastIfKnown(event);
  }

  /** The same for who shows events, and decides nothing by them: a newer one as it is written. */
  upcastIfKnown<R extends StoredForm>(event: R): R {
    const definition = this.#byType.get(event.type);
    if (!definition || event.schemaVersion >= definition.schemaVersion) return event;
    let data = event.data as Record<string, unknown>;
    for (let version = event.schemaVersion; version < definition.schemaVersion; version++) {
      data = definition.upcasts[version]!(data);
    }
    return { ...event, schemaVersion: definition.schemaVersion, data };
  }

  /**
   * Whether what a stored event says has the form of its schema; asked where a fold has failed, as it
   * costs many times what a fold does. Undefined where it has, and of a type or version that this
   * build does not know.
   */
  damageOf(
    event: StoredForm & ConstructorParameters<typeof EventDamaged>[0],
  ): EventDamaged | undefined {
    const definition = this.#byType.get(event.type);
    if (!definition || this.#refusalOf(event)) return undefined;
    try {
      const { data } = this.upcastIfKnown(event);
      if (definition.schema.safeParse(data).success) return undefined;
    } catch {
      // An upcast is as total as a fold: it throws on what is damaged.
    }
    return new EventDamaged(event);
  }

  #refusalOf(event: StoredForm): EventOfNewerBuild | undefined {
    const known = this.#byType.get(event.type)?.schemaVersion ?? event.schemaVersion;
    return event.schemaVersion > known ? new EventOfNewerBuild(event, known) : undefined;
  }
}

interface StoredForm {
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: object;
}
