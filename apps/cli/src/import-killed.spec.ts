/** `casetrail import` ended and killed while it appends and while it folds, and run again. */
import { describeInFull } from '#kernel/testing/full-run';
import { CliRig } from './cli.testkit.ts';
import { logOfLives, MAPPING } from './small-log.testkit.ts';

const TIMES = 600;
const EVENTS = TIMES * 35;
const MEGABYTE = 1_048_576;

const isSame = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((text, at) => text === b[at]);

describeInFull('an import', () => {
  let rig: CliRig;
  let command: string[];
  beforeAll(() => {
    rig = new CliRig();
    const log = rig.write('long.xes', logOfLives(TIMES));
    const mapping = rig.write('small.mapping.json', JSON.stringify(MAPPING));
    command = ['import', log, '--mapping', mapping, '--json'];
  });
  afterAll(() => rig.dispose());

  it('that is killed ends, run again, in the state of one that was not', async () => {
    await rig.run(['init']);
    const early = { file: 'events', bytes: 2 * MEGABYTE } as const;
    expect((await rig.signalledAt(command, early, 'SIGKILL')).code).toBeNull();
    const there = (await rig.events()).length;
    expect(there).toBeGreaterThan(0);
    expect(there).toBeLessThan(EVENTS);

    const folding = { file: 'views', bytes: MEGABYTE } as const;
    expect((await rig.signalledAt(command, folding, 'SIGKILL')).code).toBeNull();
    expect(await rig.events()).toHaveLength(EVENTS);

    const { code, out } = await rig.run(command);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      domainEvents: { total: EVENTS, appended: 0, alreadyThere: EVENTS },
      cases: { total: TIMES * 5, approved: TIMES, open: TIMES * 2 },
    });

    await rig.run(['init'], 'uninterrupted');
    expect((await rig.run(command, 'uninterrupted')).code).toBe(0);
    const state = await rig.state();
    const expected = await rig.state('uninterrupted');
    for (const [what, texts] of Object.entries(expected)) {
      expect({ what, same: isSame(state[what]!, texts) }).toEqual({ what, same: true });
    }
  }, 120_000);

  it('that its user ends finishes what is in hand, says how far it came, and ends with 130', async () => {
    await rig.run(['init'], 'ended');
    const early = { file: 'events', bytes: MEGABYTE } as const;
    const { code, out } = await rig.signalledAt(command, early, 'SIGINT', 'ended');
    expect(code).toBe(130);
    const report = JSON.parse(out) as { traces: number; domainEvents: { appended: number } };
    expect(report).toMatchObject({ stopped: true, cases: null });
    expect(report.traces).toBeLessThan(TIMES * 5);
    expect(await rig.events('ended')).toHaveLength(report.domainEvents.appended);
  });
});
