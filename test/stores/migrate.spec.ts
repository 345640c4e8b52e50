/** Moving house by `casetrail migrate`: to a server, and back. */
import { EventStoreDBClient, excludeSystemEvents } from '@eventstore/db-client';
import { UnknownPosition } from '#infra/event-store/event-store.errors';
import { type EventStore } from '#infra/event-store/event-store.port';
import { openEventStoreDb } from '#infra/event-store/eventstoredb/eventstoredb-event-store';
import { type RecordedEvent } from '#kernel/envelope';
import { type Position } from '#kernel/position';
import { describeInFull } from '#kernel/testing/full-run';
import { CliRig } from '../../apps/cli/src/cli.testkit.ts';
import { figure } from '../../apps/cli/src/figures.ts';
import { logOfLives, MAPPING } from '../../apps/cli/src/small-log.testkit.ts';
import { FakeEventStoreDb } from './fake-eventstoredb.ts';
import {
  describeWithEmptyServer,
  describeWithServerProcess,
  type ServerProcess,
} from './server-under-test.ts';

const TRACES = 15;
/** Each runs the command line some times. */
const TIMEOUT_MS = 120_000;

describeInFull('on a server in memory', () => {
  const fakes: FakeEventStoreDb[] = [];
  afterAll(async () => {
    for (const fake of fakes) await fake.close();
  });
  moves(async () => {
    const fake = await FakeEventStoreDb.start();
    fakes.push(fake);
    return fake.url;
  });
});

describeWithEmptyServer('on a real server', moves);

describeWithEmptyServer('on a real server that', (emptyServer) => {
  describeWithServerProcess('goes away midway', (_, server) => losesIt(emptyServer, server));
});

function moves(emptyServer: () => Promise<string>): void {
  let rig: CliRig;
  let importing: readonly string[];
  let before: Awaited<ReturnType<CliRig['state']>>;
  let oldPosition: Position;
  let url: string;

  const folder = () => rig.dataFolder();
  const toServer = () => ['migrate', '--from', folder(), '--to', url];
  const back = () => ['migrate', '--from', url, '--to', folder()];
  const onServer = () => ({ CASETRAIL_EVENT_STORE: url });

  beforeAll(async () => {
    rig = new CliRig();
    const mapping = rig.write('small.mapping.json', JSON.stringify(MAPPING));
    importing = ['import', rig.write('small.xes', logOfLives(TRACES)), '--mapping', mapping];
    await rig.run(['init']);
    await rig.run(importing);
    before = await rig.state();
    oldPosition = (await rig.events()).at(-1)!.position;
    url = await emptyServer();
  }, TIMEOUT_MS);
  afterAll(() => rig.dispose());

  it(
    'is refused where the server takes no part in it, and the folder stays as it is',
    async () => {
      const secret = 'esdb://admin:SECRET@127.0.0.1:9?tls=false';
      const refused = await rig.run(['migrate', '--from', folder(), '--to', secret]);
      expect(refused).toMatchObject({ code: 1, out: '' });
      expect(refused.err).toContain('127.0.0.1:9');
      expect(refused.err).not.toContain('SECRET');
      expect((await rig.run(['status'])).code).toBe(0);
    },
    TIMEOUT_MS,
  );

  it.each([
    [[], /Give a data folder and the address of a server/],
    [['--from', 'a', '--to', 'b'], /Give a data folder and the address of a server/],
    [['--from', 'a'], /nor is CASETRAIL_EVENT_STORE/],
    [
      ['--from', 'a', '--to', 'esdb://x:SECRET@h:0'],
      /^--to: It has a host that is none\. Give the address/,
    ],
  ])(
    'refuses the words %j, and says what would do',
    async (words, said) => {
      const { code, err } = await rig.run(['migrate', ...words]);
      expect(code).toBe(2);
      expect(err).toMatch(said);
      expect(err).not.toContain('SECRET');
    },
    TIMEOUT_MS,
  );

  it(
    'goes on where it was killed, and proves the copy',
    async () => {
      const half = Math.floor(before['events']!.length / 2);
      await rig.signalledWhen(toServer(), () => stored(url, half), 'SIGKILL');
      expect((await rig.run(['status'])).code).toBe(0);
      const moved = await rig.run(toServer());
      expect(moved.code).toBe(0);
      expect(moved.out).toMatch(new RegExp(`events +${figure(before['events']!.length)}\\n`));
      expect(moved.out).toMatch(/SHA-256 +[0-9a-f]{64}/);
    },
    TIMEOUT_MS,
  );

  it(
    'leaves on the server every event with its id, metadata and order',
    async () => {
      const there = await withStore(url, eventsOf);
      const here = (await rig.events()).sort((a, b) => (a.position < b.position ? -1 : 1));
      expect(there.map(withoutPosition)).toEqual(here.map(withoutPosition));
    },
    TIMEOUT_MS,
  );

  it(
    'makes positions of before unknown',
    async () => {
      const reading = withStore(url, async (store) => {
        for await (const event of store.readAll({ after: oldPosition })) void event;
      });
      await expect(reading).rejects.toThrow(UnknownPosition);
    },
    TIMEOUT_MS,
  );

  it(
    'has nothing left to do the second time',
    async () => {
      const again = await rig.run(toServer());
      expect(again).toMatchObject({ code: 0, err: '' });
      expect(again.out).toContain('There is nothing to move.');
    },
    TIMEOUT_MS,
  );

  it(
    'binds the folder to the server, and only to that',
    async () => {
      const without = await rig.run(['status']);
      expect(without.code).toBe(1);
      expect(without.err).toContain('CASETRAIL_EVENT_STORE names none');
    },
    TIMEOUT_MS,
  );

  it(
    'folds the same views from the server',
    async () => {
      const again = await rig.run(importing, 'one', onServer());
      expect(again).toMatchObject({ code: 0 });
      expect(await rig.state()).toEqual(before);
    },
    TIMEOUT_MS,
  );

  it(
    'goes back, with what came meanwhile',
    async () => {
      const mapping = rig.write('more.mapping.json', JSON.stringify(MAPPING));
      const more = ['import', rig.write('more.xes', logOfLives(3, 'more')), '--mapping', mapping];
      expect((await rig.run(more, 'one', onServer())).code).toBe(0);
      const moved = await rig.run(back(), 'one');
      expect(moved).toMatchObject({ code: 0 });
      const there = await withStore(url, eventsOf);
      const here = (await rig.events()).sort((a, b) => (a.position < b.position ? -1 : 1));
      expect(here.length).toBeGreaterThan(before['events']!.length);
      expect(here.map(withoutPosition)).toEqual(there.map(withoutPosition));
      expect((await rig.run(importing)).code).toBe(0);
      expect((await rig.run(['status'], 'one', onServer())).err).toContain('CASETRAIL_EVENT_STORE');
    },
    TIMEOUT_MS,
  );

  it(
    'is refused by a server that holds the events of somebody else',
    async () => {
      await rig.run(['init'], 'other');
      await rig.run(importing, 'other');
      const refused = await rig.run(['migrate', '--from', rig.dataFolder('other'), '--to', url]);
      expect(refused).toMatchObject({ code: 1, out: '' });
      expect(refused.err).toContain('holds another log');
    },
    TIMEOUT_MS,
  );
}

