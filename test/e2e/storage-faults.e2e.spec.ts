/**
 * A full disk and files that cannot be written: whoever writes is told to come again, whoever reads is
 * answered, what was acknowledged is kept, and all goes on by itself when there is room again.
 */
import { type Answer, Server, suiteIsOnServer } from './server.testkit.ts';
import { SmallDisk, writeLock } from './storage-faults.testkit.ts';
import { done, draft, eventsAfter, until } from './world.testkit.ts';

const NOTES = 24;

class Trouble {
  caseId = '';
  refs: readonly string[] = [];

  constructor(readonly server: Server) {}

  async begin(): Promise<void> {
    await this.server.start();
    this.caseId = await draft(this.server, 'cai');
    const seen = await until(
      () => this.server.get(`/v1/cases/${this.caseId}`, { as: 'rui' }),
      ({ body }) => body?.materials?.length === 4,
    );
    this.refs = [seen.body.materials[0].fields[0].ref as string];
  }

  /** As large as a page, so that each needs room of its own. */
  note(key: string): Promise<Answer> {
    const text = `${key} ${'x'.repeat(4_000)}`;
    return this.server.post(`/v1/cases/${this.caseId}/notes`, { as: 'rui', key, body: { text } });
  }

  notes(first: string): Promise<Answer[]> {
    return Promise.all(Array.from({ length: NOTES }, (_, index) => this.note(`${first}-${index}`)));
  }

  async noteCount(): Promise<number> {
    return (await eventsAfter(this.server)).filter(({ type }) => type === 'NoteAdded').length;
  }

  async expectRefused(): Promise<void> {
    const reveal = { caseId: this.caseId, refs: this.refs, purpose: 'audit' };
    const ofTheVault = [
      await this.note('while-nothing-can-be-written'),
      await this.server.get('/health/ready', {}),
    ];
    const ofTheLog = [
      await this.server.post('/v1/accounts', { as: 'newcomer', body: { kind: 'individual' } }),
      await this.server.post(`/v1/cases/${this.caseId}/self-assessments`, { as: 'cai' }),
      // What cannot be recorded is not shown.
      await this.server.post('/v1/reveals', { as: 'otto', body: reveal }),
    ];
    // A log on a server is on another disk: what writes to it alone goes on.
    if (suiteIsOnServer) for (const { status } of ofTheLog) expect(status).toBeLessThan(300);
    for (const answer of suiteIsOnServer ? ofTheVault : [...ofTheVault, ...ofTheLog]) {
      expect([answer.status, answer.body.code]).toEqual([503, 'store-unavailable']);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(JSON.stringify(answer.body)).not.toContain('李四');
    }
  }

  async expectRead(): Promise<void> {
    const asked: [string, string][] = [
      [`/v1/cases/${this.caseId}`, 'cai'],
      ['/v1/timeline', 'cai'],
      ['/v1/accounts/me', 'cai'],
      ['/v1/queues', 'rui'],
      ['/v1/audit', 'otto'],
      ['/v1/events', 'otto'],
      ['/v1/policies/individual', 'ada'],
    ];
    for (const [path, as] of asked) {
      const { status } = await this.server.get(path, { as });
      expect([path, status]).toEqual([path, 200]);
    }
    // Also to whoever may not: that it cannot be recorded does not let them in.
    expect((await this.server.get('/v1/audit', { as: 'cai' })).status).toBe(403);
  }

  /** Everything once more with its key: what was done is answered again, what was not is done now. */
  async expectWhole(...firsts: readonly string[]): Promise<void> {
    expect((await this.server.get('/health/ready', {})).body).toEqual({ ready: true });
    for (const first of firsts) {
      for (const answer of await this.notes(first)) expect(answer.status).toBe(201);
    }
    expect(await this.noteCount()).toBe(NOTES * firsts.length);
    const written = done(
      await this.server.post(`/v1/cases/${this.caseId}/self-assessments`, { as: 'cai' }),
    );
    const after = written.headers.get('x-casetrail-position')!;
    const path = `/v1/cases/${this.caseId}`;
    const seen = await until(
      () => this.server.get(path, { as: 'rui', after }),
      ({ status }) => status === 200,
    );
    expect(seen.body.notes).toHaveLength(NOTES * firsts.length);
  }
}

const acknowledged = (answers: readonly Answer[]) =>
  answers.filter(({ status }) => status === 201).length;

const mayMount = SmallDisk.isPossible();
const onDisk = mayMount ? describe : describe.skip;

onDisk(`a full disk${mayMount ? '' : ' (skipped: it needs the right to mount a tmpfs)'}`, () => {
  let disk: SmallDisk;
  let trouble: Trouble;

  beforeAll(async () => {
    disk = new SmallDisk(24);
    trouble = new Trouble(new Server(disk.folder));
    await trouble.begin();
  });

  afterAll(async () => {
    await trouble.server.stop();
    disk.remove();
  });

  it('may come in the middle of what is being written: each is acknowledged or told to come again', async () => {
    const running = trouble.notes('during');
    disk.fill();
    const answers = await running;
    for (const { status } of answers) expect([201, 503]).toContain(status);
    expect(await trouble.noteCount()).toBeGreaterThanOrEqual(acknowledged(answers));
  });

  it('answers 503 with Retry-After to whoever writes', async () => {
    disk.fill();
    await trouble.expectRefused();
    expect(acknowledged(await trouble.notes('full'))).toBe(0);
  });

  it('answers whoever reads', () => trouble.expectRead());

  it('is got over without a restart when there is room, and nothing is lost or done twice', async () => {
    disk.empty();
    await trouble.expectWhole('during', 'full');
  });

  it('leaves what was written for the next start', async () => {
    await trouble.server.stop();
    await trouble.server.start();
    expect(await trouble.noteCount()).toBe(2 * NOTES);
  });
});

const mayLock = writeLock.isPossible();
const onFiles = mayLock ? describe : describe.skip;

onFiles(`files that cannot be written${mayLock ? '' : ' (skipped: needs root on ext4)'}`, () => {
  let trouble: Trouble;

  beforeAll(async () => {
    trouble = new Trouble(new Server());
    await trouble.begin();
  });

  afterAll(async () => {
    writeLock.set(trouble.server.dataFolder, false);
    await trouble.server.dispose();
  });

  it('are answered with 503 and Retry-After to whoever writes, and are read on', async () => {
    for (const answer of await trouble.notes('before')) expect(answer.status).toBe(201);
    writeLock.set(trouble.server.dataFolder, true);
    await trouble.expectRefused();
    expect(acknowledged(await trouble.notes('locked'))).toBe(0);
    await trouble.expectRead();
  });

  it('are written again without a restart once they can be', async () => {
    writeLock.set(trouble.server.dataFolder, false);
    await trouble.expectWhole('before', 'locked');
  });
});
