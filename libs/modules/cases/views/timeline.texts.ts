/** What each entry of a timeline says, in both languages. */
import { type Locale } from '#modules/reasons/index';
import { type TimelineEntry, type TimelineType } from './timeline.view.ts';

export const TIMELINE_TEXTS: Readonly<Record<TimelineType, Readonly<Record<Locale, string>>>> = {
  CaseOpened: { en: 'You began a verification.', 'zh-CN': '您开始了一项认证。' },
  PolicyChangeApplied: {
    en: 'The requirements changed; your draft was moved to the new ones.',
    'zh-CN': '认证要求有变更，您的草稿已适用新要求。',
  },
  MaterialProvided: { en: 'You provided material.', 'zh-CN': '您提供了材料。' },
  MaterialRemoved: { en: 'You took material back.', 'zh-CN': '您撤回了材料。' },
  SubmissionRefused: {
    en: 'Your submission was incomplete and did not count.',
    'zh-CN': '提交内容不完整，本次提交不计入。',
  },
  CaseSubmitted: { en: 'You submitted.', 'zh-CN': '您已提交。' },
  ScreeningFailed: {
    en: 'The automatic checks cannot be made at the moment. They are tried again, and you lose no time.',
    'zh-CN': '自动检查暂时无法进行，系统将自动重试，期间不计入时限。',
  },
  ScreeningCompleted: { en: 'The automatic checks are done.', 'zh-CN': '自动检查已完成。' },
  ReviewRequested: { en: 'A review is under way.', 'zh-CN': '正在等待人工审核。' },
  ReviewOverdue: {
    en: 'The review takes longer than usual. You need not do anything.',
    'zh-CN': '审核时间比平常更长，您无需操作。',
  },
  DueReissued: {
    en: 'When you can expect a result was worked out anew.',
    'zh-CN': '预计完成时间已重新计算。',
  },
  CaseOverdue: {
    en: 'The verification takes longer than we said. You need not do anything.',
    'zh-CN': '认证已超过预计时间，我们仍在处理，您无需操作。',
  },
  SupplementRequested: { en: 'We need more from you.', 'zh-CN': '需要您补充材料。' },
  CaseSupplemented: { en: 'You supplied what was asked for.', 'zh-CN': '您已补充材料。' },
  CaseApproved: { en: 'You are verified.', 'zh-CN': '认证已通过。' },
  CaseRejected: { en: 'The verification did not succeed.', 'zh-CN': '认证未通过。' },
  CaseAppealed: { en: 'You appealed.', 'zh-CN': '您已提出申诉。' },
  AppealEvidenceProvided: {
    en: 'You added evidence to your appeal.',
    'zh-CN': '您为申诉补充了证据。',
  },
  AppealGranted: { en: 'Your appeal was granted.', 'zh-CN': '申诉成立。' },
  AppealDismissed: { en: 'Your appeal was dismissed.', 'zh-CN': '申诉被驳回。' },
  CaseReopened: { en: 'The case is looked at again.', 'zh-CN': '案件已重新打开。' },
  CaseSuspended: {
    en: 'Your account is frozen; the case stands still and loses no time.',
    'zh-CN': '账户已冻结，案件暂停，不计入时限。',
  },
  CaseResumed: { en: 'The case goes on.', 'zh-CN': '案件继续处理。' },
  CaseWithdrawn: { en: 'The case was given up.', 'zh-CN': '案件已撤回。' },
  CaseExpired: {
    en: 'The supplement did not come in time.',
    'zh-CN': '未在期限内补充材料，案件已失效。',
  },
};

/** A ban never ends, so that no time is promised to be kept. */
export const BANNED: Readonly<Record<Locale, string>> = {
  en: 'Your account is banned; the case stands still.',
  'zh-CN': '账户已被停用，案件暂停。',
};

export function timelineText(
  { type, standing }: Pick<TimelineEntry, 'type' | 'standing'>,
  locale: Locale,
): string {
  return (standing === 'banned' ? BANNED : TIMELINE_TEXTS[type])[locale];
}
