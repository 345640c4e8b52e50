import { deriveId } from '#kernel/ids';
import { minutesToMs, plusMs, secondsToMs, type Instant } from '#kernel/instants';
import { type Timer } from '#kernel/process';
import { type View } from '#kernel/view';
import { type Position } from '#kernel/position';
import { StoreUnavailable } from '../event-store/event-store.errors.ts';
import { type ReadStore } from '../read-store/read-store.port.ts';
import { AT, briefly, ProcessRig, REFUSES, tell, until } from './process-runner.testkit.ts';
import { TimerRunner } from './timer-runner.ts';

type Armed = Timer & { readonly armed: boolean };

const timersView: View<Armed> = {
  name: 'timers',
  version: 1,
  handles: ['Asked'],
  keys: () => [],
  evolve: (document) => document,
  indexes: [['armed', 'dueAt']],
};
const later = (minutes: number): Instant => plusMs(AT, minutesToMs(minutes));

let rig: ProcessRig;
let views: ReadStore;
let position: number;
const troubles: unknown[] = [];
beforeEach(async () => {
  rig = await ProcessRig.open();
  views = rig.openViews();
  position = 0;
  troubles.length = 0;
  await views.prepare(timersView);
  await views.promote(timersView);
});
afterEach(() => rig.dispose());

function runner(names = ['timers']): TimerRunner {
  return new TimerRunner({
    readStore: views,
    views: names,
    sender: rig.sender,
    clock: { now: () => rig.now },
    pause: (_ms, signal) => briefly(signal),
    onTrouble: (trouble) => troubles.push(trouble),
  });
}

/** Writes a timer, as the projector does; `null` for one that is settled. */
async function set(key: string, dueAt: Instant | null, armed = true): Promise<void> {
  const document = dueAt && {
    platform: 'shop',
    dueAt,
    armed,
    action: tell(key, `${key}@${dueAt}`),
  };
  const next = String(++position).padStart(16, '0') as Position;
  await views.exact(timersView).write([{ key, document, position: next }], next);
}

describe('a timer', () => {
  it('is fired once its time has come, and not before', async () => {
    await set('a', later(1));
    const timers = runner();
    expect(await timers.fireDue()).toBe(0);
    rig.now = plusMs(later(1), -1);
    expect(await timers.fireDue()).toBe(0);
    rig.now = later(1);
    expect(await timers.fireDue()).toBe(1);
    expect(await rig.told('a')).toEqual([`a@${later(1)}`]);
  });

  it('is fired late where nobody was there in time', async () => {
    await set('a', later(1));
    rig.now = later(60 * 24 * 30);
    expect(await runner().fireDue()).toBe(1);
    expect(await rig.told('a')).toHaveLength(1);
  });

  it('sends its command as the system, under an id of its own and of its due time', async () => {
    await set('a', later(1));
    rig.now = later(2);
    await runner().fireDue();
    await set('a', later(2));
    await runner().fireDue();
    expect(rig.sent).toMatchObject(
      [later(1), later(2)].map((dueAt) => ({
        commandId: deriveId('timer', `timers/a@${dueAt}`),
        platform: 'shop',
        actor: { kind: 'system' },
      })),
    );
    expect(await rig.told('a')).toHaveLength(2);
  });

  it('that is not armed waits, and so does one whose view does not serve', async () => {
    await set('a', later(0), false);
    expect(await runner(['timers', 'no-such-view']).fireDue()).toBe(0);
    await set('a', later(0), true);
    expect(await runner(['no-such-view', 'timers']).fireDue()).toBe(1);
  });

  it('that is settled is not fired again', async () => {
    await set('a', later(0));
    const timers = runner();
    await timers.fireDue();
    await set('a', null);
    rig.forward(minutesToMs(5));
    expect(await timers.fireDue()).toBe(0);
  });

  it('that waits for its event is not fired at every look, but again after a while', async () => {
    await set('a', later(0));
    const timers = runner();
    await timers.fireDue();
    rig.forward(secondsToMs(29));
    expect(await timers.fireDue()).toBe(0);
    rig.forward(secondsToMs(1));
    expect(await timers.fireDue()).toBe(1);
    expect(await rig.told('a')).toHaveLength(1);
  });

  it('does nothing twice: by two at once, after a restart, after its view was rebuilt', async () => {
    await set('a', later(0));
    const [one, two] = [runner(), runner()];
    await Promise.all([one.fireDue(), two.fireDue()]);
    await runner().fireDue();
    await views.reset(timersView);
    await set('a', later(0));
    await views.promote(timersView);
    await runner().fireDue();
    expect(rig.sent).toHaveLength(4);
    expect(await rig.told('a')).toHaveLength(1);
  });

  it('is served while its view is being rebuilt', async () => {
    await set('a', later(0));
    await views.reset(timersView);
    expect(await runner().fireDue()).toBe(1);
  });

  it('whose command is refused is done with, until it is looked at anew', async () => {
    await set('a', later(0));
    rig.fault = () => REFUSES;
    const timers = runner();
    expect(await timers.fireDue()).toBe(1);
    expect(await timers.fireDue()).toBe(0);
    expect(troubles).toEqual([]);
  });
});

