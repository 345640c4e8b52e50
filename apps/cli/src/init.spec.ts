/** What `casetrail init` makes, and leaves, where the settings name a server. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openEventStoreDb } from '#infra/event-store/eventstoredb/eventstoredb-event-store';
import { someEvents } from '../../../libs/infra/event-store/contract/rig.contract.ts';
import { FakeEventStoreDb, REFUSALS } from '../../../test/stores/fake-eventstoredb.ts';
import { CliRig, type Ended } from './cli.testkit.ts';

let rig: CliRig;
let server: FakeEventStoreDb;
beforeEach(async () => {
  rig = new CliRig();
  server = await FakeEventStoreDb.start();
});
afterEach(async () => {
  await server.close();
  rig.dispose();
});

const settings = () => ({
  CASETRAIL_EVENT_STORE: server.url.replace('://', '://user:SECRET@'),
});
const init = () => rig.told(['init'], 'one', settings());

async function anothersLog(): Promise<void> {
  const store = await openEventStoreDb({ connectionString: server.url });
  await store.append('kept', 'no-stream', someEvents(1));
  await store.close();
}

function expectRefused({ code, out, err }: Ended, why: RegExp): void {
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toMatch(why);
  expect(err).not.toContain('SECRET');
}

/** The server of another log, of somebody's events, and one that refuses: none is written to. */
const UNFIT: readonly (readonly [string, RegExp, () => Promise<void> | void])[] = [
  ['holds another log', /names holds another log, of another data folder/, anothersLog],
  [
    'holds events of somebody else',
    /names holds foreign events/,
    async () => {
      await anothersLog();
      server.forget('$$casetrail');
    },
  ],
  [
    'refuses the password',
    /: The server at 127\.0\.0\.1:\d+ refuses the name and password/,
    () => void (server.refusing = REFUSALS.rights),
  ],
  [
    'is of another version',
    /: The server is of version 21\.10\.0/,
    () => void (server.version = '21.10.0'),
  ],
];

describe.each(UNFIT)('casetrail init where the server %s', (_, why, isSo) => {
  it('makes neither folder nor key', async () => {
    await isSo();
    const before = server.streams;
    expectRefused(await init(), why);
    expect(readdirSync(rig.root)).toEqual([]);
    expect(server.streams).toEqual(before);
  });

  it('leaves as it is what was there before', async () => {
    await isSo();
    mkdirSync(rig.dataFolder(), { recursive: true });
    writeFileSync(rig.keyFile(), 'a key');
    expectRefused(await init(), why);
    expect(readdirSync(dirname(rig.dataFolder())).sort()).toEqual(['data', 'root.key']);
    expect(readdirSync(rig.dataFolder())).toEqual([]);
    expect(readFileSync(rig.keyFile(), 'utf8')).toBe('a key');
  });
});

describe('casetrail init on a server', () => {
  it('makes a folder whose log begins there', async () => {
    expect(await init()).toMatchObject({ code: 0, err: '' });
    expect(server.streams).toEqual(['$$casetrail']);
    expect((await rig.told(['status'], 'one', settings())).code).toBe(0);
  });

  it('that refuses only after the folder was made says that folder and key are there, and can be used', async () => {
    const making = init();
    while (!existsSync(join(rig.dataFolder(), 'CASETRAIL'))) await new Promise(setImmediate);
    server.refusing = REFUSALS.rights;
    const refused = await making;
    expectRefused(refused, /refuses the name and password/);
    expect(refused.err).toContain(
      `${rig.dataFolder()} and ${rig.keyFile()} are there and can be used`,
    );
    server.refusing = undefined;
    expect((await rig.told(['status'], 'one', settings())).code).toBe(0);
  });
});
