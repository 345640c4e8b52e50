import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FastifyReply } from 'fastify';
import { faulty } from '#infra/command-handler/command-handler.testkit';
import { StoreUnavailable } from '#infra/event-store/event-store.errors';
import { type EventStore } from '#infra/event-store/event-store.port';
import { openSqliteEventStore } from '#infra/event-store/sqlite/sqlite-event-store';
import { VaultUnavailable, type Vault, type VaultRecord } from '#infra/vault/vault.port';
import { type NewEvent, type RecordedEvent } from '#kernel/envelope';
import { deriveId } from '#kernel/ids';
import { instant } from '#kernel/instants';
import { metadataFor } from '#kernel/testing/metadata';
import { accountIdOf } from '#modules/accounts/index';
import { type Purpose } from './access.events.ts';
import { AccessRecorder } from './access-recorder.ts';
import { RevealController } from './reveal.controller.ts';

const AT = instant('2026-03-02T01:00:00Z');
const CASE = deriveId('case', 1);
const OWN_CASE = deriveId('case', 3);
const [NAME, SCAN, OTHERS, NOTE] = ['name', 'scan', 'others', 'note'].map((what) =>
  deriveId('ref', what),
) as [string, string, string, string];
const caller = {
  principal: { id: 'ada', platform: 'shop', kind: 'person', expiresAt: AT },
  roles: ['auditor'],
  actor: { kind: 'person', id: 'ada' },
} as const;
const signal = new AbortController().signal;
const reply = {} as FastifyReply;

let folder: string;
let keys = 0;
let happenings = 0;
let log: EventStore;
/** What was done, in order. */
let steps: string[];
/** Comes before each append to the access stream. */
let recording: () => Promise<void>;
let reading: () => Promise<readonly (VaultRecord | undefined)[]>;

const value = (
  ref: string,
  kind: VaultRecord['kind'],
  text: string,
  subjectId = 'sub-1',
): VaultRecord => ({
  ref,
  platform: 'shop',
  subjectId,
  kind,
  storedAt: AT,
  value: Buffer.from(text),
});

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'casetrail-reveal-'));
  log = await openSqliteEventStore({ file: join(folder, 'events.sqlite'), worker: false });
  steps = [];
  keys = 0;
  happenings = 0;
  recording = async () => undefined;
  reading = async () => [value(NAME, 'name', '李四'), value(SCAN, 'file', 'scan')];
  await happened('CaseOpened', { accountId: 'acc-1', subjectId: 'sub-1' });
  await provided({ name: NAME }, [SCAN]);
});
afterEach(async () => {
  await log.close();
  rmSync(folder, { recursive: true });
});

/** To the case, after all that happened before. */
async function happened(type: string, data: object): Promise<void> {
  const revision = happenings++;
  const event = eventAt(revision, type, data);
  await log.append(`case-${CASE}`, revision === 0 ? 'no-stream' : revision - 1, [event]);
}
function eventAt(revision: number, type: string, data: object): NewEvent {
  const id = deriveId('event', revision);
  const metadata = metadataFor(id, AT, { accountId: 'acc-1' });
  return { id, type, schemaVersion: 1, data, metadata };
}

const provided = (fields: Record<string, string>, files: readonly string[] = []) =>
  happened('MaterialProvided', {
    material: 'identity-document',
    fields: Object.fromEntries(Object.entries(fields).map(([key, ref]) => [key, { ref }])),
    files: files.map((ref) => ({ ref })),
    findings: [],
  });

/** A server of its own on the same log. */
function server(): (request: Partial<Request>) => ReturnType<RevealController['reveal']> {
  const store = faulty(log, {
    append: async (...args) => {
      if (!args[0].startsWith('access-')) return log.append(...args);
      steps.push('recording');
      await recording();
      const result = await log.append(...args);
      steps.push('recorded');
      return result;
    },
  });
  const keyedDigest = (purpose: string, ...parts: readonly string[]) =>
    Buffer.from(deriveId(purpose, ...parts).replaceAll('-', ''), 'hex');
  const read = () => {
    steps.push('read');
    return reading();
  };
  const vault = { read, keyedDigest } as unknown as Vault;
  const recorder = new AccessRecorder(store, { now: () => AT }, { next: () => deriveId('unused') });
  const controller = new RevealController(log, vault, { now: () => AT }, recorder);
  return ({
    refs = [NAME],
    platform = 'shop',
    caseId = CASE,
    key = `key-${++keys}`,
    as = 'ada',
    purpose = 'audit',
  }) => {
    const body = { caseId, refs, purpose };
    const principal = { ...caller.principal, platform, id: as };
    const origin = { platform, principalId: as, route: 'POST /v1/reveals', key };
    const asked = { ...caller, principal };
    return controller.reveal(body, { caller: asked, origin, body, reply, signal });
  };
}

