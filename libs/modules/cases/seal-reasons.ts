import { type Sealer } from '#infra/vault/sealer';
import { type Reason } from './case.events.ts';
import { type ReasonDto } from './case-fields.dto.ts';

/** Reasons as events hold them: what the reviewer wrote goes to the vault. @param scope where in the request. */
export function sealReasons(
  reasons: readonly ReasonDto[],
  sealer: Sealer,
  scope = 'reasons',
): Promise<readonly Reason[]> {
  return Promise.all(
    reasons.map(async ({ code, pointer, text }, index): Promise<Reason> => {
      const sealed = text && (await sealer.seal(`${scope}/${index}/text`, 'text', text));
      return {
        code,
        ...(pointer ? { pointer: plainPointer(pointer) } : {}),
        ...(sealed ? { textRef: sealed.ref } : {}),
      };
    }),
  );
}

function plainPointer({ material, field }: NonNullable<ReasonDto['pointer']>) {
  return {
    ...(material === undefined ? {} : { material }),
    ...(field === undefined ? {} : { field }),
  };
}
