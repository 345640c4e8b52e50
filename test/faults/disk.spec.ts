/**
 * A disk that is full, one that the system makes read-only, and a folder that cannot be written, again and
 * again while clients work: each of them is told to come again, whoever reads is answered, and with room
 * again all goes on by itself. A disk that is read-only has to be mounted anew, which takes a restart.
 * Whatever was acknowledged is there, once, and is answered again as it was.
 */
import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeInFull } from '#kernel/testing/full-run';
import { type Answer } from '../e2e/server.testkit.ts';
import { FailingDisk, SmallDisk, writeLock } from '../e2e/storage-faults.testkit.ts';
import { asAnswered, until } from '../e2e/world.testkit.ts';
import { ServerProcess } from '../../apps/server/src/server-process.testkit.ts';
import { counted, Field } from './field.testkit.ts';

const CLIENTS = 6;
const ROUNDS = 3;
const MEBIBYTES = 64;
/** Answers of each kind that a round waits for. */
const ENOUGH = 2 * CLIENTS;

interface Trouble {
  begin(): void;
  end(): void | Promise<void>;
}

/** Of one client, one after the other: what a log has room for in its files takes a while to be used up. */
async function lives(field: Field, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const person = field.person();
    await field.draft(person);
    await field.submit(person);
    const path = `/v1/cases/${person.caseId}`;
    await until(
      () => field.get(path, { as: 'rui' }),
      ({ body }) => (body as { status: string }).status === 'waiting',
    );
    await field.review(person, 'reviews/1/claim', { as: 'rui' });
    await field.review(person, 'notes', { as: 'rui', body: { text: 'x'.repeat(3_000) } });
    await field.review(person, 'reviews/1/approval', { as: 'rui', ifMatch: person.version });
  }
}

/** As long as the spec has time for. */
async function soon(so: () => boolean): Promise<void> {
  while (!so()) await sleep(5);
}

async function expectRead(field: Field): Promise<void> {
  for (const [path, as] of [
    ['/v1/queues', 'rui'],
    ['/v1/cases/counts', 'rui'],
    ['/v1/audit', 'otto'],
    ['/v1/events', 'otto'],
    ['/v1/policies/individual', 'ada'],
  ] as const) {
    const { status } = await field.server.get(path, { as });
    expect([path, status]).toEqual([path, 200]);
  }
}

async function expectAllGoesOn(field: Field, trouble: Trouble): Promise<void> {
  field.tries = { max: 10_000, pauseMs: 10 };
  let isOver = false;
  const client = () => lives(field, () => isOver);
  const working = Promise.all(Array.from({ length: CLIENTS }, client));
  for (let round = 0; round < ROUNDS; round++) {
    const done = field.acknowledged.length;
    await soon(() => field.acknowledged.length >= done + ENOUGH);
    const told = field.told.length;
    trouble.begin();
    await soon(() => field.told.length >= told + ENOUGH);
    await expectRead(field);
    await trouble.end();
  }
  isOver = true;
  await working;
  expect(new Set(field.told)).toEqual(new Set(['store-unavailable']));
  await field.atRest();
  const effects = {
    AccountRegistered: 1,
    CaseOpened: 1,
    // Four materials and a file.
    MaterialProvided: 5,
    CaseSubmitted: 1,
    ScreeningCompleted: 1,
    ReviewClaimed: 1,
    NoteAdded: 1,
    CaseApproved: 1,
    VerificationGranted: 1,
  };
  const acknowledged = [...field.acknowledged];
  for (const moment of ['with room again', 'after a restart']) {
    for (const { send, answer } of acknowledged) {
      expect([moment, asAnswered(await send())]).toEqual([moment, asAnswered(answer)]);
    }
    for (const person of field.people) {
      expect(await field.effectOn(person, field.begun)).toMatchObject(effects);
    }
    expect(counted(await field.events(field.begun))).toMatchObject({
      CaseApproved: field.people.length,
      ReviewClaimed: field.people.length,
    });
    expect(await field.parked()).toEqual([]);
    expect(await field.viewFaults()).toEqual([]);
    await field.stop();
    await field.start();
  }
}

