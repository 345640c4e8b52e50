/**
 * Writes docs/reference/mapping.schema.json from the declaration in libs/modules/exchange/xes/mapping.ts:
 * `node_modules/.bin/node --conditions=source tools/write-mapping-schema.ts`.
 */
import { writeFileSync } from 'node:fs';
import { format } from 'prettier';
import { mappingJsonSchema } from '../libs/modules/exchange/xes/mapping.ts';

const file = new URL('../docs/reference/mapping.schema.json', import.meta.url);
writeFileSync(
  file,
  await format(JSON.stringify(mappingJsonSchema()), { parser: 'json', printWidth: 100 }),
);
