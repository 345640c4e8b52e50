/**
 * The only reader of the environment. What it returns is typed, checked and frozen; what is wrong is
 * told all at once, each setting by name with what to do, and never with its value.
 */
import { readFileSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import { type z } from 'zod';
import { isLoopbackAddress, isLoopbackHost } from '#infra/auth/loopback';
import {
  SERVER_ROLES,
  SETTINGS,
  type Setting,
  type SettingKey,
  type SettingValues,
} from './settings.ts';

const PREFIX = 'CASETRAIL_';

/** Read by the tests and by nothing else, and likely to be set where a server is started for one. */
const NOT_OURS = new Set(['CASETRAIL_TEST_DATA']);

export interface Config extends SettingValues {
  /** Started with --demo: demonstration data, the development issuer, and keys made when missing. */
  readonly demo: boolean;
  /** NODE_ENV is production. */
  readonly production: boolean;
}

export interface ConfigSources {
  /** Arguments after the program's name. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** For a command-line tool, to which nobody signs in; `argv` then holds only these flags. */
  readonly tool?: boolean;
  /** Reads the file that `--config <path>` names. */
  readonly readFile?: (path: string) => string;
}

/** Names every setting at fault, with its remedy. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';

  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`The settings are not good:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.faults = faults;
  }
}

interface Flags {
  readonly demo: boolean;
  readonly configFile?: string;
}

function flagsOf(argv: readonly string[]): Flags {
  let demo = false;
  let configFile: string | undefined;
  for (let at = 0; at < argv.length; at++) {
    const argument = argv[at]!;
    if (argument === '--demo') demo = true;
    else if (argument === '--config' && argv[at + 1]) configFile = argv[++at];
    else throw new SettingsError([`Unknown argument. Known are --demo and --config <file.json>.`]);
  }
  return { demo, ...(configFile !== undefined && { configFile }) };
}

type Given = ReadonlyMap<string, { readonly value: string; readonly from: string }>;

function fromFile(path: string, read: (path: string) => string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(read(path));
  } catch {
    throw new SettingsError([`The settings file cannot be read as JSON: ${path}`]);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new SettingsError([`The settings file must hold one JSON object: ${path}`]);
  return parsed as Record<string, unknown>;
}

/** What was set, by the setting's name. The environment goes before the file. */
function collect({ env, readFile }: ConfigSources, file: string | undefined): Given {
  const given = new Map<string, { value: string; from: string }>();
  const read = readFile ?? ((path: string) => readFileSync(path, 'utf8'));
  for (const [name, value] of Object.entries(file === undefined ? {} : fromFile(file, read))) {
    const isPlain = typeof value === 'string' || typeof value === 'number';
    given.set(name, { value: isPlain ? String(value) : '', from: `${name} in the settings file` });
  }
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith(PREFIX) || NOT_OURS.has(name) || value === undefined) continue;
    given.set(name.slice(PREFIX.length), { value, from: name });
  }
  return given;
}

/** What a form of several parts says of the value, which it does not repeat, with what to do; else the setting's remedy. */
function saidOf({ issues }: z.ZodError, { remedy }: Setting): string {
  for (const issue of issues) {
    const says: unknown = issue.code === 'custom' ? issue.params?.['says'] : undefined;
    if (typeof says === 'string') return says;
  }
  return remedy;
}

function parse(given: Given): SettingValues {
  const faults: string[] = [];
  const values: Partial<Record<SettingKey, unknown>> = {};
  const unknown = new Set(given.keys());
  for (const [key, setting] of Object.entries(SETTINGS) as [SettingKey, Setting][]) {
    const entry = given.get(setting.name);
    unknown.delete(setting.name);
    const text = entry?.value ?? setting.default;
    if (text === undefined) continue;
    const result = setting.schema.safeParse(text);
    if (result.success) values[key] = result.data;
    else faults.push(`${entry?.from ?? setting.name}: ${saidOf(result.error, setting)}`);
  }
  for (const name of unknown)
    faults.push(`${given.get(name)!.from}: there is no such setting; check its spelling.`);
  if (faults.length > 0) throw new SettingsError(faults);
  return values as SettingValues;
}

function liesWithin(folder: string, path: string): boolean {
  const way = relative(resolve(folder), resolve(path));
  return way === '' || (!way.startsWith('..') && !isAbsolute(way));
}

/** What no setting can say alone. */
function contradictions(config: Config, tool: boolean): string[] {
  const faults: string[] = [];
  const { demo, production, host, jwtIssuer, jwtJwks } = config;
  if (liesWithin(config.dataFolder, config.keyFile))
    faults.push(
      'CASETRAIL_KEY_FILE: it lies in the data folder, whose backups it would open; move it out.',
    );
  if (demo && production)
    faults.push('--demo: it never runs when NODE_ENV is production; leave one of them out.');
  if (demo && !isLoopbackHost(host) && !isLoopbackAddress(host))
    faults.push('CASETRAIL_HOST: with --demo only this machine may connect; give 127.0.0.1.');
  if (SERVER_ROLES.some((role) => !config.roles.includes(role)))
    faults.push(
      'CASETRAIL_ROLES: one process serves from an embedded store, and does both; leave the setting out.',
    );
  if ((jwtIssuer === undefined) !== (jwtJwks === undefined))
    faults.push('CASETRAIL_JWT_ISSUER and CASETRAIL_JWT_JWKS: give both or neither.');
  else if (!tool && !demo && jwtIssuer === undefined)
    faults.push(
      'CASETRAIL_JWT_ISSUER and CASETRAIL_JWT_JWKS: without them nobody can sign in; give both, or start with --demo to try things out.',
    );
  if (config.sweepGraceMs <= config.requestDeadlineMs + config.receiveTimeoutMs)
    faults.push(`CASETRAIL_SWEEP_GRACE_MS: ${SETTINGS.sweepGraceMs.remedy}`);
  return faults;
}

/** @throws SettingsError naming everything that is wrong, without any value */
export function loadConfig(sources: ConfigSources): Config {
  const { demo, configFile } = flagsOf(sources.argv);
  const values = parse(collect(sources, configFile));
  const config: Config = { ...values, demo, production: sources.env['NODE_ENV'] === 'production' };
  const faults = contradictions(config, sources.tool ?? false);
  if (faults.length > 0) throw new SettingsError(faults);
  return Object.freeze(config);
}

/** The table of all settings, for docs/reference. */
export function configMarkdown(): string {
  const rows = (Object.values(SETTINGS) as Setting[]).map(
    ({ name, description, default: fallback }) =>
      `| \`${PREFIX}${name}\` | ${description} | ${fallback === undefined ? '-' : `\`${fallback}\``} |`,
  );
  return ['| setting | meaning | default |', '| --- | --- | --- |', ...rows, ''].join('\n');
}