/** A move whose server is killed, or stops answering, and comes back. */
function losesIt(emptyServer: () => Promise<string>, server: ServerProcess): void {
  it.each([
    ['it is killed', () => server.kill(), () => server.start()],
    ['it is stopped', async () => server.signal('SIGSTOP'), async () => server.signal('SIGCONT')],
  ])(
    'says which server, that nothing is lost, and that the same command goes on: %s',
    async (_, away, back) => {
      const url = await emptyServer();
      const rig = new CliRig();
      try {
        const mapping = rig.write('small.mapping.json', JSON.stringify(MAPPING));
        const log = rig.write('small.xes', logOfLives(TRACES));
        await rig.run(['init']);
        expect((await rig.run(['import', log, '--mapping', mapping])).code).toBe(0);
        const words = ['migrate', '--from', rig.dataFolder(), '--to', withSecret(url)];
        const moving = rig.run(words);
        await stored(url, 20);
        await away();
        const { code, out, err } = await moving.finally(back);
        expect({ code, out }).toEqual({ code: 1, out: '' });
        expect(err).toMatch(/--to: The server at [^ ]+:\d+ does not answer any more\./);
        expect(err).toMatch(/Nothing is lost: .* The same command, run again, goes on from there/);
        expect(err).not.toContain('SECRET');
        expect((await rig.run(['status'])).code).toBe(0);
        expect(await rig.run(words)).toMatchObject({ code: 0 });
      } finally {
        rig.dispose();
      }
    },
    TIMEOUT_MS,
  );
}

/** A server without TLS takes any password. */
const withSecret = (url: string) =>
  url.includes('@') ? url : url.replace('://', '://admin:SECRET@');

async function withStore<T>(
  connectionString: string,
  work: (store: EventStore) => Promise<T>,
): Promise<T> {
  const store = await openEventStoreDb({ connectionString });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

async function eventsOf(store: EventStore): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const event of store.readAll()) events.push(event);
  return events;
}

const withoutPosition = ({ position: _, ...event }: RecordedEvent) => event;

/** Resolves when the server holds so many events, without a word about whose they are. */
async function stored(url: string, count: number): Promise<void> {
  const client = EventStoreDBClient.connectionString([url] as unknown as TemplateStringsArray);
  const seen = client.subscribeToAll({ filter: excludeSystemEvents() });
  let left = count;
  for await (const { event } of seen) {
    if (event && --left <= 0) break;
  }
  await seen.unsubscribe();
  await client.dispose();
}
