/**
 * A platform on a data folder of its own, with what the server does to it but for the requests: commands
 * go straight to their handlers, and the processes run where a spec wants them. The clock stands still,
 * so that what follows from the same past is the same to the byte.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CommandOutcome } from '#infra/command-handler/command-handler';
import { ProcessRunner } from '#infra/process-runner/process-runner';
import { SYSTEM, type Actor, type Role } from '#kernel/actor';
import { type RecordedEvent } from '#kernel/envelope';
import { deriveId, randomIds } from '#kernel/ids';
import { instant, type Instant } from '#kernel/instants';
import { type AnyProcess } from '#kernel/process';
import { accountIdOf, type AccountCommand } from '#modules/accounts/index';
import { AccountHandler, AccountMessage } from '#modules/accounts/account.handler';
import { type CaseCommand } from '#modules/cases/index';
import { CaseHandler } from '#modules/cases/case.handler';
import { CaseMessage, type CaseIntent } from '#modules/cases/case.message';
import { type PlatformCommand } from '#modules/platforms/index';
import { type PolicyDefinition } from '#modules/policies/index';
import { PlatformHandler, PlatformMessage } from '#modules/platforms/platform.handler';
import { PolicyHandler, PolicyMessage } from '#modules/policies/policy.handler';
import { StaffHandler, StaffMessage } from '#modules/staff/staff.handler';
import { staffIdOf, type StaffCommand } from '#modules/staff/index';
import { catalogue, processes } from '../../apps/server/src/catalogue.ts';
import {
  closeStores,
  createDataFolder,
  isEmptyFolder,
  openStores,
  type Stores,
} from '../../apps/server/src/stores.ts';
import { pause } from '../../apps/server/src/pause.ts';
import { senderOf } from '../../apps/server/src/worker.ts';
import { aPolicy } from '../../libs/modules/cases/case.testkit.ts';
import { type Step, stepping } from './steps.testkit.ts';

const PLATFORM = 'demo';
/** Monday, 09:00 in Shanghai. */
const MONDAY = instant('2026-03-02T01:00:00Z');
/** When what the processes react to happens, and when they come to it. */
export const HALF_AN_HOUR_LATER = instant('2026-03-02T01:30:00Z');
export const TWO_HOURS_LATER = instant('2026-03-02T03:00:00Z');

export const newFolder = (): string => mkdtempSync(join(tmpdir(), 'casetrail-crash-'));

export const person = (id: string, role: Role): Actor => ({ kind: 'person', id, role });

export interface WorldOptions {
  readonly now?: Instant;
  /** Laid over the stores, for a spec that comes between. */
  readonly over?: (stores: Stores) => Stores;
}

export class World {
  readonly stores: Stores;
  now: Instant;
  readonly #opened: Stores;
  readonly #cases: CaseHandler;
  readonly #accounts: AccountHandler;
  #commands = 0;

  private constructor(opened: Stores, stores: Stores, now: Instant) {
    const clock = { now: () => this.now };
    this.#opened = opened;
    this.stores = stores;
    this.now = now;
    this.#cases = new CaseHandler(stores.eventStore, stores.vault, clock);
    this.#accounts = new AccountHandler(stores.eventStore, clock);
  }

  static async open(folder: string, options: WorldOptions = {}): Promise<World> {
    const { now = MONDAY, over = (stores) => stores } = options;
    const places = {
      dataFolder: join(folder, 'data'),
      keyFile: join(folder, 'keys', 'root.key'),
      clock: { now: () => now },
      ids: randomIds,
    };
    if (isEmptyFolder(places.dataFolder)) createDataFolder(places);
    const opened = await openStores(places);
    return new World(opened, over(opened), now);
  }

