/**
 * Writes libs/modules/policies/policy.schema.json from the declaration in policy.definition.ts:
 * `node_modules/.bin/node --conditions=source tools/write-policy-schema.ts`.
 */
import { writeFileSync } from 'node:fs';
import { format } from 'prettier';
import { policyJsonSchema } from '../libs/modules/policies/policy.schema.ts';

const file = new URL('../libs/modules/policies/policy.schema.json', import.meta.url);
writeFileSync(
  file,
  await format(JSON.stringify(policyJsonSchema()), { parser: 'json', printWidth: 100 }),
);
