/** The command line, as its user meets it. */
import { existsSync, statSync } from 'node:fs';
import { systemClock } from '#kernel/clock';
import { randomIds } from '#kernel/ids';
import { closeStores, openStores } from '../../server/src/stores.ts';
import { CliRig, type Ended } from './cli.testkit.ts';
import { logXml } from '#modules/exchange/xes/xes.testkit';
import { LIVES, logOfLives, MAPPING, traceXml } from './small-log.testkit.ts';

let rig: CliRig;
let mapping: string;
beforeAll(() => {
  rig = new CliRig();
  mapping = rig.write('small.mapping.json', JSON.stringify(MAPPING));
});
afterAll(() => rig.dispose());

const EMPTY: Ended = { code: 0, out: '', err: '' };

describe('casetrail', () => {
  it('tells what there is, and its version', async () => {
    const help = await rig.run(['--help']);
    expect(help).toMatchObject({ code: 0, err: '' });
    const data = ['init', 'backup', 'restore', 'migrate'];
    for (const name of [...data, 'platform add', 'platform list', 'import', 'status', 'rebuild']) {
      expect(help.out).toMatch(new RegExp(`^  ${name} `, 'm'));
    }
    expect(await rig.run(['--version'])).toEqual({ ...EMPTY, out: 'casetrail 0.1.0\n' });
    const ofImport = await rig.run(['import', '--help']);
    expect(ofImport.out).toContain('--mapping <file>');
    expect((await rig.run(['help', 'import'])).out).toBe(ofImport.out);
    expect((await rig.run(['help', 'platform', 'add'])).out).toMatch(
      /^casetrail platform add <id> --admin <subject>/,
    );
  });

  it.each([
    [[], /^casetrail <command>/, 'out'],
    [['improt'], /There is no command "improt"\. There are: init, .*import/, 'err'],
    [
      ['platform', 'ad', 'shop'],
      /There is no command "platform ad"\. There are: .*platform add/,
      'err',
    ],
    [['platform', 'add', 'shop'], /give the subject .* by --admin <subject>/, 'err'],
    [['platform', 'add', 'shop', '--admin', 'alva li'], /--admin: .* the opaque id/, 'err'],
    [['status', '--jsno'], /--jsno/, 'err'],
    [['status', 'all'], /Given: all\. It is: casetrail status/, 'err'],
    [['import'], /Given: nothing\. It is: casetrail import <log/, 'err'],
    [['backup', ''], /Given: ''\. It is: casetrail backup <folder>/, 'err'],
    [['restore', ''], /Given: ''\. It is: casetrail restore <backup>/, 'err'],
    [['import', 'a.xes'], /give its file by --mapping/, 'err'],
    [
      ['rebuild', 'review-line'],
      /There is no view "review-line"\. There are: .*review-queue/,
      'err',
    ],
  ] as const)('refuses %j with 2, and says what would do', async (args, said, where) => {
    const ended = await rig.told(args);
    expect(ended.code).toBe(2);
    expect(ended[where]).toMatch(said);
    expect(ended.err).not.toContain('    at ');
  });
});

describe('casetrail init', () => {
  it('makes a data folder and a key outside it, and says to back the key up', async () => {
    const { code, out } = await rig.run(['init'], 'new');
    expect(code).toBe(0);
    expect(out).toContain(rig.dataFolder('new'));
    expect(out).toContain(rig.keyFile('new'));
    expect(out).toContain('Back up the key file, apart from the data folder');
    expect(out).toContain('casetrail platform add <id> --admin <subject>');
    expect(statSync(rig.dataFolder('new')).mode & 0o777).toBe(0o700);
    expect(statSync(rig.keyFile('new')).mode & 0o777).toBe(0o600);
  });

  it('makes nothing where there is something', async () => {
    const again = await rig.run(['init'], 'new');
    expect(again).toMatchObject({ code: 1, out: '' });
    expect(again.err).toContain('is not empty');
  });

  it('takes its places from options before the environment', async () => {
    const folder = rig.dataFolder('by-option');
    const key = rig.keyFile('by-option');
    await rig.run(['init', '--data-folder', folder, '--key-file', key], 'elsewhere');
    expect([folder, key, rig.dataFolder('elsewhere')].map(existsSync)).toEqual([true, true, false]);
  });

  it('is asked for by commands that find no data', async () => {
    const { code, err } = await rig.run(['status'], 'none');
    expect(code).toBe(1);
    expect(err).toContain('casetrail init');
    expect(existsSync(rig.dataFolder('none'))).toBe(false);
  });
});