  close(): Promise<void> {
    return closeStores(this.#opened);
  }

  /** A platform with one policy, two reviewers, of whom one is a senior, and a lead. */
  async found(): Promise<void> {
    await this.platform({ type: 'RegisterPlatform', name: 'Demo' });
    await this.publish(aPolicy());
    for (const [id, roles] of [
      ['ada', ['reviewer']],
      ['bob', ['reviewer', 'senior']],
      ['lea', ['lead']],
    ] as const) {
      const staffId = staffIdOf(PLATFORM, id);
      const skills = ['documents'];
      await this.staff(id, {
        type: 'EnrolStaff',
        staffId,
        principalId: id,
        kind: 'person',
        roles,
        skills,
      });
    }
  }

  async platform(command: PlatformCommand): Promise<void> {
    const platforms = new PlatformHandler(this.stores.eventStore, { now: () => this.now });
    done(await platforms.execute(new PlatformMessage(PLATFORM, this.#envelope(SYSTEM), command)));
  }

  async publish(definition: PolicyDefinition): Promise<void> {
    const policies = new PolicyHandler(this.stores.eventStore, { now: () => this.now });
    const message = new PolicyMessage(definition.key, this.#envelope(SYSTEM), {
      type: 'PublishPolicy',
      definition,
    });
    done(await policies.execute(message));
  }

  async staff(principalId: string, command: StaffCommand): Promise<void> {
    const staff = new StaffHandler(this.stores.eventStore, { now: () => this.now });
    const id = staffIdOf(PLATFORM, principalId);
    done(await staff.execute(new StaffMessage(id, this.#envelope(SYSTEM), command)));
  }

  /** Of the applicant's account. */
  async account(applicant: string, command: AccountCommand, by: Actor = SYSTEM): Promise<void> {
    const id = accountIdOf(PLATFORM, applicant);
    done(await this.#accounts.execute(new AccountMessage(id, this.#envelope(by), command)));
  }

  async register(applicant: string): Promise<void> {
    await this.account(
      applicant,
      {
        type: 'RegisterAccount',
        accountId: accountIdOf(PLATFORM, applicant),
        principalId: applicant,
        kind: 'individual',
        subjectId: deriveId('subject', applicant),
      },
      person(applicant, 'applicant'),
    );
  }

  async case(caseId: string, command: CaseCommand | CaseIntent, by: Actor): Promise<void> {
    const message = new CaseMessage(caseId, this.#envelope(by), command);
    done(await this.#cases.execute(message));
  }

  async draft(caseId: string, applicant: string): Promise<void> {
    const by = person(applicant, 'applicant');
    await this.case(
      caseId,
      {
        type: 'OpenCase',
        accountId: accountIdOf(PLATFORM, applicant),
        subjectId: deriveId('subject', applicant),
        policyKey: 'driver',
      },
      by,
    );
    const provide: CaseIntent = async ({ sealer }) => ({
      type: 'ProvideMaterial',
      material: 'identity',
      documentType: 'resident-id',
      fields: {
        name: await sealer.seal('name', 'name', '李四'),
        number: await sealer.seal('number', 'id-number', `number of ${applicant}`),
      },
      files: [
        { ...(await sealer.seal('front', 'file', 'scan')), mediaType: 'image/png', bytes: 4 },
      ],
      findings: [],
    });
    await this.case(caseId, provide, by);
  }

  submit(caseId: string, applicant: string): Promise<void> {
    const submit = { type: 'SubmitCase', declarationVersion: '2026-01' } as const;
    return this.case(caseId, submit, person(applicant, 'applicant'));
  }

  /** A case that waits for its review. */
  async waiting(caseId: string, applicant: string): Promise<void> {
    await this.draft(caseId, applicant);
    await this.submit(caseId, applicant);
    await this.case(caseId, { type: 'ScreenCase', round: 1 }, SYSTEM);
  }

  /**
   * Runs them, all unless some are named, until each has seen the whole log.
   * @param before is waited for before each step of each process.
   * @throws Error where a dead letter is left
   */
  async runProcesses(
    names?: readonly string[],
    before?: (process: string, step: Step) => Promise<void>,
  ): Promise<void> {
    const chosen = processes.filter(({ name }) => names?.includes(name) ?? true);
    const runners = chosen.map((process) => {
      const { name } = process;
      const stores = before ? stepping(this.stores, (step) => before(name, step)) : this.stores;
      const clock = { now: () => this.now };
      const cases = new CaseHandler(stores.eventStore, stores.vault, clock);
      const accounts = new AccountHandler(stores.eventStore, clock);
      const platforms = new PlatformHandler(stores.eventStore, clock);
      const policies = new PolicyHandler(stores.eventStore, clock);
      const sender = senderOf(stores, { cases, accounts, platforms, policies });
      return new ProcessRunner({
        ...stores,
        processes: [process],
        catalogue,
        clock,
        sender,
        pause,
      });
    });
    for (const runner of runners) await runner.start();
    while (!(await this.#allHaveSeenAll(chosen))) await sleep(2);
    const letters = (await Promise.all(runners.map((runner) => runner.deadLetters()))).flat();
    for (const runner of runners) await runner.stop();
    if (letters.length > 0) throw new Error(`Dead letters: ${JSON.stringify(letters)}`);
  }

  /** None is at the end before all are at the same: what one does, others may react to. */
  async #allHaveSeenAll(chosen: readonly AnyProcess[]): Promise<boolean> {
    const head = await this.stores.eventStore.head();
    for (const { name } of chosen) if (!(await this.hasSeenAll(name))) return false;
    return head === (await this.stores.eventStore.head());
  }

  /** Whether a process has nothing left to do. */
  async hasSeenAll(process: string): Promise<boolean> {
    const { eventStore, readStore } = this.stores;
    const store = await readStore.serving(`process-${process}`);
    return !!store && (await store.checkpoint()) >= (await eventStore.head());
  }

  async events(stream?: string): Promise<readonly RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    for await (const event of this.stores.eventStore.readAll()) {
      if (stream === undefined || event.stream === stream) events.push(event);
    }
    return events;
  }

  async typesOf(caseId: string): Promise<readonly string[]> {
    return (await this.events(`case-${caseId}`)).map(({ type }) => type);
  }

  /** Everything but where in the log it came to lie: equal after whatever happened on the way. */
  async snapshot(): Promise<object> {
    const streams: Record<string, object[]> = {};
    for (const { position: _, ...event } of await this.events()) {
      (streams[event.stream] ??= []).push(event);
    }
    const states: Record<string, object> = {};
    for (const { name } of processes) {
      const store = await this.stores.readStore.serving(`process-${name}`);
      const page = await store?.find({ limit: 1_000 });
      states[name] = (page?.documents ?? []).map(({ key, document }) => ({ key, document }));
    }
    return { streams, states };
  }

  /** Who holds an applicant's identity, and how surely. */
  async identityOf(applicant: string): Promise<{ caseId: string; state: string } | undefined> {
    const key = { platform: PLATFORM, type: 'cn-resident-id', number: `number of ${applicant}` };
    const entry = await this.stores.vault.findIdentity(key);
    return entry && { caseId: entry.caseId, state: entry.state };
  }

  #envelope(actor: Actor) {
    const commandId = deriveId('world', this.now, ++this.#commands);
    return { commandId, platform: PLATFORM, actor };
  }
}

/** @throws Error where a step that a spec builds on is refused. */
function done(outcome: CommandOutcome<unknown>): void {
  if (outcome.kind !== 'done') throw new Error(`Refused: ${JSON.stringify(outcome)}`);
}
