import { START, type Position } from '#kernel/position';
import { type GivenToken, positionOfToken, positionToken } from '../http/position-token.ts';
import { StoreUnusable } from '../event-store/event-store.errors.ts';
import { tell } from '../http/problem.mapping.ts';
import { HttpProblem } from '../http/problem.ts';
import { type ReadStore } from '../read-store/read-store.port.ts';
import { type Projector, type ProjectorOptions } from './projector.ts';
import { caughtUp, newRig, type Rig, type Tally, tallyView } from './projector.testkit.ts';
import { ViewReader } from './view-reader.ts';

let rig: Rig;
let readStore: ReadStore;
let projector: Projector;
let reader: ViewReader;

beforeEach(async () => {
  rig = await newRig();
  readStore = rig.openViews();
  setUp();
});
afterEach(() => rig.dispose());

function setUp(options: Partial<ProjectorOptions> = {}): void {
  projector = rig.projector({ readStore, ...options });
  reader = new ViewReader(rig.eventStore, readStore, projector);
}

const given = (token: string): GivenToken => ({ token, field: 'X-Casetrail-Read-After' });
const tokenOf = (position: Position) => given(positionToken(rig.eventStore.storeId, position));

async function problemOf(read: Promise<unknown>): Promise<HttpProblem> {
  const error = await read.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(HttpProblem);
  return error as HttpProblem;
}

describe('reading a view', () => {
  it('is refused as the log is damaged, where the view cannot pass the damage', async () => {
    const { position } = await rig.append('a', 'Counted');
    const damage = new StoreUnusable('the event at position 1 is damaged');
    // eslint-disable-next-line require-yield
    rig.eventStore.subscribe = async function* () {
      throw damage;
    };
    await projector.start();
    await expect(reader.read('tally', tokenOf(position))).rejects.toBe(damage);
  });

  it('shows, with the token of a write, what was written', async () => {
    await projector.start();
    for (let n = 1; n <= 20; n++) {
      const { position } = await rig.append('a', 'Counted');
      const store = await reader.read<Tally>('tally', tokenOf(position));
      expect((await store.get('a'))?.document.folded).toHaveLength(n);
    }
  });

  it('shows without one whatever serves, also while another version is being built', async () => {
    await rig.append('a', 'Counted');
    await projector.start();
    await caughtUp(projector, rig.eventStore);
    await projector.stop();

    const subscribe = rig.eventStore.subscribe.bind(rig.eventStore);
    rig.eventStore.subscribe = async function* (options) {
      await new Promise((resolve) => options.signal.addEventListener('abort', resolve));
      yield* subscribe(options);
    };
    setUp({ views: [tallyView({ version: 2 })] });
    await projector.start();
    const store = await reader.read<Tally>('tally', undefined);
    expect((await store.get('a'))?.document).toMatchObject({ folded: ['1'] });
  });

  it('takes a token of a position that the view passed long ago', async () => {
    const { position } = await rig.append('a', 'Counted');
    await rig.append('a', 'Counted');
    await projector.start();
    await caughtUp(projector, rig.eventStore);
    const store = await reader.read<Tally>('tally', tokenOf(position));
    expect((await store.get('a'))?.document).toMatchObject({ folded: ['1', '2'] });
  });

  it('takes the token of the beginning of the log', async () => {
    await projector.start();
    expect(await (await reader.read('tally', tokenOf(START))).count()).toBe(0);
  });
});

describe('a view that does not get there', () => {
  it('is waited for, bounded, and then 503 says when to ask again and how far it is', async () => {
    const { position: first } = await rig.append('a', 'Counted');
    await projector.start();
    await caughtUp(projector, rig.eventStore);
    await projector.stop();
    const { position } = await rig.append('a', 'Counted');
    const problem = await problemOf(
      reader.read('tally', tokenOf(position), AbortSignal.timeout(20)),
    );
    expect(tell(problem)).toMatchObject({
      code: 'view-behind',
      details: { params: { view: 'tally' } },
    });
    const { reached } = problem.details.params as { reached: string };
    expect(positionOfToken(given(reached), rig.eventStore.storeId)).toBe(first);
  });

  it('is waited for no longer than two seconds, whoever asks', async () => {
    const waits: number[] = [];
    projector.waitFor = async (_view, _position, { deadlineMs }) => void waits.push(deadlineMs);
    await problemOf(reader.read('tally', undefined));
    expect(waits).toEqual([2_000]);
  });
});

describe('a token that no write gave', () => {
  beforeEach(() => projector.start());

  it.each([
    ['far beyond the end of the log', () => tokenOf('ffffffffffffffff' as Position)],
    ['one beyond the end of the log', () => tokenOf('0000000000000002' as Position)],
    ['of no form that this store has', () => tokenOf('not a position' as Position)],
  ])('%s, is refused at once, and is not waited for', async (_what, token) => {
    await rig.append('a', 'Counted');
    await caughtUp(projector, rig.eventStore);
    let waited = 0;
    projector.waitFor = async () => void waited++;
    const asked = token();
    const { field } = asked;
    const problem = await problemOf(reader.read('tally', asked));
    expect(problem).toMatchObject({ code: 'position-unknown', details: { field } });
    expect(waited).toBe(0);
  });

  it('of another store, or unreadable, is refused', async () => {
    const foreign = positionToken('another-store', '0000000000000001' as Position);
    expect(await problemOf(reader.read('tally', given(foreign)))).toMatchObject({
      code: 'position-token-of-another-store',
      details: { field: 'X-Casetrail-Read-After' },
    });
    expect(await problemOf(reader.read('tally', given('%')))).toMatchObject({
      code: 'position-token-invalid',
      details: { field: 'X-Casetrail-Read-After' },
    });
  });

  it('costs the log nothing where the view has passed it', async () => {
    await rig.append('a', 'Counted');
    await caughtUp(projector, rig.eventStore);
    const head = await rig.eventStore.head();
    rig.eventStore.head = () => Promise.reject(new Error('asked'));
    expect(await (await reader.read('tally', tokenOf(head))).count()).toBe(1);
  });
});
