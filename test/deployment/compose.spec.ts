/** docker-compose.yml: what both profiles keep, and what only the one for development may do without. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { loadConfig } from '#infra/config/config';
import { environmentOf, readDockerfile, restsOf } from './dockerfile.testkit.ts';

interface Service {
  readonly profiles: readonly string[];
  readonly build?: string;
  readonly image: string;
  readonly user: string;
  readonly read_only: boolean;
  readonly tmpfs: string;
  readonly cap_drop: readonly string[];
  readonly security_opt: readonly string[];
  readonly restart: string;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly volumes?: readonly string[];
  readonly networks?: readonly string[];
  readonly network_mode?: string;
  readonly ports?: readonly string[];
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, object>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

const ROOT = new URL('../../', import.meta.url);
const OPERATIONS = readFileSync(new URL('docs/operations.md', ROOT), 'utf8');
const compose = parse(readFileSync(new URL('docker-compose.yml', ROOT), 'utf8'), {
  merge: true,
}) as Compose;
const runtime = readDockerfile(new URL('Dockerfile', ROOT)).stages.at(-1)!;

const services = Object.entries(compose.services);
const isDevelopment = ([, { profiles }]: [string, Service]) => profiles.includes('development');
const development = services.filter(isDevelopment);
const others = services.filter((service) => !isDevelopment(service));

/** Host side, container side and mode of a mount; the host side may hold a colon within `${...}`. */
function mountOf(mount: string) {
  const [, host = '', container = '', mode = 'rw'] =
    /^((?:\$\{[^}]*\}|[^:$])+):([^:]+)(?::(\w+))?$/.exec(mount) ?? [];
  return { host, container, mode };
}

const mountsOf = ({ volumes = [] }: Service) => volumes.map(mountOf);
const isBind = ({ host }: { host: string }) => /^[.$/]/.test(host);

