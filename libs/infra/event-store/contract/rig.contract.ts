/** What the contract needs of an adapter, and the words that its tests are written in. */
import { randomUUID } from 'node:crypto';
import { type NewEvent, type RecordedEvent } from '#kernel/envelope';
import { type Position } from '#kernel/position';
import { type Instant } from '#kernel/instants';
import { type EventStore } from '../event-store.port.ts';

export interface EventStoreRig {
  /** A store on data that may hold other events already. Called once. */
  open(): Promise<EventStore>;
  /** Closes what is open and opens the same data anew, as after a restart. */
  reopen(): Promise<EventStore>;
  /** Closes what is open and removes what the rig made. */
  dispose(): Promise<void>;
  /** Tokens of this store's own form that it never gave. */
  readonly madeUpPositions: readonly Position[];
  /** Keeps appends from being answered until the function that it resolves to is called. */
  stall(): Promise<() => Promise<void>>;
}

export type RigFactory = () => Promise<EventStoreRig>;

/** One store for all tests of a section. */
export function openForSection(factory: RigFactory): () => EventStore {
  let rig: EventStoreRig;
  let store: EventStore;
  beforeAll(async () => {
    rig = await factory();
    store = await rig.open();
  });
  afterAll(() => rig.dispose());
  return () => store;
}

/**
 * A store for each test, for those that close, restart or stall it. Called within their `describe`: beside
 * it, every test of the contract would get one.
 */
export function openForTest(factory: RigFactory): { rig: EventStoreRig; store: EventStore } {
  const opened = {} as { rig: EventStoreRig; store: EventStore };
  beforeEach(async () => {
    opened.rig = await factory();
    opened.store = await opened.rig.open();
  });
  afterEach(() => opened.rig.dispose());
  return opened;
}

/** Names that no other test and no other run has. */
export function ownNames() {
  const prefix = `t${randomUUID().slice(0, 18)}-`;
  const named = (label: string) => `${prefix}${label}`;
  return { prefix, stream: named, type: named };
}

const AT = '2026-11-25T04:34:09.123Z' as Instant;

export function anEvent(changes: Partial<NewEvent> = {}): NewEvent {
  return {
    id: randomUUID(),
    type: 'SomethingHappened',
    schemaVersion: 1,
    data: { note: 'ref-1' },
    metadata: {
      platform: 'market-1',
      actor: { kind: 'person', id: 'ada', role: 'reviewer' },
      occurredAt: AT,
      recordedAt: AT,
      commandId: randomUUID(),
      correlationId: randomUUID(),
      causationId: randomUUID(),
    },
    ...changes,
  };
}

export function someEvents(count: number, changes: Partial<NewEvent> = {}): NewEvent[] {
  return Array.from({ length: count }, () => anEvent(changes));
}

export async function listOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

export const idsOf = (events: readonly { readonly id: string }[]) => events.map(({ id }) => id);

export async function idsIn(events: AsyncIterable<RecordedEvent>): Promise<string[]> {
  return idsOf(await listOf(events));
}

/** What the event must look like when it is read back. */
export function asRecorded(
  event: NewEvent,
  place: { stream: string; revision: number; position: Position },
): RecordedEvent {
  return { ...event, ...place };
}
