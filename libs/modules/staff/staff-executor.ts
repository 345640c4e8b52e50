/** Carries out the commands to the staff: of no framework, so that an operator's command line does what the server does. */
import {
  CommandExecutor,
  type CommandEnvelope,
  type CommandOutcome,
} from '#infra/command-handler/command-handler';
import { FactFolds } from '#infra/command-handler/fact-folds';
import { type EventStore } from '#infra/event-store/event-store.port';
import { type Clock } from '#kernel/clock';
import { accountDecider, accountEvents, accountStream } from '#modules/accounts/index';
import { platformMissing } from '#modules/platforms/index';
import { AdminCount } from './admin-count.ts';
import { staffDecider, type StaffCommand } from './staff.decider.ts';
import { staffEvents, type StaffEvent } from './staff.events.ts';
import { evolveStaff, mayActAs, staffStream, type StaffState } from './staff.state.ts';
import { staffViolation } from './staff.violations.ts';

export interface StaffOrder {
  readonly staffId: string;
  readonly envelope: CommandEnvelope;
  readonly command: StaffCommand;
}

export class StaffExecutor {
  readonly #executor: CommandExecutor;
  readonly #folds: FactFolds;
  readonly #admins: AdminCount;

  constructor(store: EventStore, clock: Clock) {
    this.#executor = new CommandExecutor(store, clock);
    this.#folds = new FactFolds(store);
    this.#admins = new AdminCount(store, clock);
  }

  /** @throws EventStoreError when the store fails; the same command can be sent again. */
  async execute({
    staffId,
    envelope,
    command,
  }: StaffOrder): Promise<CommandOutcome<StaffState, StaffEvent>> {
    const begins = command.type === 'EnrolStaff';
    const missing = begins && (await platformMissing(this.#folds, envelope));
    if (missing) return { kind: 'refused', violation: missing };
    let relieved = false;
    const outcome = await this.#executor.execute(envelope, command, {
      decider: staffDecider,
      catalogue: staffEvents,
      stream: staffStream(staffId),
      notFound: staffViolation('staff-missing'),
      begins,
      namedByBody: begins,
      facts: async () => ({
        otherAdmins: await this.#admins.hasOthers(staffId, envelope),
        ...(command.type === 'DeclareConflict' && {
          accountExists: await this.#accountExists(command.accountId, envelope),
        }),
      }),
      // Relieved first, gone second: between the two they do not count, though they still could act.
      beforeAppend: async (events, state, revision) => {
        const after = events.reduce(evolveStaff, state);
        if (!mayActAs(state, 'admin') || mayActAs(after, 'admin')) return;
        await this.#admins.relieve(staffId, revision, envelope);
        relieved = true;
      },
    });
    // Appointed second, also by a repetition: a crash before it leaves an admin who does not count yet.
    const mayCount = outcome.kind === 'done' && mayActAs(outcome.state, 'admin');
    if (mayCount || relieved) await this.#admins.appoint(staffId, envelope);
    return outcome;
  }

  async #accountExists(accountId: string, { platform, signal }: CommandEnvelope): Promise<boolean> {
    const account = await this.#folds.fold(
      accountStream(accountId),
      accountDecider,
      accountEvents,
      signal ? { signal } : {},
    );
    return account.platform === platform;
  }
}
