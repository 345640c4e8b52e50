/**
 * The read store port: documents of views. Writes are idempotent per document and position: a write
 * with a lower or equal position changes nothing, so that a batch may be repeated after a crash.
 * read-store.contract.ts proves it of each adapter.
 */
import type { Instant } from '#kernel/instants';
import type { Position } from '#kernel/position';
import type { AnyView } from '#kernel/view';

export const READ_STORE = Symbol('ReadStore');

export type Scalar = string | number | boolean | null;

/** A range matches values of its bound's own type only: never null, and nothing where a bound is null. */
export type Condition =
  | Scalar
  | { readonly in: readonly Scalar[] }
  | { readonly not: Scalar }
  | { readonly gt?: Scalar; readonly gte?: Scalar; readonly lt?: Scalar; readonly lte?: Scalar };

/** Conditions on top-level scalar properties, all of which must hold. A missing property counts as null. */
export type Where = Readonly<Record<string, Condition>>;

export interface OrderBy {
  readonly field: string;
  readonly direction: 'asc' | 'desc';
}

export interface Query {
  readonly where?: Where;
  /**
   * The document key is always the last criterion, in the direction of the one before it (ascending
   * where there is none), so that the order is total and one index can give it. Nulls sort first
   * ascending; then numbers, then strings by code point, then false and true.
   */
  readonly orderBy?: readonly OrderBy[];
  /** `next` of the page before. Only good with the same `where` and `orderBy`. */
  readonly after?: string;
  readonly limit: number;
}

export interface StoredDocument<D extends object = object> {
  readonly key: string;
  readonly document: D;
  /** Position of the last event folded into it. */
  readonly position: Position;
  /** Parked: its fold threw, and it stands still at `position` until it is mended. */
  readonly degraded: boolean;
}

export interface Page<D extends object> {
  readonly documents: readonly StoredDocument<D>[];
  /** Opaque; absent on the last page. */
  readonly next?: string;
}

export interface DocumentWrite {
  readonly key: string;
  /** `null` leaves a tombstone, so that a repeated earlier write cannot bring the document back. */
  readonly document: object | null;
  readonly position: Position;
}

export interface ParkedDocument {
  readonly key: string;
  /** Of the event whose fold threw, and so of the document. */
  readonly platform: string;
  /** The event whose fold threw. */
  readonly position: Position;
  readonly eventType: string;
  /** The error's name and message; a fold sees no personal data, so it can name none. */
  readonly error: string;
  readonly at: Instant;
}

export type ViewState = 'building' | 'serving';

export interface ViewStatus {
  readonly name: string;
  readonly version: number;
  readonly state: ViewState;
  readonly checkpoint: Position;
  readonly parked: number;
}

/** The documents of one version of one view. */
export interface ViewStore<D extends object = object> {
  get(key: string): Promise<StoredDocument<D> | undefined>;
  /** In the order of `keys`; with tombstones as `document: null` so that a fold knows what was applied. */
  getForFold(keys: readonly string[]): Promise<readonly FoldState[]>;
  find(query: Query): Promise<Page<D>>;
  count(where?: Where): Promise<number>;
  /** How many documents there are of each value of `field`. */
  countBy(field: string, where?: Where): Promise<ReadonlyMap<Scalar, number>>;
  /**
   * Applies the writes, each only where its position is higher than the stored one, then sets the
   * checkpoint, last, where it is higher than the stored one. A key may come once in a call.
   */
  write(writes: readonly DocumentWrite[], checkpoint: Position): Promise<void>;
  checkpoint(): Promise<Position>;
  /** Changes nothing where the document has passed that position: who parks may be late, and it was mended. */
  park(parked: ParkedDocument): Promise<void>;
  unpark(key: string): Promise<void>;
  parked(): Promise<readonly ParkedDocument[]>;
}

export interface FoldState {
  readonly key: string;
  readonly document: object | null;
  /** START where nothing is stored. */
  readonly position: Position;
  readonly parked: boolean;
}

export interface ReadStore {
  /**
   * Makes room for this version of the view (building, unless it is there), and brings the indexes
   * of a serving one in line with the view. Idempotent.
   */
  prepare(view: AnyView): Promise<ViewState>;
  /** Serves this version from now on, and drops all other versions of the view. Idempotent. */
  promote(view: AnyView): Promise<void>;
  /**
   * Starts this version afresh: empty, building, at START. Where it is the one that serves, what it
   * held goes on serving, unchanged, until `promote`: a rebuild leaves no gap.
   */
  reset(view: AnyView): Promise<void>;
  /**
   * This version exactly, as the projector writes it: the one being built where there is one. Bound
   * to what it finds: once that was reset or replaced, by whomever, its calls throw ViewVersionGone,
   * so that a writer that did not know cannot spoil a build. @throws ViewVersionGone where nothing is prepared
   */
  exact<D extends object>(view: {
    name: string;
    version: number;
    indexes: AnyView['indexes'];
  }): ViewStore<D>;
  /**
   * Whatever version is serving, looked up anew at every call, so that a swap between two calls is
   * harmless: what queries read while a newer one is being built.
   */
  serving<D extends object>(viewName: string): Promise<ViewStore<D> | undefined>;
  status(): Promise<readonly ViewStatus[]>;
  ready(): Promise<void>;
  close(): Promise<void>;
}

/** The read store cannot serve now: full disk, read-only folder, lost server. */
export class ReadStoreUnavailable extends Error {
  readonly code = 'store-unavailable';
  readonly retryable = true;
  override readonly name = 'ReadStoreUnavailable';
}

/** A cursor that no page gave, or of another query. */
export class BadCursor extends Error {
  readonly code = 'bad-cursor';
  readonly retryable = false;
  override readonly name = 'BadCursor';
}

/** This version of the view was reset, replaced or never prepared: ask for it anew. */
export class ViewVersionGone extends Error {
  readonly code = 'view-version-gone';
  readonly retryable = true;
  override readonly name = 'ViewVersionGone';
}

/** Damaged, of a newer schema, or no read store at all. Says whether it may be deleted and rebuilt. */
export class ReadStoreUnusable extends Error {
  readonly code = 'store-unusable';
  readonly retryable = false;
  override readonly name = 'ReadStoreUnusable';
}
