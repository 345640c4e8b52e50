/** The start of the server, its end, and what is said when it is refused. */
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openEventStoreDb } from '#infra/event-store/eventstoredb/eventstoredb-event-store';
import { createKeyFile } from '#infra/vault/keys';
import { systemClock } from '#kernel/clock';
import { randomIds } from '#kernel/ids';
import { describeInFull } from '#kernel/testing/full-run';
import { FakeEventStoreDb } from '../../../test/stores/fake-eventstoredb.ts';
import { freePort } from './free-port.testkit.ts';
import { CLEAN_ENVIRONMENT, ServerProcess } from './server-process.testkit.ts';
import { closeStores, createDataFolder, openStores } from './stores.ts';

let root: string;
const running: ServerProcess[] = [];

function started(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  folder = 'one',
  output?: number,
): ServerProcess {
  const places = {
    dataFolder: join(root, folder, 'data'),
    keyFile: join(root, folder, 'root.key'),
  };
  const server = new ServerProcess(args, places, env, output);
  running.push(server);
  return server;
}

const demo = (env: Readonly<Record<string, string>> = {}, folder?: string) =>
  started(['--demo'], env, folder);

/** Resolves when it has said how to try it. */
const shown = (server: ServerProcess) => server.ready('curl -s http');

/** A place of its own, and the end of what runs there, for each test or for all of a `describe`. */
function onOwnFolder(before = beforeEach, after = afterEach): void {
  before(() => {
    root = mkdtempSync(join(tmpdir(), 'casetrail-main-'));
  });
  after(async () => {
    for (const server of running.splice(0)) await server.end('SIGKILL');
    rmSync(root, { recursive: true });
  });
}

