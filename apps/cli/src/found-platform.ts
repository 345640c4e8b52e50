/**
 * A platform and its first admin, as the operator founds them: by the commands that the server has, under
 * the same rules, in the name of the operator. Done again it changes nothing; what a crash left half done
 * it finishes. Nothing personal comes in: an admin is the subject of tokens, an opaque id.
 */
import { type CommandOutcome } from '#infra/command-handler/command-handler';
import { foldStream } from '#infra/command-handler/fold-stream';
import { type EventStore } from '#infra/event-store/event-store.port';
import { fillText } from '#infra/http/problem.render';
import { OPERATOR } from '#kernel/actor';
import { type Clock } from '#kernel/clock';
import { deriveId } from '#kernel/ids';
import { platformDecider, platformEvents, platformStream } from '#modules/platforms/index';
import { PlatformExecutor } from '#modules/platforms/platform-executor';
import { adminsDecider } from '#modules/staff/admins.decider';
import {
  adminsEvents,
  adminsStream,
  staffDecider,
  staffEvents,
  staffIdOf,
  staffStream,
} from '#modules/staff/index';
import { StaffExecutor } from '#modules/staff/staff-executor';
import { violations } from '../../server/src/catalogue.ts';

export interface Founding {
  readonly platform: string;
  /** What people call it; absent: as it is named already, or like its id. */
  readonly name?: string;
  /** The subject of the tokens that its first admin signs in with. */
  readonly admin: string;
}

export interface PlatformStanding {
  readonly platform: string;
  /** Null while it is not registered. */
  readonly name: string | null;
  /** The subjects of its active admins. */
  readonly admins: readonly string[];
}

export interface Founded {
  readonly name: string;
  /** False where it was registered before. */
  readonly registered: boolean;
  /** False where they were an admin before. */
  readonly enrolled: boolean;
}

/** The platform is there otherwise than it was asked for, or breaks a rule. The message says what to do. */
export class FoundingRefused extends Error {
  override readonly name = 'FoundingRefused';
}

/** All platforms that are registered, in the order in which they were. */
export async function platformsIn(store: EventStore): Promise<readonly PlatformStanding[]> {
  const platforms: string[] = [];
  const filter = { eventTypes: ['PlatformRegistered'] };
  for await (const { metadata } of store.readAll({ filter })) platforms.push(metadata.platform);
  return Promise.all(platforms.map((platform) => standingOf(store, platform)));
}

export async function standingOf(store: EventStore, platform: string): Promise<PlatformStanding> {
  const [{ state }, count] = await Promise.all([
    foldStream(store, platformStream(platform), platformDecider, platformEvents),
    foldStream(store, adminsStream(platform), adminsDecider, adminsEvents),
  ]);
  const entries = await Promise.all(
    count.state.counted.map((id) => foldStream(store, staffStream(id), staffDecider, staffEvents)),
  );
  const admins = entries.map((entry) => entry.state.principalId).sort();
  return { platform, name: state.registered ? state.name : null, admins };
}

/** @throws FoundingRefused; EventStoreError: it can be asked for again */
export async function foundPlatform(
  store: EventStore,
  clock: Clock,
  { platform, admin, ...asked }: Founding,
): Promise<Founded> {
  const before = await standingOf(store, platform);
  refuseOthers(before, admin, asked.name);
  const name = before.name ?? asked.name ?? platform;
  const isNew = before.name === null;
  if (isNew) {
    const envelope = envelopeOf(platform, 'platform', name);
    const command = { type: 'RegisterPlatform', name } as const;
    const platforms = new PlatformExecutor(store, clock);
    assertDone(await platforms.execute({ platformId: platform, envelope, command }));
  }
  const isAdmin = before.admins.includes(admin);
  if (!isAdmin) await enrol(store, clock, platform, admin);
  return { name, registered: isNew, enrolled: !isAdmin };
}

function refuseOthers(before: PlatformStanding, admin: string, name: string | undefined): void {
  const { platform, admins } = before;
  if (before.name !== null && name !== undefined && name !== before.name) {
    throw new FoundingRefused(
      `The platform ${platform} is registered as ${JSON.stringify(before.name)}, and keeps that name. ` +
        'Leave --name out, or give another id for another platform.',
    );
  }
  if (admins.length > 0 && !admins.includes(admin)) {
    throw new FoundingRefused(
      `The platform ${platform} has an admin: ${admins.join(', ')}. Whoever is to be another is enrolled by an admin ` +
        '(POST /v1/staff), not from here.',
    );
  }
}

async function enrol(
  store: EventStore,
  clock: Clock,
  platform: string,
  admin: string,
): Promise<void> {
  const staffId = staffIdOf(platform, admin);
  const command = {
    type: 'EnrolStaff',
    staffId,
    principalId: admin,
    kind: 'person',
    roles: ['admin'],
    skills: [],
  } as const;
  const envelope = envelopeOf(platform, 'admin', admin);
  assertDone(await new StaffExecutor(store, clock).execute({ staffId, envelope, command }));
}

/** The same for the same: what a crash cut off is answered as done, or done. */
const envelopeOf = (platform: string, ...what: readonly string[]) => ({
  commandId: deriveId('found-platform', platform, ...what),
  platform,
  actor: OPERATOR,
});

/** @throws FoundingRefused in the words of the rule */
function assertDone(outcome: CommandOutcome<unknown>): void {
  if (outcome.kind === 'done') return;
  if (outcome.kind !== 'refused')
    throw new Error(`An operator's command ended as ${outcome.kind}.`);
  const { code, params = {} } = outcome.violation;
  const spec = violations.find((catalogue) => Object.hasOwn(catalogue, code))?.[code];
  throw new FoundingRefused(spec ? fillText(spec.en, params, 'en') : code);
}