describe('many timers', () => {
  it('are fired in the order of their times, however many there are', async () => {
    const keys = Array.from({ length: 450 }, (_, n) => `t${n}`);
    for (const [n, key] of keys.entries()) await set(key, plusMs(AT, -n));
    expect(await runner().fireDue()).toBe(450);
    expect(rig.sent.map(({ to }) => to)).toEqual([...keys].reverse());
  });

  it('are not held up by one that fails for good, which is tried again after a while', async () => {
    await set('a', later(-2));
    await set('b', later(-1));
    rig.fault = ({ to }) => (to === 'a' ? new TypeError('broken') : undefined);
    const timers = runner();
    expect(await timers.fireDue()).toBe(1);
    expect(await timers.fireDue()).toBe(0);
    expect(troubles).toMatchObject([{ timer: `timers/a@${later(-2)}` }]);
    rig.fault = () => undefined;
    rig.forward(secondsToMs(30));
    await timers.fireDue();
    expect(await rig.told('a')).toHaveLength(1);
  });

  it('are not held up by one that fails for now, which is tried at the next look', async () => {
    await set('a', later(-2));
    await set('b', later(-1));
    rig.fault = ({ to }) => (to === 'a' ? new StoreUnavailable('Too many at once.') : undefined);
    const timers = runner();
    expect(await timers.fireDue()).toBe(1);
    rig.fault = () => undefined;
    expect(await timers.fireDue()).toBe(1);
    expect(await rig.told('a')).toHaveLength(1);
  });

  it('do not all say that the store is down', async () => {
    for (let n = 0; n < 50; n++) await set(`t${n}`, later(-1));
    rig.fault = () => new StoreUnavailable('The disk is full.');
    const timers = runner();
    expect(await timers.fireDue()).toBe(0);
    expect(troubles).toHaveLength(3);
    rig.fault = () => undefined;
    expect(await timers.fireDue()).toBe(50);
  });
});

describe('the timers of a server', () => {
  it('are looked at again and again until it stops, whatever goes wrong', async () => {
    const timers = new TimerRunner({
      readStore: Object.assign(Object.create(views) as ReadStore, {
        serving: async (name: string) => {
          if (looks++ === 0) throw new StoreUnavailable('The disk is full.');
          return views.serving(name);
        },
      }),
      views: ['timers'],
      sender: rig.sender,
      clock: { now: () => rig.now },
      pause: (_ms, signal) => briefly(signal),
      onTrouble: (trouble) => troubles.push(trouble),
    });
    let looks = 0;
    timers.start();
    timers.start();
    await set('a', later(0));
    await until(() => rig.sent.length > 0);
    await set('b', later(0));
    await until(() => rig.sent.length > 1);
    await timers.stop();
    expect(troubles).toHaveLength(1);
    const before = looks;
    await set('c', later(0));
    await briefly(new AbortController().signal);
    expect({ looks, sent: rig.sent.length }).toEqual({ looks: before, sent: 2 });
  });

  it('stop between two of them', async () => {
    await set('a', later(-2));
    await set('b', later(-1));
    const stop = new AbortController();
    rig.fault = () => (stop.abort(), undefined);
    expect(await runner().fireDue(stop.signal)).toBe(1);
    expect(rig.sent).toHaveLength(1);
  });
});
