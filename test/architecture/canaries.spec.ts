/**
 * The tools that guard the architecture are tried themselves: a small tree that keeps every rule, and
 * in it one file for each rule that breaks it. A tool that says green to these says nothing of ours.
 */
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
const require = createRequire(import.meta.url);

interface Run {
  readonly out: string;
  readonly failed: boolean;
}

function run(folder: string, script: string, ...args: readonly string[]): Promise<Run> {
  return new Promise((done) =>
    execFile(
      process.execPath,
      [join(ROOT, 'node_modules', script), ...args],
      { cwd: folder, maxBuffer: 64 * 1024 * 1024 },
      (error, out) => done({ out, failed: error !== null }),
    ),
  );
}

type Files = Readonly<Record<string, string>>;

/** What keeps every rule. */
const SOUND: Files = {
  'libs/kernel/words.ts': 'export const words = 1;\n',
  'libs/infra/store/store.port.ts':
    "import { words } from '#kernel/words';\nexport interface Store { readonly words: typeof words }\n",
  'libs/infra/store/sqlite/sqlite-store.ts':
    "import { type Store } from '../store.port.ts';\nexport const store: Store = { words: 1 };\n",
  'libs/modules/cats/index.ts': "export { decide } from './cat.decide.ts';\n",
  'libs/modules/cats/cat.decide.ts':
    "import { z } from 'zod';\nimport { words } from '#kernel/words';\nexport const decide = [words, z];\n",
  'libs/modules/dogs/dog.controller.ts':
    "import { type Store } from '#infra/store/store.port';\nimport { decide } from '#modules/cats/index';\nexport const dog = (store: Store) => [store, decide];\n",
  'libs/processes/chase.process.ts':
    "import { decide } from '#modules/cats/index';\nexport const chase = decide;\n",
  'apps/server/src/main.ts':
    "import { store } from '#infra/store/sqlite/sqlite-store';\nimport { dog } from '#modules/dogs/dog.controller';\nimport { chase } from '#processes/chase.process';\nexport const all = [dog(store), chase];\n",
  'node_modules/zod/package.json': '{ "name": "zod", "main": "index.js" }',
  'node_modules/zod/index.js': 'exports.z = 1;\n',
  'node_modules/zod/index.d.ts': 'export declare const z: 1;\n',
  'node_modules/clever/package.json': '{ "name": "clever", "main": "index.js" }',
  'node_modules/clever/index.js': 'exports.clever = 1;\n',
};

interface Plant {
  readonly rule: string;
  readonly file: string;
  readonly text: string;
  /** Other files that the plant needs. */
  readonly with?: Files;
}

const imports = (name: string): string =>
  `import * as it from '${name}';\nexport const one = it;\n`;

