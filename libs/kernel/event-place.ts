/** Where an event stands, as whoever has to look for it is told. */
export interface EventPlace {
  readonly stream?: string;
  readonly revision?: number;
}

/** `stream@revision`; what is known of it. */
export function placeOf({ stream = 'an event', revision }: EventPlace): string {
  return revision === undefined ? stream : `${stream}@${revision}`;
}
