import { instant, minutesToMs, plusMs } from '#kernel/instants';
import { JsonLogger } from '#infra/telemetry/logger';
import { type Denial } from './access-log.port.ts';
import { type AttemptedAt } from './attempted-at.ts';
import { type Principal } from './caller.ts';
import { DeniedAggregator } from './denied-aggregator.ts';

function setUp(keysMax = 100, thingsMax = 20) {
  const denials: Denial[] = [];
  const tried: Denial[] = [];
  const log: string[] = [];
  const state = { at: instant('2026-11-25T04:00:00.000Z'), failing: false };
  let tick: () => void = () => undefined;
  const aggregator = new DeniedAggregator({
    accessLog: {
      denied: (denial) => {
        tried.push(denial);
        if (state.failing) return Promise.reject(new Error('secret text'));
        denials.push(denial);
        return Promise.resolve();
      },
    },
    logger: new JsonLogger({
      level: 'info',
      destination: { write: (line) => void log.push(line) },
    }),
    clock: { now: () => state.at },
    ticker: {
      every: (_, run) => {
        tick = run;
        return () => (tick = () => undefined);
      },
    },
    keysMax,
    thingsMax,
  });
  const forward = (ms: number) => (state.at = plusMs(state.at, ms));
  const attempt = (id: string, route = 'GET /v1/x', at: AttemptedAt = {}, code = 'forbidden') => {
    const principal: Principal = { id, platform: 'demo', kind: 'person', expiresAt: state.at };
    return aggregator.record({ principal, roles: [], route, code, at });
  };
  const told = () => denials.map(({ principalId, attempts }) => `${principalId} ${attempts}`);
  return { aggregator, attempt, denials, forward, log, state, told, tried, tick: () => tick() };
}

