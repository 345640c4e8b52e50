/**
 * An account with cases in every stage, and all who may act on them at the same moment as it is frozen:
 * its holder, reviewers, a timer and the processes. Each has handlers of its own, as in a server process
 * of its own, and every call of theirs to the log waits until the scheduler lets it go.
 */
import type fc from 'fast-check';
import { AccountHandler, AccountMessage } from '#modules/accounts/account.handler';
import { accountIdOf, type AccountCommand } from '#modules/accounts/index';
import { CaseHandler } from '#modules/cases/case.handler';
import { CaseMessage } from '#modules/cases/case.message';
import { type CaseCommand } from '#modules/cases/index';
import { PlatformHandler, PlatformMessage } from '#modules/platforms/platform.handler';
import { PolicyHandler, PolicyMessage } from '#modules/policies/policy.handler';
import { StaffHandler, StaffMessage } from '#modules/staff/staff.handler';
import { staffIdOf } from '#modules/staff/index';
import { grantVerificationOnApproval } from '#processes/grant-verification-on-approval.process';
import { screenOnSubmission } from '#processes/screen-on-submission.process';
import { suspendCasesOnFreeze } from '#processes/suspend-cases-on-freeze.process';
import { type CommandEnvelope, type CommandOutcome } from '#infra/command-handler/command-handler';
import { type EventStore } from '#infra/event-store/event-store.port';
import { ActionSender } from '#infra/process-runner/action-sender';
import { type Vault } from '#infra/vault/vault.port';
import { SYSTEM, type Actor, type Role } from '#kernel/actor';
import { type RecordedEvent } from '#kernel/envelope';
import { deriveId } from '#kernel/ids';
import { minutesToMs, plusMs, type Instant } from '#kernel/instants';
import { changed } from '#kernel/testing/changed';
import { aPolicy, DECLARED, MONDAY } from '../../libs/modules/cases/case.testkit.ts';
import { type Decision, DECISIONS } from './decisions.testkit.ts';
import { MemoryLog } from './memory-log.testkit.ts';
import { ProcessByHand } from './process-by-hand.testkit.ts';

export const PLATFORM = 'demo';
export const ACCOUNT = accountIdOf(PLATFORM, 'wei');
const freezeId = deriveId('freeze', 'wei');
/** What passes between two calls to the log, so that leases end while others are under way. */
const CALL_MS = minutesToMs(1);
/** How often each process looks for something to do while the others act. */
const LOOKS = 4;

const person = (id: string, role: Role): Actor => ({ kind: 'person', id, role });
export const wei = person('wei', 'applicant');
export const ada = person('ada', 'reviewer');
export const bob = person('bob', 'senior');
export const lea = person('lea', 'lead');

/** One command as it was sent: which part of the log was there before it, and which after its answer. */
export interface Sent {
  readonly commandId: string;
  readonly what: string;
  readonly from: number;
  readonly to: number;
  /** `done`, or the code of the refusal. */
  readonly outcome: string;
}

export interface Circumstances {
  /** None: what is asked of the log is done at once. */
  readonly scheduler?: fc.Scheduler;
  /** All have the handlers of one process, in which commands to one stream take turns. */
  readonly oneProcess?: boolean;
  /** Laid over the log as one of them sees it, for the controls. */
  readonly over?: (log: MemoryLog, who: string) => EventStore;
  readonly withoutSuspensions?: boolean;
}

export class FrozenAccount {
  readonly log: MemoryLog;
  readonly sent: Sent[] = [];
  now: Instant;
  readonly #circumstances: Circumstances;
  readonly #processes: readonly ProcessByHand[];
  readonly #shared: { readonly cases: CaseHandler; readonly accounts: AccountHandler };
  #scheduler: fc.Scheduler | undefined;
  /** Goes on from the past's, whose commands are none of these. */
  #commands: number;

