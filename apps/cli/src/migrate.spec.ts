/** What `casetrail migrate` says of a server that it cannot use, or loses midway; moving itself is specified in test/stores. */
import { openEventStoreDb } from '#infra/event-store/eventstoredb/eventstoredb-event-store';
import { FakeEventStoreDb, REFUSALS } from '../../../test/stores/fake-eventstoredb.ts';
import { CliRig } from './cli.testkit.ts';
import { logOfLives, MAPPING } from './small-log.testkit.ts';

let rig: CliRig;
let server: FakeEventStoreDb;
beforeAll(async () => {
  rig = new CliRig();
  const mapping = rig.write('small.mapping.json', JSON.stringify(MAPPING));
  await rig.told(['init']);
  await rig.told(['import', rig.write('small.xes', logOfLives(1)), '--mapping', mapping]);
});
afterAll(() => rig.dispose());
beforeEach(async () => {
  server = await FakeEventStoreDb.start();
});
afterEach(() => server.close());

const address = () => server.url.replace('://', '://user:SECRET@');
const toServer = () => ['migrate', '--from', rig.dataFolder(), '--to', address()];

async function refusalOf(words: readonly string[], settings = {}): Promise<string> {
  const { code, out, err } = await rig.told(words, 'one', settings);
  expect({ code: code === 0, out }).toEqual({ code: false, out: '' });
  expect(err).not.toContain('SECRET');
  return err;
}

describe('casetrail migrate names what gave the address', () => {
  it.each([
    [
      'esdb://user:SECRET@host:0',
      'It has a host that is none. Give the address of an EventStoreDB',
    ],
    ['esdb://user:SECRET@host?x=1', 'It has an option that is none of tls'],
    ['esdb://user:SECRET@10.0.0.7', 'With TLS the host is a name'],
    [
      'esdb://user:SECRET@host?tlsCAFile=/missing/ca.pem',
      'tlsCAFile names /missing/ca.pem, which is not there. Give the PEM file of the authority',
    ],
  ])('where the address itself is not good: %s', async (given, what) => {
    const folder = rig.dataFolder();
    const wrong = [
      ['--to', ['migrate', '--from', folder, '--to', given]],
      ['--from', ['migrate', '--from', given, '--to', folder]],
      ['--from', ['migrate', '--from', given]],
    ] as const;
    for (const [option, words] of wrong) {
      const said = await refusalOf(words);
      expect(said.startsWith(`${option}: ${what}`)).toBe(true);
      expect(said).not.toContain('CASETRAIL_EVENT_STORE');
    }
  });

  it('where the folder is none', async () => {
    const said = await refusalOf(['migrate', '--from', rig.dataFolder('none'), '--to', address()]);
    expect(said).toMatch(/^There is no Casetrail data in .*, or --from names another folder\./);
    expect(said).not.toContain('CASETRAIL_');
  });

  it('where the server is of another version', async () => {
    server.version = '25.0.1';
    expect(await refusalOf(toServer())).toMatch(/^--to: The server is of version 25\.0\.1;/);
  });

  it('where the server holds another log', async () => {
    await (await openEventStoreDb({ connectionString: server.url })).close();
    const said = await refusalOf(toServer());
    expect(said).toMatch(/^The server that --to names holds another log, .*\(--from\)/);
    expect(said).not.toContain('CASETRAIL_');
  });

  it('and that is the setting where no option did', async () => {
    server.version = '25.0.1';
    const words = ['migrate', '--from', rig.dataFolder()];
    const said = await refusalOf(words, { CASETRAIL_EVENT_STORE: address() });
    expect(said).toMatch(/^CASETRAIL_EVENT_STORE: The server is of version/);
  });
});

describe('casetrail migrate that loses the server midway', () => {
  it('says which server, that nothing is lost, and to run the same again, which goes on', async () => {
    const moving = refusalOf(toServer());
    while (server.streams.length < 3) await new Promise(setImmediate);
    server.refusing = REFUSALS.rights;
    const said = await moving;
    expect(said).toContain(`--to: The server at 127.0.0.1:${server.port} refuses the name and`);
    expect(said).toMatch(
      /Nothing is lost: .* The same command, run again, goes on from there\.\n$/,
    );
    server.refusing = undefined;
    expect((await rig.told(['status'])).code).toBe(0);
    const moved = await rig.told(toServer());
    expect(moved).toMatchObject({ code: 0 });
    expect(moved.out).toContain('both logs are equal');
  });
});