/** What was begun beside is done. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('refused attempts', () => {
  it('are reported one by one for each principal and route', async () => {
    const { attempt, told } = setUp();
    await attempt('ada');
    await attempt('bob');
    await attempt('ada', 'GET /v1/y');
    expect(told()).toEqual(['ada 1', 'bob 1', 'ada 1']);
  });

  it('that repeat within the window are counted, and summed up when it is over', async () => {
    const { attempt, denials, forward, tick, told } = setUp();
    await attempt('ada');
    forward(minutesToMs(1));
    await attempt('ada');
    forward(minutesToMs(2));
    await attempt('ada');
    tick();
    expect(told()).toEqual(['ada 1']);
    forward(minutesToMs(7));
    tick();
    expect(told()).toEqual(['ada 1', 'ada 2']);
    expect(denials[1]).toMatchObject({
      from: '2026-11-25T04:01:00.000Z',
      to: '2026-11-25T04:03:00.000Z',
    });
  });

  it('after the window are reported at once again, with what was counted before', async () => {
    const { attempt, forward, told } = setUp();
    await attempt('ada');
    await attempt('ada');
    forward(minutesToMs(10));
    await attempt('ada');
    expect(told()).toEqual(['ada 1', 'ada 1', 'ada 1']);
  });

  it('take bounded memory: the longest untouched one is summed up to make room', async () => {
    const { attempt, told } = setUp(2);
    await attempt('ada');
    await attempt('bob');
    await attempt('ada');
    await attempt('cyd');
    expect(told()).toEqual(['ada 1', 'bob 1', 'cyd 1']);
    await attempt('dan');
    expect(told()).toEqual(['ada 1', 'bob 1', 'cyd 1', 'ada 1', 'dan 1']);
  });

  it('say what each was at, one by one for each thing', async () => {
    const { attempt, denials, forward, tick } = setUp();
    for (const caseId of ['c1', 'c2', 'c1', 'c1']) await attempt('ada', 'GET /v1/x', { caseId });
    await attempt('ada', 'GET /v1/x', { accountId: 'c1' });
    forward(minutesToMs(10));
    tick();
    expect(denials.map(({ at, attempts }) => [at, attempts])).toEqual([
      [{ caseId: 'c1' }, 1],
      [{ caseId: 'c2' }, 1],
      [{ accountId: 'c1' }, 1],
      [{ caseId: 'c1' }, 2],
    ]);
  });

  it('at ever other things are named up to a number in a window, and counted without a name beyond it', async () => {
    const { attempt, denials, forward, tick } = setUp(100, 3);
    const tryAll = async (count: number, code?: string) => {
      for (let n = 0; n < count; n++) await attempt('ada', 'GET /v1/x', { caseId: `c${n}` }, code);
    };
    const told = () => denials.map(({ at, attempts }) => [at.caseId ?? 'some', attempts]);
    await tryAll(500);
    const named = [
      ['c0', 1],
      ['c1', 1],
      ['c2', 1],
    ];
    expect(told()).toEqual([...named, ['some', 1]]);
    // What is hidden is named still, however many were made up before.
    await tryAll(3, 'not-found-here');
    expect(told().slice(4)).toEqual(named);
    forward(minutesToMs(10));
    tick();
    expect(told().slice(7)).toEqual([['some', 496]]);
    await tryAll(3);
    expect(told().slice(8)).toEqual(named);
  });

  it('at what another platform has are told to the operator alone, summed up as well', async () => {
    const { aggregator, denials, forward, log, state, tick } = setUp();
    const attempt = () =>
      aggregator.record({
        principal: { id: 'ada', platform: 'demo', kind: 'person', expiresAt: state.at },
        roles: ['auditor'],
        route: 'GET /v1/x',
        code: 'not-found-here',
        at: { caseId: 'c1' },
        hiddenFrom: 'platform',
      });
    for (let n = 0; n < 50; n++) await attempt();
    forward(minutesToMs(10));
    tick();
    expect(denials).toEqual([]);
    const told = log.map((line) => JSON.parse(line) as object);
    const facts = { level: 'warn', platform: 'demo', principalId: 'ada', caseId: 'c1' };
    expect(told).toEqual([
      expect.objectContaining({ ...facts, attempts: 1 }),
      expect.objectContaining({ ...facts, attempts: 49 }),
    ]);
  });

  it('that could not be recorded are reported again as they were, and the log does not say why in words', async () => {
    const { attempt, denials, forward, log, state, tick, told, tried } = setUp();
    state.failing = true;
    await attempt('ada');
    await attempt('ada');
    tick();
    forward(minutesToMs(10));
    await settled();
    tick();
    await settled();
    expect(told()).toEqual([]);
    state.failing = false;
    tick();
    await settled();
    expect(told()).toEqual(['ada 1', 'ada 1']);
    const ids = denials.map(({ id }) => id);
    expect(new Set(ids).size).toBe(2);
    expect(tried.filter(({ id }) => id === ids[0])).toHaveLength(4);
    tick();
    await settled();
    expect(denials).toHaveLength(2);
    expect(log).toHaveLength(2);
    expect(log[0]).not.toContain('secret text');
  });

  it('that could not be recorded are reported once more before the server ends', async () => {
    const { aggregator, attempt, state, told } = setUp();
    state.failing = true;
    await attempt('ada');
    state.failing = false;
    await aggregator.close();
    expect(told()).toEqual(['ada 1']);
  });

  it('that are too many to be kept are in the sum', async () => {
    const { attempt, forward, log, state, tick, told } = setUp(1);
    state.failing = true;
    await attempt('ada');
    await attempt('bob');
    state.failing = false;
    tick();
    forward(minutesToMs(10));
    tick();
    await settled();
    expect([...told()].sort()).toEqual(['ada 1', 'bob 1']);
    expect(log).toHaveLength(2);
  });

  it('by the ten thousand leave two lines a window, in which every one is counted', async () => {
    const { attempt, denials, forward, log, tick } = setUp();
    for (let minute = 0; minute < 60; minute++) {
      for (let n = 0; n < 200; n++) await attempt('ada');
      forward(minutesToMs(1));
      tick();
    }
    expect(denials.length).toBeLessThanOrEqual(12);
    expect(denials.reduce((sum, { attempts }) => sum + attempts, 0)).toBe(12_000);
    expect(log).toEqual([]);
  });

  it('by the thousand while nothing can be recorded do not fill the log instead', async () => {
    const { attempt, forward, log, state, tick } = setUp();
    state.failing = true;
    for (let n = 0; n < 5_000; n++) await attempt('ada');
    forward(minutesToMs(10));
    tick();
    for (let n = 0; n < 5_000; n++) await attempt('ada');
    expect(log.length).toBeLessThanOrEqual(3);
  });

  it('are all reported before the server ends', async () => {
    const { aggregator, attempt, told } = setUp();
    await attempt('ada');
    await attempt('ada');
    await aggregator.close();
    expect(told()).toEqual(['ada 1', 'ada 1']);
  });
});