  constructor(past: readonly RecordedEvent[], now: Instant, circumstances: Circumstances = {}) {
    this.log = new MemoryLog(past);
    this.#commands = past.length;
    this.now = now;
    this.#circumstances = circumstances;
    this.#scheduler = circumstances.scheduler;
    this.#shared = this.#handlers('server');
    const chosen = [suspendCasesOnFreeze, screenOnSubmission, grantVerificationOnApproval];
    this.#processes = chosen
      .filter((one) => one !== suspendCasesOnFreeze || !circumstances.withoutSuspensions)
      .map((process) => {
        const by = this.#actsAs(process.name);
        const sender = new ActionSender({
          case: ({ id, command }, envelope) =>
            by.cases.execute(new CaseMessage(id, envelope, command as CaseCommand)),
          account: ({ id, command }, envelope) =>
            by.accounts.execute(new AccountMessage(id, envelope, command as AccountCommand)),
        });
        return new ProcessByHand(process, this.#scheduled(process.name), sender, past);
      });
  }

  /** @param id tells a repetition from another command; the timer's is always the same */
  async case(caseId: string, command: CaseCommand, by: Actor, id?: string): Promise<string> {
    const { cases } = this.#actsAs(by.id);
    return this.#send(`${command.type} ${caseId}`, by, id, (envelope) =>
      cases.execute(new CaseMessage(caseId, envelope, command)),
    );
  }

  async account(command: AccountCommand, by: Actor): Promise<string> {
    const { accounts } = this.#actsAs(by.id);
    return this.#send(command.type, by, undefined, (envelope) =>
      accounts.execute(new AccountMessage(ACCOUNT, envelope, command)),
    );
  }

  freeze(): Promise<string> {
    return this.account(
      { type: 'FreezeAccount', freezeId, cause: 'compromise', scope: 'all' },
      lea,
    );
  }

  unfreeze(): Promise<string> {
    return this.account({ type: 'UnfreezeAccount', freezeId }, bob);
  }

  submit(): Promise<string> {
    return this.case('draft', { type: 'SubmitCase', ...DECLARED }, wei);
  }

  claim(): Promise<string> {
    return this.case('waiting', { type: 'ClaimReview', review: 1 }, ada);
  }

  decide(decision: Decision): Promise<string> {
    return this.case('in-review', DECISIONS[decision].command, bob);
  }

  /** As the timers do, which look again and again. */
  async expireLease(): Promise<void> {
    const leaseUntil = plusMs(MONDAY, minutesToMs(60));
    for (let look = 0; look < LOOKS; look++) {
      const expire = { type: 'ExpireLease', review: 1, leaseUntil } as const;
      await this.case('ending', expire, SYSTEM, 'timer');
    }
  }

  /** The lease that is there now, if there is one: it has run out. */
  async expireEnded(caseId: string): Promise<string | undefined> {
    const its = this.log.events.filter(({ stream }) => stream === `case-${caseId}`);
    const { type, data } = its.findLast((event) => 'leaseUntil' in event.data)!;
    if (type === 'ReviewLeaseExpired') return undefined;
    const { leaseUntil } = data as { leaseUntil: Instant };
    return this.case(caseId, { type: 'ExpireLease', review: 1, leaseUntil }, SYSTEM);
  }

  /** Each process looks now and then while the others act. */
  async lookNowAndThen(): Promise<void> {
    await Promise.all(
      this.#processes.map(async (process) => {
        for (let look = 0; look < LOOKS; look++) await process.look();
      }),
    );
  }

  /** From here on one thing is done after the other. */
  raceIsOver(): void {
    this.#scheduler = undefined;
  }

  /** Until no process finds anything to do. */
  async runProcesses(): Promise<void> {
    for (let busy = true; busy;) {
      busy = false;
      for (const process of this.#processes) while (await process.look()) busy = true;
    }
  }

  #actsAs(who: string): { readonly cases: CaseHandler; readonly accounts: AccountHandler } {
    return this.#circumstances.oneProcess ? this.#shared : this.#handlers(who);
  }

  #handlers(who: string) {
    const store = this.#scheduled(who);
    const clock = { now: () => this.now };
    // Without an identity in the policy nothing of these cases is asked of the vault.
    return {
      cases: new CaseHandler(store, {} as Vault, clock),
      accounts: new AccountHandler(store, clock),
    };
  }

  /** The log, of which each call is done when the scheduler says so; an append is answered later still. */
  #scheduled(who: string): EventStore {
    const log = this.#circumstances.over?.(this.log, who) ?? this.log;
    const turn = async (what: string) => {
      if (!this.#scheduler) return;
      await this.#scheduler.schedule(Promise.resolve(), `${who}: ${what}`);
      this.now = plusMs(this.now, CALL_MS);
    };
    return changed<EventStore>(log, {
      append: async (stream, ...rest) => {
        await turn(`append to ${stream}`);
        const appended = await log.append(stream, ...rest);
        await turn(`answer from ${stream}`);
        return appended;
      },
      readStream: async function* (stream, options) {
        await turn(`read ${stream}`);
        yield* log.readStream(stream, options);
      },
      readAll: async function* (options) {
        await turn('read all');
        yield* log.readAll(options);
      },
    });
  }

  async #send(
    what: string,
    actor: Actor,
    id: string | undefined,
    execute: (envelope: CommandEnvelope) => Promise<CommandOutcome<unknown>>,
  ): Promise<string> {
    const commandId = deriveId('race', what, id ?? ++this.#commands);
    const from = this.log.events.length;
    const answer = await execute({ commandId, platform: PLATFORM, actor });
    const outcome = answer.kind === 'refused' ? answer.violation.code : answer.kind;
    this.sent.push({ commandId, what, from, to: this.log.events.length, outcome });
    return outcome;
  }
}