/** A file that breaks a rule, one at the least for every rule. */
const PLANTS: readonly Plant[] = [
  {
    rule: 'no-cycles',
    file: 'libs/kernel/about.ts',
    text: imports('./round.ts'),
    with: { 'libs/kernel/round.ts': imports('./about.ts') },
  },
  { rule: 'no-orphans', file: 'libs/kernel/forgotten.ts', text: 'export const forgotten = 1;\n' },
  { rule: 'unresolved', file: 'libs/kernel/lost.ts', text: imports('./nowhere.ts') },
  {
    rule: 'kernel-knows-nobody',
    file: 'libs/kernel/curious.ts',
    text: imports('#infra/store/store.port'),
  },
  {
    rule: 'infra-knows-only-the-kernel',
    file: 'libs/infra/store/nosy.ts',
    text: imports('#modules/cats/index'),
  },
  {
    rule: 'infra-knows-only-the-kernel',
    file: 'libs/infra/store/nosy-typed.ts',
    text: "import { type decide } from '#modules/cats/index';\nexport type One = typeof decide;\n",
  },
  {
    rule: 'pure-files-import-pure-files-and-the-kernel',
    file: 'libs/modules/cats/clever.decide.ts',
    text: imports('clever'),
  },
  {
    rule: 'pure-files-import-pure-files-and-the-kernel',
    file: 'libs/modules/cats/stored.state.ts',
    text: imports('#infra/store/store.port'),
  },
  {
    rule: 'pure-files-import-no-node',
    file: 'libs/modules/cats/reading.view.ts',
    text: imports('node:fs'),
  },
  {
    rule: 'pure-files-import-no-node',
    file: 'libs/processes/reading.process.ts',
    text: imports('fs'),
  },
  {
    rule: 'pure-files-reach-no-infrastructure-by-a-detour',
    file: 'libs/modules/cats/detour.decide.ts',
    text: imports('./storing.ts'),
    with: { 'libs/modules/cats/storing.ts': imports('#infra/store/store.port') },
  },
  {
    rule: 'pure-files-reach-no-node-by-a-detour',
    file: 'libs/modules/cats/sly.events.ts',
    text: imports('./helping.ts'),
    with: { 'libs/modules/cats/helping.ts': imports('node:fs') },
  },
  {
    rule: 'modules-meet-at-their-doors',
    file: 'libs/modules/dogs/digging.ts',
    text: imports('#modules/cats/cat.decide'),
  },
  {
    rule: 'modules-meet-at-their-doors',
    file: 'libs/modules/dogs/climbing.ts',
    text: imports('../cats/cat.decide.ts'),
  },
  {
    rule: 'processes-import-doors',
    file: 'libs/processes/digging.process.ts',
    text: imports('#modules/cats/cat.decide'),
  },
  {
    rule: 'modules-know-no-process',
    file: 'libs/modules/dogs/driven.ts',
    text: imports('#processes/chase.process'),
  },
  {
    rule: 'modules-import-ports-never-adapters',
    file: 'libs/modules/dogs/adapted.controller.ts',
    text: imports('#infra/store/sqlite/sqlite-store'),
  },
  {
    rule: 'libs-know-no-app',
    file: 'libs/infra/store/upward.ts',
    text: imports('../../../apps/server/src/main.ts'),
  },
  {
    rule: 'only-specs-import-test-help',
    file: 'libs/modules/dogs/helped.ts',
    text: imports('./dog.testkit.ts'),
    with: { 'libs/modules/dogs/dog.testkit.ts': 'export const kit = 1;\n' },
  },
];

/** What no pure file may name, and the same in a file that is not pure. */
const IMPURE: readonly (readonly [what: string, text: string])[] = [
  ['Date', 'export const now = new Date();\n'],
  ['Date.now', 'export const now = Date.now();\n'],
  ['Temporal.Now', 'export const now = Temporal.Now.instant();\n'],
  ['Math.random', 'export const dice = Math.random();\n'],
  ['process', 'export const home = process.env;\n'],
  ['setTimeout', 'export const wait = setTimeout;\n'],
  ['setInterval', 'export const wait = setInterval;\n'],
  ['setImmediate', 'export const wait = setImmediate;\n'],
  ['fetch', "export const page = fetch('https://example.org');\n"],
  ['crypto', 'export const id = crypto.randomUUID();\n'],
  ['console', "console.warn('x');\nexport const one = 1;\n"],
  ['node:fs', "import { readFileSync } from 'node:fs';\nexport const read = readFileSync;\n"],
  ['nest', "import { Injectable } from '@nestjs/common';\nexport const one = Injectable;\n"],
  ['infra', "import { store } from '#infra/store/store.port';\nexport const one = store;\n"],
];
const PURE = ['events', 'state', 'decide', 'decider', 'violations', 'view', 'process'];

/** Everywhere, pure or not. */
const CARELESS: readonly (readonly [rule: string, text: string])[] = [
  ['@typescript-eslint/no-explicit-any', 'export const any: any = 1;\n'],
  ['eqeqeq', 'export const same = (a: number, b: number) => a == b;\n'],
  ['no-console', "console.log('x');\nexport const one = 1;\n"],
  [
    'max-lines-per-function',
    `export function long() {\n  return [\n${'    1,\n'.repeat(90)}  ];\n}\n`,
  ],
];

let folder: string;

