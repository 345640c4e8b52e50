/** What is done to a server while a fault waits at one of its ports, and what must come of it. */
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
export const nothing = () => Promise.resolve();
