/** Which kill comes next, by the seed: every point in its turn, and between them moments that chance picks. */
import {
  FIRST_START_POINT,
  IMPORT_POINTS,
  type Point,
  SERVER_POINTS,
  SWAP_POINTS,
} from './points.testkit.ts';
import { Chances } from './random.testkit.ts';

export const RANDOM = 'at a random moment';
/** What it is called where the point did not come. */
export const missed = (point: string): string => `${RANDOM}: ${point} did not come`;

export type Kill =
  | { readonly how: typeof RANDOM; readonly since: 'start' | 'listening'; readonly afterMs: number }
  /** Of the server under load. */
  | { readonly how: 'server'; readonly point: Point; readonly n: number }
  /** Of a server that finds no views, and folds them anew. */
  | { readonly how: 'folds anew'; readonly point: Point; readonly n: number }
  /** Of the command line. */
  | { readonly how: 'rebuild' | 'import'; readonly point: Point; readonly n: number }
  /** Of a start, or of `casetrail init`, on no data at all. */
  | { readonly how: 'first start' | 'init'; readonly point: Point; readonly n: number };

const RANDOM_MS_MAX = 1_000;
/** Of the random moments, those within the start. */
const START_SHARE = 0.3;
/** How often a point comes before the kill, at most: those that are rare come soon. */
const N_MAX: Partial<Record<Point, number>> = {
  'around an identity that a process settles': 3,
  'before an append of a timer': 2,
  'after an append of a timer': 2,
  'between the key of a subject and its record': 5,
  'between the binding of a key and its events': 8,
  'before an append of a process': 12,
  'between an append of a process and its state': 12,
};
const N_OFTEN = 25;
const RANDOM_SHARE = 0.4;
/** A first start writes so many times, or more: each of them has its spec (first-start.crash.spec.ts). */
const FIRST_WRITES = 55;

export class Plan {
  readonly #chances: Chances;
  #turn: number;

  /** @param from how many points others have begun with: lives that are short have all points between them */
  constructor(seed: number, from: number) {
    this.#chances = new Chances(seed);
    this.#turn = from;
  }

  /** Of a folder with nothing in it. */
  first(): Kill {
    const how = this.#chances.of(0.5) ? 'first start' : 'init';
    return { how, point: FIRST_START_POINT, n: 1 + this.#chances.below(FIRST_WRITES) };
  }

  /** Of the first server that serves. */
  firstUnderLoad(): Kill {
    return { how: RANDOM, since: 'listening', afterMs: this.#chances.below(RANDOM_MS_MAX) };
  }

  /** Of a folder that is in use. */
  next(): Kill {
    if (this.#chances.of(RANDOM_SHARE)) {
      const since = this.#chances.of(START_SHARE) ? 'start' : 'listening';
      return { how: RANDOM, since, afterMs: this.#chances.below(RANDOM_MS_MAX) };
    }
    const others = [...SWAP_POINTS, ...IMPORT_POINTS];
    const at = this.#turn++ % (SERVER_POINTS.length + others.length);
    const point = SERVER_POINTS[at];
    if (point !== undefined) {
      return { how: 'server', point, n: 1 + this.#chances.below(N_MAX[point] ?? N_OFTEN) };
    }
    const other = others[at - SERVER_POINTS.length]!;
    if ((IMPORT_POINTS as readonly string[]).includes(other)) {
      return { how: 'import', point: other, n: 1 + this.#chances.below(20) };
    }
    const isReset = other === 'after the reset of a view';
    const how = isReset || this.#chances.of(0.5) ? 'rebuild' : 'folds anew';
    return { how, point: other, n: 1 + this.#chances.below(isReset ? 3 : 8) };
  }
}
