/** Which server is opened, and what is said of the others, against a server in memory that can be any of them. */
import { createServer, type AddressInfo } from 'node:net';
import { randomUUID } from 'node:crypto';
import { FakeEventStoreDb, REFUSALS } from '../../../../test/stores/fake-eventstoredb.ts';
import { someEvents } from '../contract/rig.contract.ts';
import { StoreUnavailable, StoreUnusable } from '../event-store.errors.ts';
import { type EventStore } from '../event-store.port.ts';
import { openEventStoreDb, type EventStoreDbOptions } from './eventstoredb-event-store.ts';
import { assertMayBegin, ServerRefused, UnsupportedServer } from './opening.ts';
import { OtherLog } from './store-name.ts';

/** So long is tried in vain where only time ends it: long enough for a first answer on a busy machine. */
const IN_VAIN_MS = 1_500;
/** Where there is no answer to wait for. */
const NO_ANSWER_MS = 300;

let fake: FakeEventStoreDb;
const opened: EventStore[] = [];
beforeEach(async () => {
  fake = await FakeEventStoreDb.start();
});
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
  await fake.close();
});

const withSecret = (url: string) => url.replace('://', '://user:SECRET@');

async function open(options: Partial<EventStoreDbOptions> = {}): Promise<EventStore> {
  const { connectionString = withSecret(fake.url), ...others } = options;
  const store = await openEventStoreDb({ connectionString, ...others });
  opened.push(store);
  return store;
}

async function refusalOf(options: Partial<EventStoreDbOptions> = {}): Promise<Error> {
  const refused = await open(options).catch((error: Error) => error);
  if (!(refused instanceof Error)) throw new Error('It was opened.');
  expect(refused.message).not.toContain('SECRET');
  return refused;
}

const faultFor = async (options: Partial<EventStoreDbOptions>) => {
  const refused = await refusalOf(options);
  expect(refused).toBeInstanceOf(ServerRefused);
  expect(refused).toBeInstanceOf(StoreUnavailable);
  expect(refused.message).toMatch(/at (127\.0\.0\.1|localhost):\d+ /);
  return (refused as ServerRefused).fault;
};