const mayMount = SmallDisk.isPossible();
const onDisk = mayMount ? describeInFull : describe.skip;

onDisk(`a full disk${mayMount ? '' : ' (skipped: it needs the right to mount a tmpfs)'}`, () => {
  let disk: SmallDisk;
  let field: Field;

  beforeAll(async () => {
    disk = new SmallDisk(MEBIBYTES);
    field = await new Field(disk.folder).start();
  });
  afterAll(async () => {
    await field.stop();
    disk.remove();
  });

  it(
    'is got over by everybody who works, as often as it comes',
    () => expectAllGoesOn(field, { begin: () => disk.fill(), end: () => disk.empty() }),
    120_000,
  );
});

const mayLock = writeLock.isPossible();
const onFiles = mayLock ? describeInFull : describe.skip;

onFiles(
  `a folder whose files cannot be written${mayLock ? '' : ' (skipped: needs root on ext4)'}`,
  () => {
    let field: Field;
    const lock = (locked: boolean) => writeLock.set(field.server.dataFolder, locked);

    beforeAll(async () => {
      field = await new Field().start();
    });
    afterAll(async () => {
      lock(false);
      await field.dispose();
    });

    it(
      'is got over by everybody who works, as often as it comes',
      () => expectAllGoesOn(field, { begin: () => lock(true), end: () => lock(false) }),
      120_000,
    );
  },
);

/** Whose clients wait while the server is away. */
class FieldWithRestarts extends Field {
  #isBack: Promise<void> = Promise.resolve();
  readonly #underWay = new Set<Promise<Answer>>();

  override insist(send: () => Promise<Answer>): Promise<Answer> {
    return super.insist(async () => {
      await this.#isBack;
      const asked = send();
      this.#underWay.add(asked);
      return asked.finally(() => this.#underWay.delete(asked));
    });
  }

  /** What is under way is answered before. */
  async restart(meanwhile: () => Promise<void>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#isBack = promise;
    await Promise.all(this.#underWay);
    await this.stop();
    // What goes wrong at the end is logged, and by Nest without a word of what it was.
    expect(this.server.log.join('')).not.toContain('Logged without a message');
    await meanwhile();
    await this.start();
    resolve();
  }
}

const mayFail = FailingDisk.isPossible();
const onFailing = mayFail ? describeInFull : describe.skip;

onFailing(
  `a disk made read-only${mayFail ? '' : ' (skipped: needs root and a loop device)'}`,
  () => {
    let disk: FailingDisk;
    let field: FieldWithRestarts;

    beforeAll(async () => {
      disk = new FailingDisk(MEBIBYTES);
      field = new FieldWithRestarts(disk.folder);
      await field.start();
    });
    afterAll(async () => {
      await field.stop();
      disk.remove();
    });

    /** Of a real server, as somebody would start it there. */
    async function expectStartRefused(): Promise<void> {
      const { dataFolder, keyFile } = await field.server.places();
      const before = readdirSync(dataFolder);
      const server = new ServerProcess(['--demo'], { dataFolder, keyFile });
      expect(await server.exited).toBe(1);
      expect(server.errors).toContain(`Casetrail does not start. The data folder ${dataFolder}`);
      expect(server.errors).toMatch(/read-only/i);
      expect(readdirSync(dataFolder)).toEqual(before);
    }

    it(
      'is got over by everybody who works once it is mounted anew, as often as it comes',
      () =>
        expectAllGoesOn(field, {
          begin: () => disk.fail(),
          end: () =>
            field.restart(async () => {
              await expectStartRefused();
              disk.mountForReading();
              await expectStartRefused();
              disk.mountAnew();
            }),
        }),
      120_000,
    );
  },
);
