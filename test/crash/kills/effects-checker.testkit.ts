/**
 * Whether each process has done all that follows from the log, by the log alone: what it keeps of itself
 * is passed over. It is gone through once more from the first event on, and each of its actions is sent
 * again, under its own id, to the real handlers. One that was carried out is known by that id; one that
 * found nothing to do, or was refused, finds the same. So what would be appended now, or settled now in
 * the vault's index, was never done.
 *
 * An action that was rightly refused and would not be any more would be named as well. No story comes to
 * that: it takes a case that a freeze found closed and that is reopened later.
 */
import { type EventStore } from '#infra/event-store/event-store.port';
import { type ActionSender } from '#infra/process-runner/action-sender';
import { Instance, instanceOf } from '#infra/process-runner/process-instances';
import { type Vault } from '#infra/vault/vault.port';
import { type RecordedEvent } from '#kernel/envelope';
import { deriveId } from '#kernel/ids';
import { type Instant } from '#kernel/instants';
import { START } from '#kernel/position';
import { type Action, type AnyProcess } from '#kernel/process';
import { changed } from '#kernel/testing/changed';
import { AccountHandler } from '#modules/accounts/account.handler';
import { CaseHandler } from '#modules/cases/case.handler';
import { PlatformHandler } from '#modules/platforms/platform.handler';
import { PolicyHandler } from '#modules/policies/policy.handler';
import { catalogue, processes } from '../../../apps/server/src/catalogue.ts';
import { type Stores } from '../../../apps/server/src/stores.ts';
import { senderOf } from '../../../apps/server/src/worker.ts';
import { loseViews, type Places, within } from './views-checker.testkit.ts';

export interface Effects {
  /** How many actions follow from the log, by process. */
  readonly demanded: ReadonlyMap<string, number>;
  /** In words, what was never done. */
  readonly faults: readonly string[];
}

/**
 * @param copy loses its views and states
 * @param at the moment at which all was at rest: what a clock brings later is nothing to the log
 */
export function effectsIn(copy: Places, at: Instant): Promise<Effects> {
  loseViews(copy);
  return within(copy, async (stores) => {
    const events: RecordedEvent[] = [];
    for await (const stored of stores.eventStore.readAll()) {
      events.push(catalogue.upcastOrWithhold(stored));
    }
    const sender = refusingToAct(stores, at);
    const demanded = new Map<string, number>();
    const faults: string[] = [];
    for (const process of processes) {
      const followed = actionsOf(process, events);
      demanded.set(process.name, followed.length);
      for (const one of followed) faults.push(...(await faultsOfAction(process, one, sender)));
    }
    return { demanded, faults };
  });
}

interface Followed {
  readonly event: RecordedEvent;
  readonly index: number;
  readonly action: Action;
}

/** As its runner would react to each event, had it never been killed. */
function actionsOf(process: AnyProcess, events: readonly RecordedEvent[]): readonly Followed[] {
  const instances = new Map<string, Instance>();
  const followed: Followed[] = [];
  for (const event of events) {
    const key = process.handles.includes(event.type) ? instanceOf(process, event) : null;
    if (key === null) continue;
    const empty = { key, document: null, position: START, parked: false };
    const instance = instances.get(key) ?? new Instance(process, empty);
    instances.set(key, instance);
    const actions = event.metadata.imported ? [] : process.react(event, instance.state);
    followed.push(...actions.map((action, index) => ({ event, index, action })));
    instance.fold(event);
  }
  return followed;
}

async function faultsOfAction(
  { name }: AnyProcess,
  { event, index, action }: Followed,
  sender: ActionSender,
): Promise<readonly string[]> {
  const { platform, correlationId } = event.metadata;
  const commandId = deriveId('action', name, event.id, index);
  try {
    await sender.send(action, { commandId, platform, correlationId, causationId: event.id });
    return [];
  } catch (error) {
    const { to, id, command } = action;
    return [
      `${name} has not done what follows from the ${event.type} at ${Number.parseInt(event.position, 16)}, ` +
        `${command.type} to the ${to} ${id}: ${(error as Error).message}`,
    ];
  }
}

/** The real handlers, over stores in which nothing can be done any more. */
function refusingToAct(stores: Stores, at: Instant): ActionSender {
  const eventStore = changed<EventStore>(stores.eventStore, {
    append: async (stream, _expected, events) => {
      const types = events.map(({ type }) => type).join(', ');
      throw new Error(`now ${types} would be appended to ${stream}`);
    },
  });
  const { confirmIdentity, releaseIdentity } = stores.vault;
  const settling =
    <T>(settle: (platform: string, ref: string, caseId: string) => Promise<T>) =>
    async (platform: string, ref: string, caseId: string): Promise<T> => {
      const entry = async () => JSON.stringify(await stores.vault.identityOf(platform, ref));
      const before = await entry();
      const settled = await settle.call(stores.vault, platform, ref, caseId);
      if ((await entry()) !== before) throw new Error(`now ${before} would be settled`);
      return settled;
    };
  const vault = changed<Vault>(stores.vault, {
    confirmIdentity: settling(confirmIdentity),
    releaseIdentity: settling(releaseIdentity),
  });
  const clock = { now: () => at };
  return senderOf(
    { ...stores, eventStore, vault },
    {
      cases: new CaseHandler(eventStore, vault, clock),
      accounts: new AccountHandler(eventStore, clock),
      platforms: new PlatformHandler(eventStore, clock),
      policies: new PolicyHandler(eventStore, clock),
    },
  );
}
