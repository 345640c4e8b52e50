/** What the server lists as known is whole: nothing that is declared is left out, or left untold. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { EventCatalogue } from '#kernel/event-definition';
import { type GoldenSamples } from '#kernel/testing/golden';
import { type ViolationSpec } from '#kernel/violation';
import { catalogue, processes, views, violations } from '../../apps/server/src/catalogue.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const files = ['libs', 'apps', 'test'].flatMap((area) =>
  readdirSync(join(ROOT, area), { recursive: true, encoding: 'utf8' }).map((file) =>
    join(area, file),
  ),
);
const ending = (suffix: string): readonly string[] =>
  files.filter((file) => file.endsWith(suffix)).sort();
const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const exportsOf = async (file: string): Promise<readonly unknown[]> =>
  Object.values((await import(join(ROOT, file))) as object);

const released = catalogue.definitions.flatMap(({ type, schemaVersion }) =>
  Array.from({ length: schemaVersion }, (_, before) => `${type} ${before + 1}`),
);

describe('the events that the server knows', () => {
  it.each(ending('.events.ts'))('are all of %s', async (file) => {
    const own = (await exportsOf(file)).filter((it) => it instanceof EventCatalogue);
    const declared = own.flatMap(({ definitions }) => definitions.map(({ type }) => type));
    expect(declared).not.toEqual([]);
    expect(declared.filter((type) => !catalogue.find(type))).toEqual([]);
  });

  it('have each a golden sample of every version ever released', () => {
    const sampled = ending('.golden.json').flatMap((file) =>
      (JSON.parse(textOf(file)) as GoldenSamples).samples.map(
        ({ type, schemaVersion }) => `${type} ${schemaVersion}`,
      ),
    );
    expect(released.filter((version) => !sampled.includes(version))).toEqual([]);
  });

  it.each(ending('.golden.json'))('are replayed from %s by a spec', (file) => {
    const name = file.split('/').at(-1)!;
    const replaying = ending('.golden.spec.ts').filter((spec) => textOf(spec).includes(name));
    expect(replaying).toHaveLength(1);
  });

  it('land in the audit trail, every one of them', () => {
    const audit = views.find(({ name }) => name === 'audit-trail')!;
    expect([...audit.handles].sort()).toEqual(catalogue.definitions.map(({ type }) => type).sort());
  });

  it('are all that views and processes follow', () => {
    for (const { name, handles } of [...views, ...processes]) {
      expect([name, handles.filter((type) => !catalogue.find(type))]).toEqual([name, []]);
    }
  });
});

describe('the violations that the server knows', () => {
  const specs = ending('.spec.ts').map(textOf).join('\n');
  const known = violations.flatMap((one) => Object.entries(one));

  it.each(ending('.violations.ts'))('are all of %s', async (file) => {
    const own = (await exportsOf(file)).filter((it) => typeof it === 'object');
    expect(own.filter((one) => (violations as readonly unknown[]).includes(one))).toHaveLength(1);
  });

  it.each<[string, ViolationSpec]>(known)('%s is told in both languages', (_code, { en, zhCN }) => {
    expect(en).toMatch(/^[A-Z{][\x20-\x7e‘’“”–…]+[.?}]$/);
    expect(zhCN).toMatch(/\p{Script=Han}.*[。？}]$/u);
  });

  const helping = known.flatMap(([code, { action }]) => (action ? [[code, action] as const] : []));

  it.each(helping)('what to do about %s is told in both languages', (_code, { en, zhCN }) => {
    expect(en).toMatch(/^[A-Z][\x20-\x7e‘’“”–…]+\.$/);
    expect(zhCN).toMatch(/\p{Script=Han}.*。$/u);
  });

  it.each(['own-account', 'decided-before', 'conflict-declared', 'staff-own-roles'])(
    '%s sends nobody for a role that would not help',
    (code) => {
      expect(helping.map(([helped]) => helped)).toContain(code);
    },
  );

  it.each(known.map(([code]) => code))('%s is what some spec is about', (code) => {
    expect(["'", '"', '`'].some((quote) => specs.includes(quote + code + quote))).toBe(true);
  });
});

describe('the views and processes that run', () => {
  it.each([
    ...ending('.view.ts').map((file) => [file, views] as const),
    ...ending('.process.ts').map((file) => [file, processes] as const),
  ])('hold that of %s', (file, running) => {
    const names = [...textOf(file).matchAll(/^ {2,4}name: '([a-z-]+)',$/gm)].map(
      ([, name]) => name,
    );
    expect(names).toHaveLength(1);
    expect(running.map(({ name }) => name)).toContain(names[0]);
  });

  it.each([
    ['views', views],
    ['processes', processes],
  ])('have names of their own: %s', (_what, running) => {
    const names = running.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