describe('a server that takes no appends is refused', () => {
  it.each([
    ['the credentials are wrong', 'credentials', 'credentials'],
    ['the user lacks a right', 'rights', 'credentials'],
    ['it follows another node', 'notLeader', 'not-leader'],
    ['there is no leader yet', 'electing', 'not-ready'],
    ['no majority confirms', 'busy', 'not-ready'],
  ] as const)('where %s', async (_, refusal, fault) => {
    fake.refusing = REFUSALS[refusal];
    expect(await faultFor({ openMs: IN_VAIN_MS })).toBe(fault);
  });

  it('where the user may write, and not read the whole log', async () => {
    fake.mayReadAll = false;
    expect(await faultFor({})).toBe('credentials');
  });

  it('where it takes calls and says nothing', async () => {
    fake.refusing = 'silence';
    expect(await faultFor({ openMs: NO_ANSWER_MS })).toBe('unreachable');
  });

  it('where nobody listens', async () => {
    const connectionString = withSecret(fake.url);
    await fake.close();
    expect(await faultFor({ connectionString, openMs: NO_ANSWER_MS })).toBe('unreachable');
    fake = await FakeEventStoreDb.start();
  });

  it('where it speaks no TLS, and the address asks for it', async () => {
    const connectionString = `esdb://localhost:${fake.port}`;
    expect(await faultFor({ connectionString, openMs: IN_VAIN_MS })).toBe('certificate');
  });

  it('where something else listens', async () => {
    const other = createServer((socket) => socket.end('HTTP/1.1 404 Not Found\r\n\r\n'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const connectionString = `esdb://127.0.0.1:${port}?tls=false`;
    expect(await faultFor({ connectionString, openMs: NO_ANSWER_MS })).toBe('unreachable');
    other.close();
  });

  it('unless it takes them before the time is up', async () => {
    fake.refusing = REFUSALS.electing;
    const opening = open();
    while (fake.refused === 0) await new Promise(setImmediate);
    fake.refusing = undefined;
    await (await opening).ready();
  });

  it('where its version is not supported, and which one it is', async () => {
    fake.version = '25.0.1';
    const refused = await refusalOf();
    expect(refused).toBeInstanceOf(UnsupportedServer);
    expect(refused.message).toContain('25.0.1');
    expect(fake.streams).toEqual([]);
  });
});

describe('the log that is expected', () => {
  const name = randomUUID();

  it('is begun under its name where the server holds nothing, and opened where it is there', async () => {
    expect((await open({ log: { name, begin: true } })).storeId).toBe(name);
    expect((await open({ log: { name, begin: true } })).storeId).toBe(name);
    expect((await open({ log: { name, begin: false } })).storeId).toBe(name);
    expect((await open()).storeId).toBe(name);
  });

  it('is one alone, of two that are begun at once', async () => {
    const names = [randomUUID(), randomUUID()];
    const came = await Promise.allSettled(
      names.map((one) => open({ log: { name: one, begin: true } })),
    );
    expect(came.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const [lost] = came.filter((one) => one.status === 'rejected');
    expect(lost?.reason).toMatchObject({ holds: 'another log' });
  });

  it.each([true, false])('is not another one (begin: %s)', async (begin) => {
    await open({ log: { name, begin: true } });
    const refused = await refusalOf({ log: { name: randomUUID(), begin } });
    expect(refused).toBeInstanceOf(OtherLog);
    expect(refused).toMatchObject({ holds: 'another log' });
  });

  it('is not looked for in vain: a server that holds nothing, as after the loss of its disk, is left so', async () => {
    const refused = await refusalOf({ log: { name, begin: false } });
    expect(refused).toMatchObject({ holds: 'nothing' });
    expect(refused).toBeInstanceOf(StoreUnusable);
    expect(fake.streams).toEqual([]);
  });

  it('is not begun among events of somebody else', async () => {
    const beside = await open();
    await beside.append('somebody', 'no-stream', someEvents(1));
    fake.forget('$$casetrail');
    expect(await refusalOf({ log: { name, begin: true } })).toMatchObject({
      holds: 'foreign events',
    });
    expect(fake.streams).toEqual(['somebody']);
  });

  it('is still there when the store is asked whether it is ready', async () => {
    const store = await open({ log: { name, begin: true } });
    await store.ready();
    fake.forget('$$casetrail');
    await expect(store.ready()).rejects.toMatchObject({ code: 'store-unusable' });
    expect(fake.streams).toEqual([]);
  });
});

describe('whether a log may begin', () => {
  const asked = () => assertMayBegin(withSecret(fake.url), randomUUID(), IN_VAIN_MS);
  const refused = async () => {
    const error = await asked().catch((thrown: unknown) => thrown);
    expect((error as Error).message).not.toContain('SECRET');
    return error;
  };

  it('is said of a server that holds nothing, and leaves it so', async () => {
    await asked();
    await asked();
    expect(fake.streams).toEqual([]);
    const name = randomUUID();
    expect((await open({ log: { name, begin: true } })).storeId).toBe(name);
  });

  it('is denied by a server with a log, which stays as it is', async () => {
    await (await open()).append('kept', 'no-stream', someEvents(1));
    expect(await refused()).toMatchObject({ holds: 'another log' });
    expect(fake.streams).toEqual(['$$casetrail', 'kept']);
  });

  it('is denied by a server with events of somebody else', async () => {
    await (await open()).append('somebody', 'no-stream', someEvents(1));
    fake.forget('$$casetrail');
    expect(await refused()).toMatchObject({ holds: 'foreign events' });
    expect(fake.streams).toEqual(['somebody']);
  });

  it.each([
    ['rights', 'credentials'],
    ['electing', 'not-ready'],
  ] as const)('is denied as an opening is: %s', async (refusal, fault) => {
    fake.refusing = REFUSALS[refusal];
    expect(await refused()).toMatchObject({ fault, address: `127.0.0.1:${fake.port}` });
  });

  it('is denied where the user may write, and not read the whole log', async () => {
    fake.mayReadAll = false;
    expect(await refused()).toMatchObject({ fault: 'credentials' });
  });

  it('is denied by a version that is not supported', async () => {
    fake.version = '25.0.1';
    expect(await refused()).toBeInstanceOf(UnsupportedServer);
  });
});
