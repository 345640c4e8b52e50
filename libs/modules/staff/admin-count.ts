/** Reads and writes the count of a platform's admins, around what is written of one of them. */
import { type CommandEnvelope, metadataOf } from '#infra/command-handler/command-handler';
import { type FoldedStream, foldStream } from '#infra/command-handler/fold-stream';
import { RevisionConflict } from '#infra/event-store/event-store.errors';
import { type EventStore } from '#infra/event-store/event-store.port';
import { type Clock } from '#kernel/clock';
import { type NewEvent } from '#kernel/envelope';
import { deriveId } from '#kernel/ids';
import { isViolation } from '#kernel/violation';
import { adminsDecider, type AdminsCommand } from './admins.decider.ts';
import { adminsEvents, type AdminsEvent } from './admins.events.ts';
import { type AdminsState, adminsStream, hasOtherAdmins } from './admins.state.ts';
import { staffDecider } from './staff.decider.ts';
import { staffEvents } from './staff.events.ts';
import { mayActAs, staffStream } from './staff.state.ts';

export class AdminCount {
  readonly #store: EventStore;
  readonly #clock: Clock;

  constructor(store: EventStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  async hasOthers(staffId: string, envelope: CommandEnvelope): Promise<boolean> {
    const { state } = await this.#read(envelope);
    return hasOtherAdmins(state, staffId);
  }

  /** @throws RevisionConflict where nobody else is left to count by now: the facts have changed. */
  async relieve(staffId: string, staffRevision: number, envelope: CommandEnvelope): Promise<void> {
    await this.#write({ type: 'RelieveAdmin', staffId, staffRevision }, envelope);
  }

  /** Counts them if their stream says so. Repeated until nobody wrote to the count in between. */
  async appoint(staffId: string, envelope: CommandEnvelope): Promise<void> {
    for (;;) {
      // The count is read first: what is written of it while their stream is read makes this too late.
      const count = await this.#read(envelope);
      const { state, revision } = await foldStream(
        this.#store,
        staffStream(staffId),
        staffDecider,
        staffEvents,
        optionsOf(envelope),
      );
      if (!mayActAs(state, 'admin')) return;
      const command = { type: 'AppointAdmin', staffId, staffRevision: revision } as const;
      try {
        return await this.#write(command, envelope, count);
      } catch (error) {
        if (!(error instanceof RevisionConflict)) throw error;
      }
    }
  }

  #read(envelope: CommandEnvelope): Promise<FoldedStream<AdminsState>> {
    const stream = adminsStream(envelope.platform);
    return foldStream(this.#store, stream, adminsDecider, adminsEvents, optionsOf(envelope));
  }

  async #write(
    command: AdminsCommand,
    envelope: CommandEnvelope,
    count?: FoldedStream<AdminsState>,
  ): Promise<void> {
    const { state, revision } = count ?? (await this.#read(envelope));
    const stream = adminsStream(envelope.platform);
    const at = this.#clock.now();
    const decision = adminsDecider.decide(command, state, { at, by: envelope.actor });
    if (isViolation(decision)) throw new RevisionConflict(stream, revision, revision);
    if (decision.length === 0) return;
    const events = decision.map((event) => enclosed(event, revision, stream, envelope, at));
    const expected = revision < 0 ? 'no-stream' : revision;
    await this.#store.append(stream, expected, events, optionsOf(envelope));
  }
}

const optionsOf = ({ signal }: CommandEnvelope) => (signal ? { signal } : {});

function enclosed(
  { type, data }: AdminsEvent,
  revision: number,
  stream: string,
  envelope: CommandEnvelope,
  at: ReturnType<Clock['now']>,
): NewEvent {
  return {
    // Of the revision too: one command may write to the count twice, before and after a conflict.
    id: deriveId('event', envelope.commandId, stream, type, revision),
    type,
    schemaVersion: adminsEvents.find(type)!.schemaVersion,
    data,
    metadata: metadataOf(envelope, at),
  };
}