/** What was before the race, and when that begins: five minutes before the lease of `ending` does. */
export async function before(): Promise<readonly [readonly RecordedEvent[], Instant]> {
  const world = new FrozenAccount([], MONDAY);
  await found(world);
  const register = {
    type: 'RegisterAccount',
    accountId: ACCOUNT,
    principalId: 'wei',
    kind: 'individual',
    subjectId: deriveId('subject', 'wei'),
  } as const;
  await world.account(register, wei);
  for (const caseId of ['draft', 'waiting', 'in-review', 'ending']) {
    const of = { accountId: ACCOUNT, subjectId: register.subjectId, policyKey: 'driver' };
    await world.case(caseId, { type: 'OpenCase', ...of }, wei);
    const phone = { ref: `phone-of-${caseId}`, commitment: `commitment-of-${caseId}` };
    const provided = { material: 'phone', fields: { number: phone }, files: [], findings: [] };
    await world.case(caseId, { type: 'ProvideMaterial', ...provided }, wei);
    if (caseId === 'draft') continue;
    await world.case(caseId, { type: 'SubmitCase', ...DECLARED }, wei);
    await world.runProcesses();
  }
  world.now = MONDAY;
  await world.case('ending', { type: 'ClaimReview', review: 1 }, ada);
  world.now = plusMs(MONDAY, minutesToMs(50));
  await world.case('in-review', { type: 'ClaimReview', review: 1 }, bob);
  const refused = world.sent.filter(({ outcome }) => outcome !== 'done');
  if (refused.length > 0) throw new Error(`Refused: ${JSON.stringify(refused)}`);
  return [world.log.events, plusMs(MONDAY, minutesToMs(55))];
}

/** A platform whose policy asks for a telephone number alone; two reviewers, of whom one is a senior, and a lead. */
async function found(world: FrozenAccount): Promise<void> {
  const clock = { now: () => world.now };
  const envelope = (name: string) => ({
    commandId: deriveId('found', name),
    platform: PLATFORM,
    actor: SYSTEM,
  });
  await new PlatformHandler(world.log, clock).execute(
    new PlatformMessage(PLATFORM, envelope('platform'), {
      type: 'RegisterPlatform',
      name: 'Demo',
    }),
  );
  const [, phone] = aPolicy().materials;
  const definition = aPolicy({ materials: [phone!], requiresIdentity: false });
  await new PolicyHandler(world.log, clock).execute(
    new PolicyMessage(definition.key, envelope('policy'), { type: 'PublishPolicy', definition }),
  );
  for (const [principalId, roles] of [
    ['ada', ['reviewer']],
    ['bob', ['reviewer', 'senior']],
    ['lea', ['lead']],
  ] as const) {
    const staffId = staffIdOf(PLATFORM, principalId);
    const skills = ['documents'];
    const enrol = { type: 'EnrolStaff', staffId, principalId, roles, skills } as const;
    await new StaffHandler(world.log, clock).execute(
      new StaffMessage(staffId, envelope(principalId), { ...enrol, kind: 'person' }),
    );
  }
}
