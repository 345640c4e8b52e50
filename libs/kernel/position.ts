/**
 * Where an event lies in the whole log: an opaque token that compares, later ones greater, with `<`
 * as text. It means something to the store that gave it and to no other.
 */
export type Position = string & { readonly __brand: 'Position' };

/** Before the first event. Sorts before every position of every store. */
export const START: Position = '' as Position;