describe('casetrail platform', () => {
  const adding = (...more: string[]) => rig.told(['platform', 'add', ...more], 'platforms');
  beforeAll(() => rig.told(['init'], 'platforms'));

  it('registers one with its first admin, and says what is needed to sign in', async () => {
    const { code, out, err } = await adding('shop', '--admin', 'idp|0417', '--name', '商城');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^Platform: shop, "商城"\.\nAdmin: {4}idp\|0417\.\n/);
    expect(out).toContain('token of the subject idp|0417, the platform shop and the kind person');
  });

  it('says of what was there already that it was, and refuses another admin with 1', async () => {
    const again = await adding('shop', '--admin', 'idp|0417');
    expect(again.code).toBe(0);
    expect(again.out).toContain('(it was registered already)');
    expect(again.out).toContain('(they were enrolled already)');
    const other = await adding('shop', '--admin', 'idp|0001');
    expect({ ...other, err: '' }).toEqual({ code: 1, out: '', err: '' });
    expect(other.err).toMatch(/^The platform shop has an admin: idp\|0417\. .*\n$/);
  });

  it('lists them', async () => {
    const { out } = await rig.told(['platform', 'list'], 'platforms');
    expect(out).toBe('  shop  "商城", admin: idp|0417\n');
    const json = await rig.told(['platform', 'list', '--json'], 'platforms');
    expect(JSON.parse(json.out)).toEqual([
      { platform: 'shop', name: '商城', admins: ['idp|0417'] },
    ]);
  });
});