function put(files: Files): void {
  for (const [file, text] of Object.entries(files)) {
    const path = join(folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'casetrail-architecture-'));
  for (const file of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json'])
    copyFileSync(join(ROOT, file), join(folder, file));
  put({
    ...SOUND,
    // The rules apply below the folder that the file lies in; its packages are those of the root.
    'eslint.config.js': `export { default } from '${join(ROOT, 'eslint.config.js')}';\n`,
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Broken {
  readonly from: string;
  readonly rule: { readonly name: string };
}

async function cruise(): Promise<{ readonly broken: readonly Broken[]; readonly failed: boolean }> {
  const { out, failed } = await run(
    folder,
    'dependency-cruiser/bin/dependency-cruiser.mjs',
    ...['--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'apps', 'libs'],
  );
  const { summary } = JSON.parse(out) as {
    summary: { violations: readonly Broken[]; totalCruised: number };
  };
  expect(summary.totalCruised).toBeGreaterThan(5);
  return { broken: summary.violations, failed };
}

describe('the rules of imports', () => {
  let found: readonly string[];

  it('find nothing in a tree that keeps them', async () => {
    expect((await cruise()).broken).toEqual([]);
  });

  it('find what was planted, and end with an error', async () => {
    for (const { file, text, with: others = {} } of PLANTS) put({ [file]: text, ...others });
    const { broken } = await cruise();
    found = broken.map(({ from, rule }) => `${rule.name}: ${from}`);
    expect(found.length).toBeGreaterThanOrEqual(PLANTS.length);
    const told = await run(
      folder,
      'dependency-cruiser/bin/dependency-cruiser.mjs',
      ...['--config', '.dependency-cruiser.cjs', 'libs/modules/dogs'],
    );
    expect(told.failed).toBe(true);
  });

  it.each(PLANTS)('$rule finds $file', ({ rule, file }) => {
    expect(found).toContain(`${rule}: ${file}`);
  });

  it('have each a file planted against them', () => {
    const { forbidden } = require(join(ROOT, '.dependency-cruiser.cjs')) as {
      forbidden: readonly { readonly name: string; readonly severity: string }[];
    };
    expect(new Set(PLANTS.map(({ rule }) => rule))).toEqual(
      new Set(forbidden.map(({ name }) => name)),
    );
    expect(forbidden.every(({ severity }) => severity === 'error')).toBe(true);
  });
});

describe('the rules of what a file may name', () => {
  interface Message {
    readonly ruleId: string | null;
    readonly severity: number;
  }
  let rulesBroken: ReadonlyMap<string, readonly string[]>;
  const fileOf = (what: string, suffix: string): string =>
    `libs/modules/birds/${what.toLowerCase().replaceAll(/[^a-z]/g, '-')}.${suffix}.ts`;

  beforeAll(async () => {
    for (const [what, text] of IMPURE) {
      for (const suffix of [...PURE, 'controller']) put({ [fileOf(what, suffix)]: text });
    }
    for (const [rule, text] of CARELESS) put({ [fileOf(rule, 'handler')]: text });
    put({ 'libs/processes/timed.process.ts': IMPURE[0]![1] });
    const { out, failed } = await run(
      folder,
      'eslint/bin/eslint.js',
      ...['--format', 'json', 'libs/modules', 'libs/processes'],
    );
    expect(failed).toBe(true);
    const files = JSON.parse(out) as { filePath: string; messages: readonly Message[] }[];
    rulesBroken = new Map(
      files.map(({ filePath, messages }) => [
        relative(folder, filePath),
        messages.flatMap(({ ruleId, severity }) => (severity === 2 ? [String(ruleId)] : [])),
      ]),
    );
  });

  const restricted = (file: string): readonly string[] =>
    rulesBroken.get(file)!.filter((rule) => rule.startsWith('no-restricted-'));

  it.each(IMPURE.map(([what]) => what))('%s is found in a pure file of every kind', (what) => {
    const unseen = PURE.filter((suffix) => restricted(fileOf(what, suffix)).length === 0);
    expect(unseen).toEqual([]);
  });

  it.each(IMPURE.map(([what]) => what))('%s is left alone where it belongs', (what) => {
    expect(restricted(fileOf(what, 'controller'))).toEqual([]);
  });

  it('a process is pure', () => {
    expect(restricted('libs/processes/timed.process.ts')).not.toEqual([]);
  });

  it('a sound file breaks none', () => {
    expect(rulesBroken.get('libs/modules/cats/cat.decide.ts')).toEqual([]);
  });

  it.each(CARELESS.map(([rule]) => rule))('%s is found', (rule) => {
    expect(rulesBroken.get(fileOf(rule, 'handler'))).toContain(rule);
  });
});
