/** The codes that the domain asks for, at the least, written by hand from its table: family, code, and whether it can usually be mended. */
import { allReasons, findReason } from './reasons.ts';
import { LOCALES, type ReasonFamily } from './reason.types.ts';

const ASKED: Readonly<Record<ReasonFamily, Readonly<Record<string, readonly [string, boolean]>>>> =
  {
    information_mismatch: {
      'name differs': ['name-mismatch', true],
      'ID number differs': ['id-number-mismatch', true],
      'date of birth differs': ['birth-date-mismatch', true],
      'licence number differs': ['licence-number-mismatch', true],
      'legal representative differs': ['legal-representative-mismatch', true],
      'address differs': ['address-mismatch', true],
      'contact differs': ['contact-mismatch', true],
      'check digit of an ID number wrong': ['id-number-check-digit', true],
      'check character of a credit code wrong': ['credit-code-check-character', true],
    },
    connectivity: {
      'upload interrupted': ['upload-interrupted', true],
      'submission timed out': ['submission-timed-out', true],
      'session expired mid-submission': ['session-expired', true],
    },
    incomplete_materials: {
      'required material missing': ['material-missing', true],
      'required page missing': ['page-missing', true],
      'required side missing': ['side-missing', true],
      'required field missing': ['field-missing', true],
      illegible: ['illegible', true],
      cropped: ['cropped', true],
      expired: ['document-expired', true],
      'wrong type': ['material-wrong-type', true],
      'password-protected file': ['file-password-protected', true],
    },
    system_failure: {
      maintenance: ['maintenance', true],
      'provider unavailable': ['provider-unavailable', true],
      'internal error': ['internal-error', true],
    },
    account_abnormal: {
      frozen: ['account-frozen', true],
      banned: ['account-banned', false],
      'complaint open': ['complaint-open', true],
      'duplicate identity': ['duplicate-identity', false],
      compromised: ['account-compromised', true],
    },
    policy_change: {
      'requirement added': ['requirement-added', true],
      'material no longer accepted': ['material-no-longer-accepted', true],
      'threshold changed': ['threshold-changed', true],
    },
  };

/** What the steps of a family come to, in the words of each language. */
const GUIDANCE: Readonly<Record<ReasonFamily, Readonly<Record<'en' | 'zh-CN', RegExp>>>> = {
  information_mismatch: { en: /compare|correct|check/i, 'zh-CN': /核对|对照|更正|检查/ },
  connectivity: { en: /network|continue|sign in|again/i, 'zh-CN': /网络|继续|登录|重新/ },
  incomplete_materials: {
    en: /upload|fill|photograph|scan|add|supply/i,
    'zh-CN': /上传|填写|补充|补齐|拍/,
  },
  system_failure: { en: /wait|support|kept/i, 'zh-CN': /等待|客服|保存/ },
  account_abnormal: { en: /account|unfre|complaint|support/i, 'zh-CN': /账户|解冻|解除|投诉|客服/ },
  policy_change: { en: /changed|new|add/i, 'zh-CN': /变更|新|调整|补充/ },
};

const rows = Object.entries(ASKED).flatMap(([family, codes]) =>
  Object.entries(codes).map(
    ([meaning, [code, mendable]]) => [family as ReasonFamily, meaning, code, mendable] as const,
  ),
);

describe('the codes that the domain asks for', () => {
  it.each(rows)('%s: %s is %s', (family, _meaning, code, mendable) => {
    const reason = findReason(code);
    expect(reason).toMatchObject({ family, mendable });
    expect(reason?.neutral).toBeUndefined();
    for (const locale of LOCALES)
      expect(reason?.guidance[locale].join('\n')).toMatch(GUIDANCE[family][locale]);
  });

  it.each(['account-frozen', 'account-compromised'])(
    'tell an account that is frozen (%s) whom to ask for the freeze to be lifted',
    (code) => {
      const { guidance } = findReason(code)!;
      expect(guidance.en.join()).toMatch(/ask the platform's support to have the freeze lifted/i);
      expect(guidance['zh-CN'].join()).toMatch(/联系平台客服.*解除冻结/);
    },
  );

  it('send nobody to a request for unfreezing, which no route takes', () => {
    for (const { applicant, guidance } of allReasons()) {
      expect([applicant.en, ...guidance.en].join()).not.toMatch(/unfreez|unfrozen|file an? /i);
      const told = [applicant['zh-CN'], ...guidance['zh-CN']].join();
      expect(told).not.toMatch(/解冻申请|提交解除冻结|解除冻结申请/);
    }
  });

  it('keep fraud and sanctions from the applicant', () => {
    for (const code of ['suspected-fraud', 'sanctions-hit'])
      expect(findReason(code)).toMatchObject({ neutral: 'information-not-confirmed' });
  });
});

describe('every reason', () => {
  it.each(allReasons().map((reason) => [reason.code, reason] as const))(
    '%s is worded for each reader in its own language, step by step',
    (_code, { applicant, reviewer, guidance }) => {
      for (const text of [applicant, reviewer]) {
        expect(text.en).toMatch(/^[A-Z].*\.$/s);
        expect(text['zh-CN']).toMatch(/\p{Script=Han}.*。$/su);
      }
      expect(guidance.en).toHaveLength(guidance['zh-CN'].length);
      for (const step of guidance.en) expect(step).not.toMatch(/\p{Script=Han}/u);
      for (const step of guidance['zh-CN']) expect(step).toMatch(/\p{Script=Han}/u);
    },
  );
});
