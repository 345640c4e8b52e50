/**
 * An event of a schema version that this build does not know: a newer build wrote it, and the server
 * was put back to an older one. What it says is in a form that nothing here can read, so nothing is
 * folded from it; its envelope and its type mean what they always did.
 */
import { type EventPlace, placeOf } from './event-place.ts';

/** Its message names the event's place and versions, and nothing of what the event says. */
export class EventOfNewerBuild extends Error {
  override readonly name = 'EventOfNewerBuild';
  readonly code = 'event-of-newer-build';

  constructor(
    event: EventPlace & { readonly type: string; readonly schemaVersion: number },
    known: number,
  ) {
    const { type, schemaVersion } = event;
    super(
      `${placeOf(event)}: ${type} has schema version ${schemaVersion}, this build knows ${known}. ` +
        'Run the build that wrote it, or a newer one.',
    );
  }
}

const refusals = new WeakMap<object, EventOfNewerBuild>();

/** The event with its envelope alone: whoever looks at what it says meets the refusal. */
export function withheld<R extends { readonly data: object }>(
  event: R,
  refusal: EventOfNewerBuild,
): R {
  const refuse = (): never => {
    throw refusal;
  };
  const data = new Proxy({}, { get: refuse, has: refuse, ownKeys: refuse });
  refusals.set(data, refusal);
  return { ...event, data };
}

/** Why the event is withheld; undefined where it can be read. */
export function refusalIn({ data }: { readonly data: object }): EventOfNewerBuild | undefined {
  return refusals.get(data);
}
