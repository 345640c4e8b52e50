/**
 * A view: a fold of events into documents. One pure object serves live, rebuild and as-of alike.
 */
import type { DomainEvent, RecordedEvent } from './envelope.ts';

export interface View<Document extends object, Event extends DomainEvent = DomainEvent> {
  /** Kebab-case noun, unique among views. */
  readonly name: string;
  /** Raised whenever the fold or the document changes: the new version is built beside the old, then swapped. */
  readonly version: number;
  readonly handles: readonly Event['type'][];
  /**
   * It takes what it finds in an event of whatever schema version, also one of a newer build. Otherwise
   * such an event parks the documents it touches, or all of the view where only its data says which.
   */
  readonly readsAnyVersion?: true;
  /** The documents that an event touches; an empty list for none. */
  keys(event: RecordedEvent<Event>): readonly string[];
  /** The document after the event; `null` for none (deleted). Pure; a throw parks the document. */
  evolve(document: Document | null, event: RecordedEvent<Event>, key: string): Document | null;
  /** Queries that filter or sort by what no index begins with are refused by the read store's spec. */
  readonly indexes: readonly ViewIndex<keyof Document & string>[];
}

/** Top-level scalar properties of the document, in order. */
export type ViewIndex<Field extends string = string> = readonly Field[] | SparseIndex<Field>;

/**
 * An index of some documents alone: those in which one property is true, or is there and not null. It
 * costs next to nothing where few have it, and finds these few among however many others.
 */
export interface SparseIndex<Field extends string = string> {
  readonly fields: readonly Field[];
  readonly where: { readonly field: Field; readonly is: 'true' | 'present' };
}

/** A view of any document type, as lists of views hold them. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a list of views is heterogeneous in both parameters, which vary in opposite ways
export type AnyView = View<any, any>;
