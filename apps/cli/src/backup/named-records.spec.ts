/** Which records events name is told by the names of members: those are held against what the events declare. */
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { recordsNamedIn } from '#infra/vault/named-refs';
import { catalogue } from '../../../server/src/catalogue.ts';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const isNamed = (member: string) => recordsNamedIn({ [member]: 'x' }).length === 1;

/** Members of a JSON Schema that say to hold a reference of the vault. */
function declaredIn(schema: unknown, member = ''): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { description, type } = schema as { description?: string; type?: string };
  const declared = type === 'string' && description?.startsWith('vault reference') === true;
  const inner = Object.entries(schema).flatMap(([name, value]) => declaredIn(value, name));
  return declared ? [member, ...inner] : inner;
}

it('a member that is declared to be a reference of the vault is known to name a record', () => {
  const declared = catalogue.definitions.flatMap(({ schema }) =>
    declaredIn(z.toJSONSchema(schema, { unrepresentable: 'any' })),
  );
  expect(new Set(declared)).toEqual(
    new Set(['ref', 'nameRef', 'textRef', 'fileRef', 'statementRef']),
  );
  expect(declared.filter((member) => !isNamed(member))).toEqual([]);
});

it('of the samples of all events it is what they call a reference, and nothing else', () => {
  const samples = globSync('libs/**/*.golden.json', { cwd: ROOT });
  expect(samples.length).toBeGreaterThan(3);
  const named = samples.flatMap((file) =>
    recordsNamedIn(JSON.parse(readFileSync(ROOT + file, 'utf8'))),
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((ref) => !ref.startsWith('ref-'))).toEqual([]);
});

it('no entry of the blind index, and not what somebody asked to be shown', () => {
  expect(recordsNamedIn({ identityRef: 'a', refs: ['identity'], code: 'ref' })).toEqual([]);
});
