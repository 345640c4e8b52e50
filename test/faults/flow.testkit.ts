/** What is done to a server while a fault waits at one of its ports, and what must come of it. */
import { hoursToMs } from '#kernel/instants';
import { until } from '../e2e/world.testkit.ts';
import { type Field } from './field.testkit.ts';
import { type Person } from './clients.testkit.ts';

export interface Flow {
  readonly name: string;
  /** Before the fault is put in its place. */
  readonly prepare: (field: Field, person: Person) => Promise<void>;
  readonly act: (field: Field, person: Person) => Promise<void>;
  /** The process that does the rest of it. */
  readonly keptBy?: string;
  /** How many events of each type come of it. */
  readonly effect: Readonly<Record<string, number>>;
  /** What may come of it instead: a step that failed, says so, and is done at a later time. */
  readonly orElse?: Readonly<Record<string, number>>;
  /** Lets that time come. */
  readonly later?: (field: Field, person: Person) => Promise<void>;
  /** What else must hold. */
  readonly check?: (field: Field, person: Person) => Promise<void>;
}

export const SCREENED = {
  CaseSubmitted: 1,
  ScreeningStarted: 1,
  ScreeningCheckCompleted: 5,
  ScreeningCompleted: 1,
  ReviewRequested: 1,
};
/** A screening that the vault could not serve is recorded as failed, and is tried again by a timer. */
export const SCREENED_LATER = { ...SCREENED, ScreeningFailed: 1 };

export async function screenedLater(field: Field, { caseId }: Person): Promise<void> {
  const types = await typesIn(field, caseId);
  if (!types.includes('ScreeningFailed')) return;
  field.clock.move(hoursToMs(1));
  field.server.signOut();
  await until(
    () => typesIn(field, caseId),
    (found) => found.includes('ReviewRequested'),
  );
}

export async function typesIn(field: Field, caseId: string): Promise<readonly string[]> {
  const types: string[] = [];
  for await (const event of field.stores.eventStore.readStream(`case-${caseId}`)) {
    types.push(event.type);
  }
  return types;
}

export const nothing = () => Promise.resolve();
