/** The faults of a definition as problems of the fields of the request that held it. */
import { type FieldFault, HttpProblem } from '#infra/http/problem';
import { POLICY_FAULTS, type PolicyFault } from './policy.schema.ts';

/** A problem lists no more fields than this. */
const FAULTS_MAX = 20;

export function definitionProblem(faults: readonly PolicyFault[]): HttpProblem {
  return new HttpProblem('invalid-field', { fields: faults.slice(0, FAULTS_MAX).map(fieldFault) });
}

function fieldFault({ pointer, code, params = {} }: PolicyFault): FieldFault {
  const names = Object.keys(params);
  const numbered = (text: string) =>
    text.replace(/\{(\w+)\}/g, (_, name: string) => `{${names.indexOf(name)}}`);
  const { en, zhCN } = POLICY_FAULTS[code];
  return {
    field: `definition${pathOf(pointer)}`,
    rule: code,
    args: Object.values(params),
    texts: { en: numbered(en), zhCN: numbered(zhCN) },
  };
}

/** From a JSON Pointer (RFC 6901) to the form in which problems name fields. */
function pathOf(pointer: string): string {
  const steps = pointer.split('/').slice(1);
  return steps
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${step}`))
    .join('');
}
