import { allReasons, findReason, reasonForApplicant, renderReason } from './reasons.ts';
import { REASONS_BY_FAMILY } from './reason.catalogue.ts';
import { LOCALES, REASON_FAMILIES } from './reason.types.ts';

describe('the reason catalogue', () => {
  const reasons = allReasons();

  it('has each code once, and something in each of the six families', () => {
    const listed = Object.values(REASONS_BY_FAMILY).flatMap((family) => Object.keys(family));
    expect(new Set(listed).size).toBe(listed.length);
    expect(reasons).toHaveLength(listed.length);
    for (const family of REASON_FAMILIES) {
      expect(reasons.filter((reason) => reason.family === family).length).toBeGreaterThan(2);
    }
  });

  it.each(reasons.map((reason) => [reason.code, reason] as const))(
    '%s speaks both languages to both readers, and says what to do',
    (_code, reason) => {
      for (const locale of LOCALES) {
        expect(reason.applicant[locale]).not.toBe('');
        expect(reason.reviewer[locale]).not.toBe('');
        expect(reason.guidance[locale].length).toBeGreaterThan(0);
      }
      expect(reason.applicant['zh-CN']).toMatch(/\p{Script=Han}/u);
      expect(reason.applicant.en).not.toMatch(/\p{Script=Han}/u);
    },
  );

  it('tells the applicant a neutral code for what is not for them, in the same words', () => {
    const hidden = reasons.filter(({ neutral }) => neutral !== undefined);
    expect(hidden.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['suspected-fraud', 'sanctions-hit', 'suspected-forgery']),
    );
    for (const { code, neutral, applicant } of hidden) {
      const twin = findReason(neutral!)!;
      expect(twin.neutral).toBeUndefined();
      expect(reasonForApplicant(code)).toBe(twin.code);
      expect(applicant).toEqual(twin.applicant);
    }
  });

  it('shows the applicant a neutral code for one that this build does not know', () => {
    expect(reasonForApplicant('of-a-later-build')).toBe('information-not-confirmed');
    expect(renderReason('of-a-later-build', 'en', 'applicant').code).toBe(
      'information-not-confirmed',
    );
  });

  it('names in the account family every standing that is not good', () => {
    for (const standing of ['frozen', 'banned', 'closed']) {
      expect(findReason(`account-${standing}`)?.family).toBe('account_abnormal');
    }
  });
});