describe('casetrail import', () => {
  const importing = (log: string, ...more: string[]) => [
    'import',
    log,
    '--mapping',
    mapping,
    ...more,
  ];
  let log: string;
  let first: Ended;
  beforeAll(async () => {
    log = rig.write('small.xes', logOfLives(3));
    await rig.told(['init']);
    first = await rig.told(importing(log));
  });

  it('reports how every event ended, and what the views show of the cases', () => {
    const figures = (label: string) => {
      const line = first.out.split('\n').find((one) => one.trim().startsWith(label));
      return Number(/([\d,]+)( {2}\(|$)/.exec(line!)![1]!.replaceAll(',', ''));
    };
    expect(first.code).toBe(0);
    expect(figures('traces')).toBe(15);
    expect(figures('events of the log')).toBe(93);
    expect(figures('with a meaning')).toBe(75);
    expect(figures('history')).toBe(15);
    expect(figures('refused')).toBe(3);
    expect(figures('appended')).toBe(105);
    expect(figures('already there')).toBe(0);
    expect(first.out).toContain('(test-data 3)');
    expect(['cases', 'rejected', 'withdrawn', 'approved', 'open'].map(figures)).toEqual([
      15, 3, 3, 3, 6,
    ]);
    expect(first.out).toContain('refused: test-data, event 3 of trace "waiting-0", line ');
  });

  it('tells meanwhile how far it is, apart from the report', () => {
    expect(first.err).toMatch(/^Import: 93 events, 15 traces, [\d,]+ events\/s, 100 %$/m);
    expect(first.err).toMatch(/^Views: /m);
  });

  it('imports nothing the second time, and says so in JSON', async () => {
    const before = await rig.state();
    const { code, out } = await rig.told(importing(log, '--json'));
    const report = JSON.parse(out) as Record<string, unknown>;
    expect(code).toBe(0);
    expect(report).toMatchObject({
      platform: 'old-bank',
      traces: 15,
      logEvents: { total: 93, meant: 75, history: 15, refused: 3 },
      domainEvents: { total: 105, appended: 0, alreadyThere: 105 },
      refusals: { 'test-data': 3 },
      error: null,
      cases: {
        total: 15,
        rejected: 3,
        withdrawn: 3,
        approved: 3,
        expired: 0,
        open: 6,
        byStatus: { approved: 3, rejected: 3, withdrawn: 3, waiting: 3, 'in-review': 3 },
      },
    });
    expect(report['outcomes']).toContainEqual({
      activity: 'Yes',
      transition: 'COMPLETE',
      end: 'meant',
      became: ['CaseApproved'],
      reason: null,
      events: 3,
    });
    expect(await rig.state()).toEqual(before);
  });

  it('shows in every view what the case itself has come to', async () => {
    const state = await rig.state();
    const documents = (view: string) =>
      state[view]!.map((text) => JSON.parse(text) as Record<string, unknown>);
    expect(documents('audit-trail')).toHaveLength(105);
    expect(documents('audit-trail').every(({ imported }) => imported === true)).toBe(true);
    expect(documents('case-timers')).toEqual([]);
    const inQueue = documents('review-queue').filter((one) => one['state'] !== 'none');
    expect(inQueue.map((one) => [one['state'], one['claimedBy']]).sort()).toEqual([
      ...Array(3).fill(['claimed', 'unknown']),
      ...Array(3).fill(['waiting', null]),
    ]);
  });

  it('takes the platform from the command line before the mapping’s', async () => {
    const { out } = await rig.told(importing(log, '--platform', 'new-bank', '--json'));
    expect(JSON.parse(out)).toMatchObject({
      platform: 'new-bank',
      domainEvents: { appended: 105 },
      cases: { total: 15 },
    });
    const wrong = await rig.told(importing(log, '--platform', 'New Bank'));
    expect(wrong.code).toBe(1);
    expect(wrong.err).toContain('settings.platform: Lower-case words joined by hyphens.');
  });

  it('keeps what stands before a fault of the log, and says where and what it is', async () => {
    const traces = Object.entries(LIVES).map(([name, life]) => traceXml(`bad-${name}`, life));
    const bad = rig.write('bad.xes', logXml(...traces, '<trace><event></trace>'));
    const { code, out, err } = await rig.told(importing(bad));
    expect(code).toBe(1);
    const line = logXml(...traces).split('\n').length;
    expect(err).toContain(`${bad}:${line}:`);
    expect(out).toContain(`The log could not be read to its end: ${bad}:${line}:`);
    expect(out).toMatch(/appended +35\b/);
    const json = await rig.told(importing(bad, '--json'));
    expect(json.code).toBe(1);
    expect(JSON.parse(json.out)).toMatchObject({
      traces: 5,
      domainEvents: { appended: 0, alreadyThere: 35 },
      error: { code: 'malformed-xml', file: bad, line },
    });
  });

  it.each([
    ['a log that is not there', () => importing('nowhere.xes'), 'nowhere.xes: '],
    [
      'a mapping that is not there',
      () => ['import', log, '--mapping', 'nowhere.json'],
      'nowhere.json: ENOENT',
    ],
    [
      'a mapping of another form',
      () => ['import', log, '--mapping', rig.write('odd.json', '{"mappingVersion":1}')],
      'odd.json: settings: ',
    ],
    [
      'another mapping than the first time’s',
      () => {
        const [, ...rules] = MAPPING.rules;
        const other = { ...MAPPING, rules: [...rules, { activity: 'Submit', as: 'case-opened' }] };
        return ['import', log, '--mapping', rig.write('other.json', JSON.stringify(other))];
      },
      'imported before, with another mapping',
    ],
  ])('refuses %s with 1, in plain words', async (_what, args, said) => {
    const { code, out, err } = await rig.told(args());
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(said);
    expect(err).not.toContain('    at ');
  });

  it('is refused while another process has the folder', async () => {
    const places = { dataFolder: rig.dataFolder(), keyFile: rig.keyFile() };
    const stores = await openStores({ ...places, clock: systemClock, ids: randomIds });
    const refused = await rig.told(importing(log)).finally(() => closeStores(stores));
    expect({ ...refused, err: '' }).toEqual({ code: 1, out: '', err: '' });
    expect(refused.err).toContain(String(process.pid));
  });

  it('leaves a folder of which status and rebuild tell', async () => {
    const status = await rig.told(['status', '--json']);
    const told = JSON.parse(status.out) as { views: { name: string; upToDate: boolean }[] };
    expect(told).toMatchObject({ events: 245, missing: [], parked: [] });
    expect(told.views.filter(({ upToDate }) => !upToDate)).toEqual([]);
    expect((await rig.told(['status'])).out).toMatch(/case-detail \d+ +serving, up to date/);

    const before = await rig.state();
    const rebuilt = await rig.told(['rebuild', 'case-detail', 'review-queue']);
    expect(rebuilt).toMatchObject({ code: 0 });
    expect(rebuilt.out).toMatch(/^case-detail: rebuilt in .*\nreview-queue: rebuilt in /);
    expect(await rig.state()).toEqual(before);
  });
});