async function tokenOf(url: string, subject: string, headers: Record<string, string> = {}) {
  const body = JSON.stringify({ subject, platform: 'demo', kind: 'person' });
  const answer = await fetch(`${url}/dev/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return { status: answer.status, ...((await answer.json()) as { token?: string }) };
}

async function casesSeenBy(url: string, subject: string) {
  const { token } = await tokenOf(url, subject);
  const answer = await fetch(`${url}/v1/cases`, { headers: { authorization: `Bearer ${token}` } });
  const { items } = (await answer.json()) as { items: { caseId: string; status: string }[] };
  return items;
}

/** What a refused start leaves to read: one paragraph on stderr, no stack, nothing else. */
async function refusal(server: ServerProcess): Promise<string> {
  expect(await server.exited).toBe(1);
  expect(server.errors).not.toMatch(/^\s+at /m);
  expect(server.errors).toMatch(/^Casetrail does not start\. .*\n$/s);
  return server.errors;
}

/** One after the other on one folder: a start takes a second. */
describe('the demonstration', () => {
  onOwnFolder(beforeAll, afterAll);
  let server: ServerProcess;
  let url: string;
  let cases: Awaited<ReturnType<typeof casesSeenBy>>;

  async function endsWell(signal: NodeJS.Signals): Promise<void> {
    expect(await server.end(signal)).toBe(0);
    expect(server.output).toContain('"message":"ended"');
    expect(existsSync(join(root, 'one', 'data', 'events.sqlite-wal'))).toBe(false);
  }

  it('starts on nothing, and says how to try it', async () => {
    server = demo();
    url = await shown(server);
    for (const part of [`${url}/docs`, 'root.key', 'back it up', 'auditor', 'support', 'hua']) {
      expect(server.output).toContain(part);
    }
    expect((await fetch(`${url}/docs-json`)).status).toBe(200);
    expect(statSync(join(root, 'one', 'data')).mode & 0o777).toBe(0o700);
    cases = await casesSeenBy(url, 'lin');
    expect(cases.map(({ status }) => status).sort()).toEqual([
      'approved',
      'awaiting-supplement',
      'draft',
      'draft',
      'in-review',
      'rejected',
      'waiting',
      'waiting',
    ]);
  });

  it('gives tokens to nobody who comes by way of a proxy', async () => {
    expect((await tokenOf(url, 'ada')).status).toBe(200);
    const forwarded = await tokenOf(url, 'ada', { 'x-forwarded-for': '203.0.113.5' });
    expect([forwarded.status, forwarded.token]).toEqual([403, undefined]);
  });

  it('is refused on a folder that is served, by the name of who serves it', async () => {
    expect(await refusal(demo())).toContain(`in use by process ${server.child.pid} on`);
  });

  it('ends well at SIGHUP, and on a second start doubles nothing', async () => {
    await endsWell('SIGHUP');
    server = demo();
    expect(await casesSeenBy(await shown(server), 'lin')).toEqual(cases);
  });

  it('starts where it was killed, and ends well at SIGINT', async () => {
    await server.end('SIGKILL');
    server = demo();
    await shown(server);
    await endsWell('SIGINT');
  });

  it('ends well at SIGTERM although nobody reads the output any more', async () => {
    server = demo({ CASETRAIL_LOG_LEVEL: 'trace' });
    url = await shown(server);
    server.child.stdout!.destroy();
    server.child.stderr!.destroy();
    for (let asked = 0; asked < 5; asked++) {
      expect((await fetch(`${url}/v1/cases`)).status).toBe(401);
    }
    expect(await server.end('SIGTERM')).toBe(0);
  });
});

const FULL = '/dev/full';
const onFull = existsSync(FULL) ? describe : describe.skip;

onFull(
  `an output on a disk without room${existsSync(FULL) ? '' : ` (skipped: needs ${FULL})`}`,
  () => {
    onOwnFolder();

    it('is no reason not to start, nor to end', async () => {
      const port = await freePort();
      const env = { CASETRAIL_PORT: String(port), CASETRAIL_LOG_LEVEL: 'trace' };
      const output = openSync(FULL, 'w');
      const server = started(['--demo'], env, 'one', output);
      closeSync(output);
      const url = `http://127.0.0.1:${port}`;
      const isReady = () =>
        fetch(`${url}/health/ready`).then(
          ({ status }) => status === 200,
          () => false,
        );
      while (!(await isReady())) {
        expect(server.child.exitCode).toBeNull();
        await sleep(50);
      }
      for (let asked = 0; asked < 20; asked++) {
        expect((await fetch(`${url}/v1/cases`)).status).toBe(401);
      }
      expect(await server.end('SIGTERM')).toBe(0);
    });
  },
);

describe('a start that is refused', () => {
  onOwnFolder();
  const issuer = { CASETRAIL_JWT_ISSUER: 'urn:x', CASETRAIL_JWT_JWKS: 'https://id.example.org/k' };

  it('without --demo on an empty folder names casetrail init, and makes nothing', async () => {
    const said = await refusal(started([], issuer));
    expect(said).toContain('npm run casetrail -- init');
    expect(existsSync(join(root, 'one'))).toBe(false);
  });

  it('with --demo and the server of another log makes neither folder nor key', async () => {
    const server = await FakeEventStoreDb.start();
    try {
      await (await openEventStoreDb({ connectionString: server.url })).close();
      const said = await refusal(demo({ CASETRAIL_EVENT_STORE: server.url }));
      expect(said).toContain('CASETRAIL_EVENT_STORE names holds another log');
      expect(existsSync(join(root, 'one'))).toBe(false);
    } finally {
      await server.close();
    }
  });

  it('where NODE_ENV is production, with --demo', async () => {
    const said = await refusal(demo({ NODE_ENV: 'production' }));
    expect(said).toContain('NODE_ENV is production');
    expect(existsSync(join(root, 'one'))).toBe(false);
  });
});

