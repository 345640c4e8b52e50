/**
 * A whole server with a crowd before it: cases in their stages without the requests that lead there, a
 * clock that hurries, so that leases run out while a spec watches, and clients with a connection each.
 */
import { Agent, request as httpRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommandBus, type Command } from '@nestjs/cqrs';
import { AccountMessage } from '#modules/accounts/account.handler';
import { accountIdOf } from '#modules/accounts/index';
import { CaseMessage } from '#modules/cases/case.message';
import { type CaseCommand } from '#modules/cases/index';
import { type PolicyDefinition } from '#modules/policies/index';
import { PolicyMessage } from '#modules/policies/policy.handler';
import { StaffMessage } from '#modules/staff/staff.handler';
import { staffIdOf } from '#modules/staff/index';
import { type CommandOutcome } from '#infra/command-handler/command-handler';
import { SYSTEM, type Actor, type StaffRole } from '#kernel/actor';
import { type Clock } from '#kernel/clock';
import { type RecordedEvent } from '#kernel/envelope';
import { deriveId } from '#kernel/ids';
import { instantFromMs } from '#kernel/instants';
import { DEMO_PLATFORM } from '../../apps/server/src/demo.ts';
import { aPolicy, DECLARED } from '../../libs/modules/cases/case.testkit.ts';
import { Server } from '../e2e/server.testkit.ts';

const SKILLS = ['documents'];
/** So many commands at once while the stage is set. */
const ABREAST = 64;
const LOOK_EVERY_MS = 20;

/** Goes so many times as fast as the clock on the wall, and never back. */
export function hurryingClock(times: number): Clock {
  const [wall, begun] = [Date.now(), performance.now()];
  return { now: () => instantFromMs(Math.floor(wall + (performance.now() - begun) * times)) };
}

export interface Told {
  readonly status: number;
  /** Of the last event; what the answer is about. */
  readonly position: string | undefined;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the body is whatever the route answers; specs assert it
  readonly body: any;
}

export interface Session {
  readonly as: string;
  readonly bearer: string;
}

export interface Post {
  readonly key: string;
  readonly body?: unknown;
  readonly ifMatch?: number;
}

export class Crowd {
  readonly server: Server;
  readonly #agent: Agent;

  /** @param sockets a connection for each client */
  constructor(clock: Clock, sockets: number) {
    this.server = new Server(undefined, undefined, { clock });
    this.#agent = new Agent({ keepAlive: true, maxSockets: sockets });
  }

  async dispose(): Promise<void> {
    this.#agent.destroy();
    await this.server.dispose();
  }

  /** Of one who may have others. */
  async session(as: string): Promise<Session> {
    return { as, bearer: `Bearer ${await this.server.signIn(as)}` };
  }

  get(session: Session, path: string): Promise<Told> {
    return this.#ask('GET', session, path, {});
  }

  post(session: Session, path: string, { key, body, ifMatch }: Post): Promise<Told> {
    const headers = {
      'idempotency-key': key,
      ...(ifMatch === undefined ? {} : { 'if-match': `"${ifMatch}"` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    return this.#ask('POST', session, path, headers, body);
  }

  /** All of the log, in its order. */
  async events(): Promise<readonly RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    for await (const event of this.server.eventStore.readAll()) events.push(event);
    return events;
  }

  /** A policy that asks for a telephone number alone. */
  async publish(key: string, review: Partial<PolicyDefinition['review']>): Promise<void> {
    const [, phone] = aPolicy().materials;
    const definition = aPolicy({
      key,
      materials: [phone!],
      requiresIdentity: false,
      review: { ...aPolicy().review, ...review },
    });
    const publish = { type: 'PublishPolicy', definition } as const;
    await this.#send(new PolicyMessage(key, envelope(`policy/${key}`), publish));
  }

  async enrol(people: readonly string[], ...roles: readonly StaffRole[]): Promise<void> {
    await each(people, async (principalId) => {
      const staffId = staffIdOf(DEMO_PLATFORM, principalId);
      const enrol = { type: 'EnrolStaff', staffId, principalId, roles, skills: SKILLS } as const;
      const command = { ...enrol, kind: 'person' } as const;
      await this.#send(new StaffMessage(staffId, envelope(`staff/${principalId}`), command));
    });
  }

  /** Cases of as many applicants, each with a review that waits. @returns their ids */
  async waiting(applicants: readonly string[], policyKey: string): Promise<readonly string[]> {
    const ids = applicants.map((applicant) => deriveId('case', policyKey, applicant));
    await each(applicants, async (applicant) => {
      const by: Actor = { kind: 'person', id: applicant, role: 'applicant' };
      const accountId = accountIdOf(DEMO_PLATFORM, applicant);
      const subject = { accountId, subjectId: accountId };
      const register = { type: 'RegisterAccount', principalId: applicant, ...subject } as const;
      const account = { ...register, kind: 'individual' } as const;
      await this.#send(
        new AccountMessage(accountId, envelope(`account/${applicant}`, by), account),
      );
      const caseId = deriveId('case', policyKey, applicant);
      const phone = { ref: deriveId('phone', applicant), commitment: `of ${applicant}` };
      const steps: readonly CaseCommand[] = [
        { type: 'OpenCase', ...subject, policyKey },
        { type: 'ProvideMaterial', material: 'phone', fields: { number: phone }, ...NOTHING },
        { type: 'SubmitCase', ...DECLARED },
      ];
      for (const step of steps) {
        await this.#send(new CaseMessage(caseId, envelope(`${caseId}/${step.type}`, by), step));
      }
    });
    const streams = new Set(ids.map((id) => `case-${id}`));
    await this.#until(async () => {
      let requested = 0;
      const filter = { eventTypes: ['ReviewRequested'] };
      for await (const { stream } of this.server.eventStore.readAll({ filter })) {
        if (streams.has(stream)) requested++;
      }
      return requested === ids.length;
    });
    return ids;
  }

  async #until(so: () => Promise<boolean>): Promise<void> {
    while (!(await so())) await sleep(LOOK_EVERY_MS);
  }

  async #send(command: Command<CommandOutcome<unknown>>): Promise<void> {
    const outcome = await this.server.app.get(CommandBus).execute(command);
    if (outcome.kind !== 'done') throw new Error(`Refused: ${JSON.stringify(outcome)}`);
  }

  #ask(
    method: string,
    { bearer }: Session,
    path: string,
    others: Readonly<Record<string, string>>,
    body?: unknown,
  ): Promise<Told> {
    const { hostname, port } = new URL(this.server.url);
    const headers = { authorization: bearer, ...others };
    const options = { hostname, port, method, path, headers, agent: this.#agent };
    return new Promise((resolve, reject) => {
      const sent = httpRequest(options, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            position: response.headers['x-casetrail-position'] as string | undefined,
            body: text === '' ? undefined : (JSON.parse(text) as unknown),
          }),
        );
      });
      sent.on('error', reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}

const NOTHING = { files: [], findings: [] } as const;

const envelope = (name: string, actor: Actor = SYSTEM) => ({
  commandId: deriveId('crowd', name),
  platform: DEMO_PLATFORM,
  actor,
});

async function each<T>(items: readonly T[], does: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < items.length) await does(items[next++]!);
  };
  await Promise.all(Array.from({ length: ABREAST }, lane));
}
