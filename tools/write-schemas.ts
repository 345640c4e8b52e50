/**
 * Writes the JSON Schemas of what people write by hand, from their declarations:
 * `node_modules/.bin/node --conditions=source tools/write-schemas.ts`.
 */
import { format } from 'prettier';
import { mappingJsonSchema } from '../libs/modules/exchange/xes/mapping.ts';
import { policyJsonSchema } from '../libs/modules/policies/policy.schema.ts';
import { settle } from './pages.ts';

const SCHEMAS: Readonly<Record<string, object>> = {
  'docs/reference/mapping.schema.json': mappingJsonSchema(),
  'libs/modules/policies/policy.schema.json': policyJsonSchema(),
};

const texts = Object.entries(SCHEMAS).map(async ([name, schema]) => {
  const text = await format(JSON.stringify(schema), { parser: 'json', printWidth: 100 });
  return [name, text] as const;
});
settle(Object.fromEntries(await Promise.all(texts)));
