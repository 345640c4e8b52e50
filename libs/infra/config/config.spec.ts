import { inspect } from 'node:util';
import { RECORD_BYTES_MAX } from '#infra/vault/vault.port';
import { configMarkdown, loadConfig, SettingsError } from './config.ts';
import { SETTINGS } from './settings.ts';

const ISSUER = {
  CASETRAIL_JWT_ISSUER: 'https://id.example.org',
  CASETRAIL_JWT_JWKS: 'https://id.example.org/jwks.json',
};

const ADDRESS = 'esdb://casetrail:SECRET@store.example.org:2113?tls=true';

function faultsOf(load: () => unknown): readonly string[] {
  try {
    load();
  } catch (error) {
    if (error instanceof SettingsError) return error.faults;
    throw error;
  }
  return [];
}

describe('settings', () => {
  it('have defaults for all but the token issuer', () => {
    const config = loadConfig({ argv: [], env: ISSUER });
    expect(config).toMatchObject({
      host: '127.0.0.1',
      port: 3000,
      roles: ['api', 'worker'],
      eventStore: { kind: 'embedded' },
      bodyLimitBytes: 1_048_576,
      jwtAlgorithms: ['ES256', 'RS256'],
      demo: false,
      production: false,
    });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('are read from the environment, before the file, before the default', () => {
    const config = loadConfig({
      argv: ['--config', 'settings.json'],
      env: { ...ISSUER, CASETRAIL_PORT: '4000' },
      readFile: () => JSON.stringify({ PORT: 5000, LOG_LEVEL: 'warn' }),
    });
    expect([config.port, config.logLevel, config.host]).toEqual([4000, 'warn', '127.0.0.1']);
  });

  it('are refused all at once, by name and remedy, and without their values', () => {
    const faults = faultsOf(() =>
      loadConfig({
        argv: [],
        env: { ...ISSUER, CASETRAIL_PORT: 'secret-1', CASETRAIL_LOG_LEVEL: 'secret-2' },
      }),
    );
    expect(faults).toEqual([
      'CASETRAIL_PORT: Give a whole number from 0 to 65535.',
      expect.stringMatching(/^CASETRAIL_LOG_LEVEL: Give one of fatal/),
    ]);
    expect(faults.join()).not.toContain('secret');
  });

  it('are refused where no setting has the name', () => {
    const env = { ...ISSUER, CASETRAIL_PROT: '1' };
    expect(faultsOf(() => loadConfig({ argv: [], env }))).toEqual([
      'CASETRAIL_PROT: there is no such setting; check its spelling.',
    ]);
  });

  it('leave alone what only the tests read', () => {
    const env = { ...ISSUER, CASETRAIL_TEST_DATA: '/somewhere' };
    expect(loadConfig({ argv: [], env }).port).toBe(3000);
  });

  it.each([
    ['not JSON', '{'],
    ['a list', '[]'],
  ])('are refused from a file that holds %s', (_, text) => {
    const sources = { argv: ['--config', 'x.json'], env: ISSUER, readFile: () => text };
    expect(() => loadConfig(sources)).toThrow(SettingsError);
  });

  it('refuse an argument that nobody knows', () => {
    expect(() => loadConfig({ argv: ['--dmeo'], env: ISSUER })).toThrow(/Unknown argument/);
    expect(() => loadConfig({ argv: ['--config'], env: ISSUER })).toThrow(/Unknown argument/);
  });

  it.each([
    ['the environment', { CASETRAIL_EVENT_STORE: ADDRESS }, {}],
    ['the file', {}, { EVENT_STORE: ADDRESS }],
  ])('name an EventStoreDB by an address of %s, and print it nowhere', (_, env, file) => {
    const config = loadConfig({
      argv: ['--config', 'settings.json'],
      env: { ...ISSUER, ...env },
      readFile: () => JSON.stringify(file),
    });
    const { eventStore } = config;
    expect(eventStore.kind === 'eventstoredb' && eventStore.connectionString.reveal()).toBe(
      ADDRESS,
    );
    const printed = [JSON.stringify(config), inspect(config, { depth: 9, showHidden: true })];
    for (const text of [...printed, `${Object.values(eventStore).join()}`]) {
      expect(text).toMatch(/[Ss]ecret/);
      expect(text).not.toContain('SECRET');
    }
  });

  it.each([
    ['kurrent', 'It is no address of an EventStoreDB.'],
    ['http://user:SECRET@host', 'It is no address of an EventStoreDB.'],
    ['esdb://user:SECRET@host:0', 'It has a host that is none.'],
    ['esdb://user:SECRET@host?pasword=SECRET', 'It has an option that is none of tls, '],
    [`esdb://user:SECRET@${'h'.repeat(4_000)}`, 'Give embedded, or the address'],
  ])('refuse the event store %s, with why and without its value', (given, why) => {
    const env = { ...ISSUER, CASETRAIL_EVENT_STORE: given };
    const [fault, ...others] = faultsOf(() => loadConfig({ argv: [], env }));
    expect(others).toEqual([]);
    expect(fault).toMatch(
      /^CASETRAIL_EVENT_STORE: .*Give embedded, or the address of an EventStoreDB/,
    );
    expect(fault).toContain(why);
    expect(fault).not.toContain('SECRET');
  });

  it.each([
    ['/missing/authority.pem', 'tlsCAFile names /missing/authority.pem, which is not there.'],
    [import.meta.filename, `tlsCAFile names ${import.meta.filename}, which holds no certificate`],
  ])('refuse an event store whose file is not fit, by its path: %s', (path, what) => {
    const given = `esdb://user:SECRET@host?tlsCAFile=${path}`;
    const env = { ...ISSUER, CASETRAIL_EVENT_STORE: given };
    const [fault, ...others] = faultsOf(() => loadConfig({ argv: [], env }));
    expect(others).toEqual([]);
    expect(fault).toContain(`CASETRAIL_EVENT_STORE: ${what}`);
    expect(fault).toMatch(/\. Give the PEM file of the authority [^.]*\.$/);
    expect(fault).not.toContain('SECRET');
  });

  it.each(['HS256', 'none', 'ES256,HS512'])('refuse the token algorithm %s', (algorithms) => {
    const env = { ...ISSUER, CASETRAIL_JWT_ALGORITHMS: algorithms };
    expect(faultsOf(() => loadConfig({ argv: [], env }))).toEqual([
      expect.stringContaining('CASETRAIL_JWT_ALGORITHMS'),
    ]);
  });

  it('refuse to fetch token keys over plain http, except from this machine', () => {
    const from = (url: string) => ({ ...ISSUER, CASETRAIL_JWT_JWKS: url });
    expect(() => loadConfig({ argv: [], env: from('http://id.example.org/k') })).toThrow(/JWKS/);
    expect(loadConfig({ argv: [], env: from('http://127.0.0.1:9/k') }).jwtJwks).toContain('9/k');
  });
});

describe('the file limit', () => {
  const given = (bytes: number) => ({ ...ISSUER, CASETRAIL_FILE_LIMIT_BYTES: String(bytes) });

  it('may be whatever the vault takes in one record', () => {
    const { fileLimitBytes } = loadConfig({ argv: [], env: given(RECORD_BYTES_MAX) });
    expect(fileLimitBytes).toBe(RECORD_BYTES_MAX);
  });

  it('is refused at the start where the vault would refuse the file', () => {
    expect(faultsOf(() => loadConfig({ argv: [], env: given(RECORD_BYTES_MAX + 1) }))).toEqual([
      expect.stringMatching(/^CASETRAIL_FILE_LIMIT_BYTES: .*the most that the vault takes/),
    ]);
  });
});

describe('settings together', () => {
  it('demand an issuer, unless it is the demonstration or a tool', () => {
    expect(faultsOf(() => loadConfig({ argv: [], env: {} }))).toEqual([
      expect.stringContaining('nobody can sign in'),
    ]);
    expect(loadConfig({ argv: ['--demo'], env: {} }).demo).toBe(true);
    expect(loadConfig({ argv: [], env: {}, tool: true }).port).toBe(3000);
  });

  it.each(['api', 'worker'])(
    'refuse the role %s alone: an embedded store has one process',
    (role) => {
      const env = { ...ISSUER, CASETRAIL_ROLES: role };
      expect(faultsOf(() => loadConfig({ argv: [], env }))).toEqual([
        expect.stringContaining('CASETRAIL_ROLES'),
      ]);
      expect(
        loadConfig({ argv: [], env: { ...ISSUER, CASETRAIL_ROLES: 'worker,api' } }).roles,
      ).toEqual(['worker', 'api']);
    },
  );

  it('demand issuer and keys together', () => {
    const env = { CASETRAIL_JWT_ISSUER: 'https://id.example.org' };
    expect(faultsOf(() => loadConfig({ argv: ['--demo'], env }))).toEqual([
      expect.stringContaining('give both or neither'),
    ]);
  });

  it.each(['./casetrail-data/root.key', './casetrail-data/keys/../root.key', './casetrail-data'])(
    'keep the key out of the data folder: %s',
    (path) => {
      const env = { ...ISSUER, CASETRAIL_KEY_FILE: path };
      expect(faultsOf(() => loadConfig({ argv: [], env }))).toEqual([
        expect.stringContaining('CASETRAIL_KEY_FILE'),
      ]);
    },
  );

  it('never run the demonstration in production', () => {
    const env = { NODE_ENV: 'production' };
    expect(faultsOf(() => loadConfig({ argv: ['--demo'], env }))).toEqual([
      expect.stringContaining('NODE_ENV is production'),
    ]);
  });

  it.each(['0.0.0.0', '::', '192.168.1.4', 'localhost.example.org'])(
    'never let the demonstration listen on %s',
    (host) => {
      const env = { CASETRAIL_HOST: host };
      expect(faultsOf(() => loadConfig({ argv: ['--demo'], env }))).toEqual([
        expect.stringContaining('CASETRAIL_HOST'),
      ]);
    },
  );

  it.each(['127.0.0.1', '::1', 'localhost'])('let the demonstration listen on %s', (host) => {
    expect(loadConfig({ argv: ['--demo'], env: { CASETRAIL_HOST: host } }).host).toBe(host);
  });

  it('sweep nothing that a request may still be about to name', () => {
    const env = { ...ISSUER, CASETRAIL_SWEEP_GRACE_MS: '150000' };
    expect(faultsOf(() => loadConfig({ argv: [], env }))).toEqual([
      expect.stringContaining('CASETRAIL_SWEEP_GRACE_MS'),
    ]);
  });
});

describe('the table of settings', () => {
  it('has a row for each', () => {
    const rows = configMarkdown().trim().split('\n').slice(2);
    expect(rows).toHaveLength(Object.keys(SETTINGS).length);
    expect(rows[1]).toBe(
      '| `CASETRAIL_PORT` | Port to listen on; 0 takes any free one. | `3000` |',
    );
  });
});
