/** The pages of docs/ and the code say the same: every path that is named is there, and no part is missing. */
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SETTINGS } from '#infra/config/settings';
import { processes, views } from '../../apps/server/src/catalogue.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  ...globSync('docs/{*,how-to/*,adr/*}.md', { cwd: ROOT }),
];

const { scripts: SCRIPTS } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  scripts: Readonly<Record<string, string>>;
};
/** The server's, and those that the tests read. */
const SETTING_NAMES = new Set([
  ...Object.values(SETTINGS).map(({ name }) => name),
  ...['SEED', 'RUNS', 'TEST_DATA'],
]);

const textOf = (page: string) => readFileSync(join(ROOT, page), 'utf8');

const foldersIn = (path: string) =>
  readdirSync(join(ROOT, path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();

describe('docs/architecture.md', () => {
  const page = textOf('docs/architecture.md');

  /** The names in the first column of the table under a heading. */
  function namedUnder(heading: string): string[] {
    const section = page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
    return [...section.matchAll(/^\| `([^`]+)` /gm)].map(([, name]) => name!).sort();
  }

  it.each([
    ['Modules', foldersIn('libs/modules')],
    ['Infra', foldersIn('libs/infra')],
    ['Views', views.map(({ name }) => name).sort()],
    ['Processes', processes.map(({ name }) => name).sort()],
    [
      'Apps and tests',
      ['apps', 'test'].flatMap((top) => foldersIn(top).map((folder) => `${top}/${folder}`)).sort(),
    ],
  ])('names all of: %s', (heading, there) => {
    expect(there.length).toBeGreaterThan(0);
    expect(namedUnder(heading)).toEqual(there);
  });

  it('finds a process by the name of its file', () => {
    const files = globSync('*.process.ts', { cwd: join(ROOT, 'libs/processes') });
    expect(namedUnder('Processes')).toEqual(
      files.map((file) => file.replace('.process.ts', '')).sort(),
    );
  });
});

describe.each(PAGES)('%s', (page) => {
  it('links only to what is there', () => {
    const links = [...textOf(page).matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, to]) => to!);
    const local = links.filter((link) => !/^[a-z]+:/.test(link));
    expect(local.filter((link) => !existsSync(join(ROOT, dirname(page), link)))).toEqual([]);
  });

  it('names only files and folders that are there', () => {
    const paths = [...textOf(page).matchAll(/`((?:apps|libs|test|tools|docs|bench)\/[\w./-]+)`/g)];
    const named = paths.map(([, path]) => path!);
    expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('names only scripts and settings that there are', () => {
    const text = textOf(page);
    const scripts = [...text.matchAll(/npm run (?:--silent )?([\w:]+)/g)].map(([, name]) => name!);
    expect(scripts.filter((name) => !(name in SCRIPTS))).toEqual([]);
    const settings = [...text.matchAll(/CASETRAIL_([A-Z_]+)/g)].map(([, name]) => name!);
    expect(settings.filter((name) => !SETTING_NAMES.has(name))).toEqual([]);
  });
});
