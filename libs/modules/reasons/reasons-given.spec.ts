import { allReasons, findReason, reasonForApplicant, renderReason } from './reasons.ts';
import { pointerFits, reasonsForApplicant } from './reasons-given.ts';

const hidden = allReasons().filter(({ neutral }) => neutral !== undefined);

describe('a reason that is not for the applicant', () => {
  it.each(hidden.map(({ code }) => [code]))(
    '%s is rendered as its neutral code, family included',
    (code) => {
      for (const locale of ['zh-CN', 'en'] as const)
        expect(renderReason(code, locale, 'applicant')).toEqual(
          renderReason(reasonForApplicant(code), locale, 'applicant'),
        );
    },
  );

  it('is not told by the words, the steps or the prospects of its neutral code', () => {
    const neutrals = new Set(hidden.map(({ code }) => reasonForApplicant(code)));
    expect(neutrals.size).toBeGreaterThan(0);
    for (const neutral of neutrals) {
      const { applicant, guidance, mendable } = findReason(neutral)!;
      expect(mendable).toBe(true);
      const said = JSON.stringify([applicant, guidance]);
      expect(said).not.toMatch(/fraud|forg|suspect|sanction|investigat|stolen|block|watch/i);
      expect(said).not.toMatch(/欺诈|伪造|怀疑|嫌疑|疑似|制裁|调查|冒用|名单|篡改/);
    }
  });

  it('leaves behind the reviewer’s words and the field', () => {
    const pointer = { material: 'identity', field: 'number' };
    const given = { pointer, textRef: 'vault-ref' };
    expect(reasonsForApplicant([{ code: 'sanctions-hit', ...given }])).toEqual([
      { code: 'information-not-confirmed' },
    ]);
    expect(reasonsForApplicant([{ code: 'suspected-forgery', ...given }])).toEqual([
      { code: 'document-not-usable', pointer: { material: 'identity' } },
    ]);
  });

  it('cannot be counted: several come out as one', () => {
    const given = [{ code: 'sanctions-hit' }, { code: 'suspected-fraud' }, { code: 'blocklisted' }];
    expect(reasonsForApplicant(given)).toEqual([{ code: 'information-not-confirmed' }]);
  });

  it('does not swallow the words of an ordinary reason of the same neutral code', () => {
    const ordinary = { code: 'information-not-confirmed', textRef: 'vault-ref' };
    expect(reasonsForApplicant([{ code: 'sanctions-hit' }, ordinary])).toEqual([ordinary]);
    expect(reasonsForApplicant([ordinary, { code: 'sanctions-hit' }])).toEqual([ordinary]);
  });

  it('leaves every text that was written for the applicant, also two about the same', () => {
    const about = { code: 'name-mismatch', pointer: { material: 'identity', field: 'name' } };
    const [first, second] = ['ref-1', 'ref-2'].map((textRef) => ({ ...about, textRef }));
    expect(reasonsForApplicant([about, first!, second!, first!])).toEqual([first, second]);
  });

  it('can be an open one that the reviewer restricted', () => {
    const given = { code: 'name-mismatch', pointer: { field: 'name' }, restricted: true };
    expect(reasonsForApplicant([given])).toEqual([{ code: 'information-not-confirmed' }]);
  });

  it('can be one that this build does not know', () => {
    expect(reasonsForApplicant([{ code: 'of-a-later-build', textRef: 'vault-ref' }])).toEqual([
      { code: 'information-not-confirmed' },
    ]);
  });

  it('leaves open reasons as they were given, in their order', () => {
    const given = [
      { code: 'page-missing', pointer: { material: 'identity' } },
      { code: 'name-mismatch', pointer: { material: 'identity', field: 'name' }, textRef: 'ref' },
    ];
    expect(reasonsForApplicant(given)).toEqual(given);
  });
});

describe('the pointer of a reason', () => {
  it.each([
    ['name-mismatch', { material: 'identity', field: 'name' }, true],
    ['name-mismatch', { material: 'identity' }, false],
    ['page-missing', { material: 'identity' }, true],
    ['page-missing', undefined, false],
    ['documents-disagree', { field: 'name' }, true],
    ['documents-disagree', {}, false],
    ['internal-error', undefined, true],
    ['internal-error', { material: 'identity' }, false],
    ['of-a-later-build', undefined, false],
  ])('of %s, %j: %s', (code, pointer, fits) => {
    expect(pointerFits(code, pointer)).toBe(fits);
  });
});
