/** The Dockerfile and what it rests on: package.json, the build, the route that its health check asks. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '#infra/config/config';
import openapi from '../../docs/reference/openapi.json' with { type: 'json' };
import {
  copiedFromCheckout,
  environmentOf,
  readDockerfile,
  restsOf,
} from './dockerfile.testkit.ts';

const ROOT = new URL('../../', import.meta.url);
const textOf = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');
const isThere = (path: string) => existsSync(fileURLToPath(new URL(path, ROOT)));

const { defaults, stages } = readDockerfile(new URL('Dockerfile', ROOT));
const [build, dependencies, runtime] = stages;
const pkg = JSON.parse(textOf('package.json')) as {
  engines: { node: string };
  bin: { casetrail: string };
  scripts: { start: string };
  imports: Record<string, { default: string }>;
};
const command = JSON.parse(restsOf(runtime!, 'CMD')[0]!) as string[];

/** The source that a file of the build is made of. */
const sourceOf = (built: string) => built.replace(/^dist\//, '').replace(/\.js$/, '.ts');

describe('the image', () => {
  it('is built in one stage, has its dependencies from another, and is the third', () => {
    expect(stages.map(({ name }) => name)).toEqual(['build', 'dependencies', 'runtime']);
    const bases = new Set(stages.map(({ base }) => base));
    expect([...bases]).toEqual(['${NODE_IMAGE}']);
  });

  it('has the Node that package.json asks for', () => {
    const [, major] = /^node:(\d+)-slim$/.exec(defaults.get('NODE_IMAGE')!)!;
    expect(pkg.engines.node).toBe(`>=${major}`);
  });

  it('is built from what the build reads, and from what is there', () => {
    const copied = copiedFromCheckout(build!);
    const { compilerOptions } = JSON.parse(textOf('nest-cli.json')) as {
      compilerOptions: { tsConfigPath: string };
    };
    const config = JSON.parse(textOf(compilerOptions.tsConfigPath)) as {
      extends: string;
      include: string[];
    };
    const read = [
      compilerOptions.tsConfigPath,
      config.extends.replace('./', ''),
      ...config.include,
    ];
    expect(copied).toEqual(expect.arrayContaining([...read, 'package-lock.json', 'nest-cli.json']));
    expect(copied.filter((path) => !isThere(path))).toEqual([]);
  });

  it('sends the builder what it copies, and nothing else', () => {
    const lines = textOf('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(lines[0]).toBe('*');
    const letIn = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    const copied = new Set(stages.flatMap(copiedFromCheckout));
    expect(letIn.sort()).toEqual([...copied].sort());
  });

  it('installs what the lock file says, and runs no script of a package', () => {
    const installs = stages.flatMap((stage) =>
      restsOf(stage, 'RUN').filter((rest) => /\bnpm (ci|i|install)\b/.test(rest)),
    );
    expect(installs).toEqual(['npm ci --ignore-scripts', 'npm ci --ignore-scripts --omit=dev']);
    expect(restsOf(dependencies!, 'RUN')).toEqual([installs[1]]);
  });

  it('holds package.json beside the build, as the doors of its imports lead there', () => {
    expect(copiedFromCheckout(runtime!)).toEqual(['package.json']);
    const doors = Object.values(pkg.imports).map((door) => door.default);
    expect(doors.filter((path) => !path.startsWith('./dist/'))).toEqual([]);
    const taken = restsOf(runtime!, 'COPY').filter((rest) => rest.startsWith('--from='));
    expect(taken).toEqual([
      '--from=dependencies /app/node_modules node_modules',
      '--from=build /app/dist dist',
    ]);
  });

  it('starts what npm start starts, without the demonstration, as its first process', () => {
    expect(restsOf(runtime!, 'ENTRYPOINT')).toEqual(['[]']);
    expect(`exec ${command.join(' ')} --demo`).toBe(pkg.scripts.start);
    expect(isThere(sourceOf(command.at(-1)!))).toBe(true);
  });

  it('has the operator’s commands by their name', () => {
    const { casetrail } = pkg.bin;
    expect(isThere(sourceOf(casetrail))).toBe(true);
    expect(restsOf(build!, 'RUN').join()).toContain(`chmod 755 ${casetrail}`);
    const linked = `ln -s /app/${casetrail} /usr/local/bin/casetrail`;
    expect(restsOf(runtime!, 'RUN').join()).toContain(linked);
  });

  it('runs as somebody who is not root, and does nothing as root after that', () => {
    const words = runtime!.instructions.map(({ word }) => word);
    expect(restsOf(runtime!, 'USER')).toEqual(['1000:1000']);
    expect(words.slice(words.indexOf('USER'))).not.toContain('RUN');
  });

  it('sets settings that there are, with the key outside the data', () => {
    const env = {
      ...environmentOf(runtime!),
      CASETRAIL_JWT_ISSUER: 'https://id.example.org',
      CASETRAIL_JWT_JWKS: 'https://id.example.org/keys',
    };
    const config = loadConfig({ argv: [], env });
    expect(config).toMatchObject({ production: true, host: '0.0.0.0', demo: false });
    expect(restsOf(runtime!, 'RUN').join()).toContain(` ${config.dataFolder}`);
    expect(restsOf(runtime!, 'EXPOSE')).toEqual([String(config.port)]);
  });
});

describe('the health check', () => {
  const [check = ''] = restsOf(runtime!, 'HEALTHCHECK');
  const [program, ...args] = JSON.parse(check.replace(/^.*?CMD /, '')) as [string, ...string[]];

  /** The exit code of the check where a server answers so; `undefined`: where none listens. */
  async function exitCodeAt(status: number | undefined): Promise<[number, string | undefined]> {
    let asked: string | undefined;
    const server = createServer((request, response) => {
      asked = request.url;
      response.writeHead(status!).end();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    if (status === undefined) server.close();
    const env = { ...process.env, CASETRAIL_PORT: String(port), NODE_OPTIONS: '' };
    const [code] = (await once(spawn(process.execPath, args, { env }), 'exit')) as [number];
    server.close();
    return [code, asked];
  }

  it('asks a route that is open to everybody', async () => {
    expect(program).toBe('node');
    const [, path] = await exitCodeAt(200);
    const route = openapi.paths[path as '/health/ready'];
    expect(route.get).not.toHaveProperty('security');
  });

  it.each([
    ['is well', 200, 0],
    ['is not ready', 503, 1],
    ['does not listen', undefined, 1],
  ])('says of a server that %s so', async (_, status, code) => {
    expect((await exitCodeAt(status))[0]).toBe(code);
  });

  it('gives up before whoever runs it does', () => {
    const [, seconds] = /--timeout=(\d+)s/.exec(check)!;
    const [, milliseconds] = /AbortSignal\.timeout\((\d+)\)/.exec(check)!;
    expect(Number(milliseconds)).toBeLessThan(Number(seconds) * 1_000);
  });
});