interface Request {
  readonly refs: string[];
  readonly platform: string;
  readonly caseId: string;
  readonly key: string;
  readonly as: string;
  readonly purpose: Purpose;
}

const reveal = (request: Partial<Request> = {}) => server()(request);

async function recorded(): Promise<readonly RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const event of log.readAll({ filter: { streamPrefixes: ['access-'] } }))
    events.push(event);
  return events;
}

describe('revealing personal data', () => {
  it('is recorded first, and the values are read and shown after that', async () => {
    expect(await reveal({ refs: [NAME, SCAN] })).toEqual({
      values: [
        { ref: NAME, kind: 'name', text: '李四' },
        { ref: SCAN, kind: 'file', base64: Buffer.from('scan').toString('base64') },
      ],
    });
    expect(steps).toEqual(['recording', 'recorded', 'read']);
    expect(await recorded()).toMatchObject([
      {
        type: 'PersonalDataRevealed',
        data: { caseId: CASE, accountId: 'acc-1', refs: [NAME, SCAN], purpose: 'audit' },
        metadata: {
          platform: 'shop',
          actor: { kind: 'person', id: 'ada', role: 'auditor' },
          accountId: 'acc-1',
        },
      },
    ]);
  });

  it('shows nothing where it could not be recorded: the vault is not even asked', async () => {
    recording = () => Promise.reject(new StoreUnavailable('The disk is full.'));
    await expect(reveal()).rejects.toThrow('The disk is full.');
    expect(steps).toEqual(['recording']);
  });

  it('stays recorded where the vault then fails', async () => {
    reading = () => Promise.reject(new VaultUnavailable('The disk is gone.'));
    await expect(reveal()).rejects.toThrow('The disk is gone.');
    expect(await recorded()).toHaveLength(1);
  });

  it('waits until it is recorded, however long that takes', async () => {
    let record: () => void = () => undefined;
    recording = () => new Promise((resolve) => (record = resolve));
    const shown = reveal();
    while (steps.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(steps).toEqual(['recording']);
    record();
    await shown;
    expect(steps).toEqual(['recording', 'recorded', 'read']);
  });

  it('is recorded each time that it is asked for anew', async () => {
    await reveal();
    await reveal();
    expect(await recorded()).toHaveLength(2);
  });

  it('says what is there no more, after an erasure say', async () => {
    reading = async () => [undefined, value(SCAN, 'file', 'scan')];
    const { values } = await reveal({ refs: [NAME, SCAN] });
    expect(values[0]).toEqual({ ref: NAME, gone: true });
  });

  it.each([
    ['a reference that the case does not name', { refs: [NAME, OTHERS] }, 'refs'],
    ['a case of another platform', { platform: 'bank' }, 'caseId'],
    ['no case at all', { caseId: deriveId('case', 2) }, 'caseId'],
  ])('finds nothing for %s, and neither records nor reads', async (_, request, field) => {
    await expect(reveal(request)).rejects.toMatchObject({
      code: 'not-found-here',
      details: { field },
    });
    expect(steps).toEqual([]);
  });
});

describe('a purpose that is not the viewer’s', () => {
  it('reveals nothing, is no look, and goes to the log of refused attempts', async () => {
    await expect(reveal({ purpose: 'support-request' })).rejects.toMatchObject({
      violation: { code: 'purpose-of-other-roles' },
      hiddenFrom: 'caller',
    });
    expect(steps).toEqual([]);
  });
});

describe('a case of the viewer’s own account', () => {
  it('reveals nothing for whatever purpose of the staff, and that is told to the log', async () => {
    const own = accountIdOf('shop', 'ada');
    await log.append(`case-${OWN_CASE}`, 'no-stream', [
      eventAt(0, 'CaseOpened', { accountId: own, subjectId: 'sub-1' }),
      eventAt(1, 'CaseEscalated', { review: 1, cause: NOTE }),
    ]);
    await expect(reveal({ caseId: OWN_CASE, refs: [NOTE] })).rejects.toMatchObject({
      violation: { code: 'own-account' },
      hiddenFrom: 'caller',
    });
    expect(steps).toEqual([]);
    reading = async () => [value(NOTE, 'text', 'Known to us.')];
    expect(await reveal({ caseId: OWN_CASE, refs: [NOTE], as: 'otto' })).toMatchObject({
      values: [{ text: 'Known to us.' }],
    });
  });
});

describe('what may be revealed through a case', () => {
  it('is whatever its events name, wherever it stands', async () => {
    await happened('AppealGranted', { somethingNew: { justificationRef: NOTE } });
    reading = async () => [value(NOTE, 'text', 'The registry confirms it.')];
    expect(await reveal({ refs: [NOTE] })).toEqual({
      values: [{ ref: NOTE, kind: 'text', text: 'The registry confirms it.' }],
    });
  });

  it.each<[string, () => Promise<void>, string]>([
    ['a value that was typed anew', () => provided({ name: NOTE }), NAME],
    [
      'a file that was taken back',
      () => happened('MaterialRemoved', { material: 'identity-document', fileRef: SCAN }),
      SCAN,
    ],
    [
      'a material that was taken back',
      () => happened('MaterialRemoved', { material: 'identity-document' }),
      NAME,
    ],
  ])('is not %s before it was submitted', async (_, change, gone) => {
    await change();
    await expect(reveal({ refs: [gone] })).rejects.toMatchObject({ code: 'not-found-here' });
    expect(await recorded()).toEqual([]);
  });

  it('is what a round was submitted with, whatever was changed for the next', async () => {
    await happened('CaseSubmitted', { round: 1 });
    await provided({ name: NOTE });
    await happened('MaterialRemoved', { material: 'identity-document' });
    expect(await reveal({ refs: [NAME, SCAN] })).toMatchObject({
      values: [{ text: '李四' }, { kind: 'file' }],
    });
    await expect(reveal({ refs: [NOTE] })).rejects.toMatchObject({ code: 'not-found-here' });
  });

  it('is nothing of another subject, though somebody wrote its reference into the case', async () => {
    await happened('CaseEscalated', { review: 1, cause: OTHERS });
    reading = async () => [value(OTHERS, 'id-number', 'of another', 'sub-2')];
    expect(await reveal({ refs: [OTHERS] })).toEqual({ values: [{ ref: OTHERS, gone: true }] });
    expect(await recorded()).toHaveLength(1);
  });
});

describe('a reveal that is repeated under its key', () => {
  const request = { refs: [NAME, SCAN], key: 'k' };

  it('is answered the same, and recorded once, at another server too', async () => {
    const first = await reveal(request);
    expect(await reveal(request)).toEqual(first);
    expect(await recorded()).toHaveLength(1);
  });

  it('by many at once, at two servers, is one look', async () => {
    const servers = [server(), server()];
    const answers = await Promise.all(
      Array.from({ length: 32 }, (_, n) => servers[n % 2]!(request)),
    );
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await recorded()).toHaveLength(1);
  });

  it('with another body is refused, whatever that asks for, and shows nothing', async () => {
    await reveal(request);
    steps = [];
    for (const other of [{ refs: [NAME] }, { refs: [OTHERS] }, { caseId: deriveId('case', 2) }])
      await expect(reveal({ ...request, ...other })).rejects.toMatchObject({
        code: 'idempotency-key-reused',
      });
    expect(steps).toEqual([]);
    expect(await recorded()).toHaveLength(1);
  });

  it('is refused by nothing that was itself refused', async () => {
    await expect(reveal({ ...request, refs: [OTHERS] })).rejects.toMatchObject({
      code: 'not-found-here',
    });
    await reveal(request);
    expect(await recorded()).toHaveLength(1);
  });

  it('is recorded where the first could not be', async () => {
    recording = () => Promise.reject(new StoreUnavailable('The disk is full.'));
    await expect(reveal(request)).rejects.toThrow('The disk is full.');
    recording = async () => undefined;
    await reveal(request);
    await reveal(request);
    expect(await recorded()).toHaveLength(1);
  });

  it('by somebody else is a look of their own', async () => {
    await reveal(request);
    await reveal({ ...request, as: 'bob' });
    expect((await recorded()).map(({ metadata }) => metadata.actor.id)).toEqual(['ada', 'bob']);
  });
});