describeInFull('a start that is refused as well', () => {
  onOwnFolder();

  it.each([
    ['is damaged', '{"review":"x"}', /case-[-\w]+@\d+ \(position \w+\): CaseApproved is damaged/],
    [
      'is no JSON',
      '{"review":',
      /the event at position \d+ \(case-[-\w]+@\d+\) is damaged: it is no JSON/,
    ],
  ])('where an event %s names it, whether views are there or not', async (_, data, named) => {
    const first = demo();
    await shown(first);
    await first.end('SIGTERM');
    const log = new DatabaseSync(join(root, 'one', 'data', 'events.sqlite'));
    const { position } = log
      .prepare(
        `SELECT max(position) AS position FROM events
         JOIN types t ON t.id = type_id AND t.name = 'CaseApproved'`,
      )
      .get()!;
    log.prepare('UPDATE events SET data = ? WHERE position = ?').run(data, position!);
    log.close();
    for (const views of ['kept', 'deleted']) {
      if (views === 'deleted') rmSync(join(root, 'one', 'data', 'views.sqlite'));
      const said = await refusal(demo());
      expect(said).toMatch(named);
      expect(said).toContain('Restore the log from its backup.');
    }
  });

  it('on a port that is taken names it, and lets go of its folder', async () => {
    const { port } = new URL(await shown(demo()));
    const said = await refusal(demo({ CASETRAIL_PORT: port }, 'two'));
    expect(said).toContain(`127.0.0.1:${port}: another process listens there`);
    await shown(demo({}, 'two'));
  });

  it('with another key says so and nothing of the key', async () => {
    const first = demo();
    await shown(first);
    await first.end('SIGTERM');
    const keyFile = join(root, 'other.key');
    createKeyFile(keyFile);
    const said = await refusal(demo({ CASETRAIL_KEY_FILE: keyFile }));
    expect(said).toContain('the key file does not hold it');
    const key = /"key": "([^"]+)"/.exec(readFileSync(keyFile, 'utf8'))![1]!;
    expect(said).not.toContain(key.slice(0, 8));
  });
});

/** A shell in which a folder can be mounted read-only, for the processes that it starts; not every system lets one. */
const OWN_MOUNTS = ['unshare', '--map-root-user', '--mount', 'sh', '-ec'] as const;
const mayMount = spawnSync(OWN_MOUNTS[0], [...OWN_MOUNTS.slice(1), 'exit 0']).status === 0;

(mayMount ? describe : describe.skip)(
  'on a disk that is mounted read-only (skipped where mounting is not allowed)',
  () => {
    onOwnFolder();

    /** What the command line says of it, having the same start as the server. */
    function saidOf(command: string): string {
      const cli = fileURLToPath(new URL('../../cli/src/main.ts', import.meta.url));
      const script = [
        `mount --bind "${root}/disk" "${root}/disk"`,
        `mount -o remount,bind,ro "${root}/disk"`,
        `exec "${process.execPath}" --conditions=source --disable-warning=ExperimentalWarning "${cli}" ${command}`,
      ].join('; ');
      const ended = spawnSync(OWN_MOUNTS[0], [...OWN_MOUNTS.slice(1), script], {
        env: {
          ...CLEAN_ENVIRONMENT,
          CASETRAIL_DATA_FOLDER: join(root, 'disk', 'data'),
          CASETRAIL_KEY_FILE: join(root, 'root.key'),
        },
        encoding: 'utf8',
      });
      expect({ code: ended.status, out: ended.stdout }).toEqual({ code: 1, out: '' });
      expect(ended.stderr).not.toMatch(/^\s+at /m);
      return ended.stderr;
    }

    it('a folder is refused by that word, and not locked', async () => {
      const places = { dataFolder: join(root, 'disk', 'data'), keyFile: join(root, 'root.key') };
      createDataFolder(places);
      const said = saidOf('status');
      expect(said).toContain(`The data folder ${places.dataFolder} is read-only`);
      expect(said).toContain('Mount it for writing');
      expect(readdirSync(places.dataFolder)).toEqual(['CASETRAIL']);
      const stores = await openStores({ ...places, clock: systemClock, ids: randomIds });
      await closeStores(stores);
    });

    it('none is made, and it is said why', () => {
      mkdirSync(join(root, 'disk'));
      expect(saidOf('init')).toContain(
        'it lies on a disk that can only be read. Mount it for writing',
      );
      expect(readdirSync(join(root, 'disk'))).toEqual([]);
    });
  },
);
