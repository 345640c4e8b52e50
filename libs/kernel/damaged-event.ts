/**
 * An event whose data do not have the form of its schema: something else than the server wrote to the
 * log, or its disk lost a part. Folds are total on events of that form alone, and asking each event
 * whether it has it would cost a read several times over; so it is asked where a fold has failed.
 */
import { type EventPlace, placeOf } from './event-place.ts';

/** Its message names the event's place, and nothing of what the event says. */
export class EventDamaged extends Error {
  override readonly name = 'EventDamaged';
  readonly code = 'event-damaged';

  constructor(event: EventPlace & { readonly type: string; readonly position?: string }) {
    const { type, position } = event;
    const inLog = position === undefined ? '' : ` (position ${position})`;
    super(
      `${placeOf(event)}${inLog}: ${type} is damaged, its data do not have the form of its schema. ` +
        'Restore the log from its backup.',
    );
  }
}