describe.each(services)('the service %s', (name, service) => {
  it('is of one profile', () => {
    expect(service.profiles).toHaveLength(1);
  });

  it('is not root, and has nothing to write to but its volumes and /tmp', () => {
    expect(service).toMatchObject({
      user: '1000:1000',
      read_only: true,
      tmpfs: '/tmp',
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
    });
    for (const door of ['privileged', 'cap_add', 'devices', 'pid', 'ipc']) {
      expect(service).not.toHaveProperty(door);
    }
  });

  it('has a health check, or ends by itself', () => {
    const endsByItself = service.restart === 'no';
    const ofItsImage = service.build === '.' && restsOf(runtime, 'HEALTHCHECK').length === 1;
    expect(endsByItself || ofItsImage || service.healthcheck?.test.length === 2).toBe(true);
  });

  it('waits until the events can be written', () => {
    const needed = Object.values(service.depends_on ?? {}).map(({ condition }) => condition);
    expect(needed).toEqual(service.build ? ['service_healthy'] : []);
  });

  it('keeps what it writes in volumes that have a name, and of the host sees the secrets alone', () => {
    const [binds, named] = [mountsOf(service).filter(isBind), mountsOf(service)];
    const volumes = named.filter((mount) => !isBind(mount)).map(({ host }) => host);
    expect(volumes.filter((volume) => !(volume in compose.volumes))).toEqual([]);
    expect(binds.filter(({ host }) => !host.startsWith('${SECRETS:-./secrets}'))).toEqual([]);
    const writable = binds.filter(({ mode }) => mode !== 'ro').map(({ container }) => container);
    expect(writable).toEqual(name === 'setup' ? ['/secrets'] : []);
  });

  it('shows its ports to this machine alone, unless it is told otherwise', () => {
    const wide = (service.ports ?? []).filter(
      (port) => !/^(\$\{PUBLISH:-)?127\.0\.0\.1:/.test(port),
    );
    expect(wide).toEqual([]);
  });

  it('sets settings that there are, and keeps the key out of the data', () => {
    if (!service.build) return;
    const tool = service.command?.[0] === 'casetrail';
    const env = { ...environmentOf(runtime), ...service.environment };
    const argv = service.command?.includes('--demo') ? ['--demo'] : ['--config', 'settings.json'];
    const config = loadConfig({ argv, env, tool, readFile: () => settingsOfTheDocs() });
    expect(config.eventStore.kind).toBe('eventstoredb');
    const data = mountsOf(service).find(({ container }) => config.dataFolder.startsWith(container));
    expect(data?.mode).toBe('rw');
  });
});

/** What docs/operations.md tells the operator to write, for a machine that has not its certificate. */
function settingsOfTheDocs(): string {
  const [, json = ''] = /settings\.json <<END\n([^]*?)\n\s*END\n/.exec(OPERATIONS) ?? [];
  return json.replace(/\$\([^)]*\)/, 'password').replace(/\?tlsCAFile=[^"]*/, '');
}

describe('outside development', () => {
  it('no password, key or address with one is written down: all come from files that have no default', () => {
    const secrecy = /PASSWORD|SECRET|TOKEN|KEY$|EVENT_STORE$/;
    const written = others.flatMap(([, { environment = {} }]) =>
      Object.keys(environment).filter((variable) => secrecy.test(variable)),
    );
    expect(written).toEqual([]);
    for (const [name, { file }] of Object.entries(compose.secrets)) {
      expect(file).toBe(`\${SECRETS:-./secrets}/${name}`);
    }
  });

  it('every service has the secrets that it names, and the docs tell how each is made', () => {
    const named = new Set(others.flatMap(([, { secrets = [] }]) => secrets));
    expect([...named].sort()).toEqual(Object.keys(compose.secrets).sort());
    expect([...named].filter((name) => !OPERATIONS.includes(name))).toEqual([]);
  });

  it('the server of the events has its first passwords from the secrets, and refuses empty ones', () => {
    const { entrypoint = [], secrets = [] } = compose.services['eventstoredb']!;
    const script = entrypoint.at(-1)!;
    for (const user of ['admin', 'ops']) {
      const variable = `EVENTSTORE_DEFAULT_${user.toUpperCase()}_PASSWORD`;
      const secret = `eventstoredb-${user}-password`;
      expect(secrets).toContain(secret);
      expect(script).toContain(`${variable}=$$(cat /run/secrets/${secret})`);
      expect(script).toContain(`$\{${variable}:?`);
    }
    expect(script.trimEnd().split('\n').at(-1)).toMatch(/^exec /);
  });

  it('the events travel by TLS, on a network that leads nowhere else', () => {
    const text = JSON.stringify(others);
    expect(text).not.toMatch(/INSECURE|tls=false|--demo|NODE_ENV/);
    const { environment = {}, networks = [], ports } = compose.services['eventstoredb']!;
    expect(environment).toHaveProperty('EVENTSTORE_CERTIFICATE_FILE');
    expect(networks.map((network) => compose.networks[network]!.internal)).toEqual([true]);
    expect(ports).toBeUndefined();
  });

  it('the root key comes as a secret, which only its making may write', () => {
    expect(environmentOf(runtime)['CASETRAIL_KEY_FILE']).toBe('/run/secrets/root.key');
    expect(compose.services['app']!.secrets).toContain('root.key');
    expect(compose.services['setup']!.command?.join(' ')).toContain('--key-file /secrets/root.key');
  });
});

describe('for development', () => {
  it('everything stays on this machine', () => {
    const host = compose.services['app-development']!;
    expect(host).toMatchObject({
      network_mode: 'host',
      environment: { CASETRAIL_HOST: '127.0.0.1' },
    });
    expect(compose.services['eventstoredb-development']!.ports).toEqual(['127.0.0.1:2113:2113']);
  });

  it('no volume and no secret is shared with the rest', () => {
    const used = (of: typeof services) =>
      of.flatMap(([, service]) => mountsOf(service).map(({ host }) => host));
    const shared = used(development).filter((host) => used(others).includes(host));
    expect([...shared, ...development.flatMap(([, { secrets = [] }]) => secrets)]).toEqual([]);
  });
});

it('every volume is used', () => {
  const used = new Set(
    services.flatMap(([, service]) => mountsOf(service).map(({ host }) => host)),
  );
  expect(Object.keys(compose.volumes).filter((volume) => !used.has(volume))).toEqual([]);
});
