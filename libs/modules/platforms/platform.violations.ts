import { violationsOf, type ViolationCatalogue } from '#kernel/violation';

export const PLATFORM_VIOLATIONS = {
  'platform-not-found': {
    kind: 'missing',
    en: 'There is no such platform.',
    zhCN: '没有此平台。',
  },
  'platform-already-registered': {
    kind: 'state',
    en: 'The platform is registered already.',
    zhCN: '该平台已注册。',
  },
  'platform-id': {
    kind: 'form',
    en: 'The id of a platform is small letters, digits and hyphens, at most 63, and begins with no hyphen.',
    zhCN: '平台标识只能由小写字母、数字和连字符组成，最多 63 个字符，且不得以连字符开头。',
  },
  'platform-name': {
    kind: 'form',
    en: 'The name of a platform is words that can be read, at most {max} characters.',
    zhCN: '平台名称必须是可读的文字，最多 {max} 个字符。',
  },
  'only-admins-configure': {
    kind: 'forbidden',
    en: 'Only an administrator of the platform configures it.',
    zhCN: '只有平台管理员可以进行配置。',
  },
  'calendar-data-invalid': {
    kind: 'form',
    en: 'The calendar data cannot be used: {fault}',
    zhCN: '日历数据无法使用：{faultZhCN}',
  },
  'maintenance-out-of-order': {
    kind: 'form',
    en: 'Maintenance ends after it begins, and lasts at most {days} days.',
    zhCN: '维护的结束时间须晚于开始时间，且最长 {days} 天。',
  },
  'maintenance-announced': {
    kind: 'state',
    en: 'Maintenance of this id was announced before. Announce another under an id of its own.',
    zhCN: '该编号的维护此前已公告。请使用新的编号另行公告。',
  },
  'maintenance-not-ahead': {
    kind: 'form',
    en: 'Announce maintenance before it begins.',
    zhCN: '请在维护开始之前公告。',
  },
  'maintenance-not-found': {
    kind: 'missing',
    en: 'No such maintenance is announced, or it is over.',
    zhCN: '没有此维护公告，或维护已结束。',
  },
} as const satisfies ViolationCatalogue;

export const platformViolation = violationsOf(PLATFORM_VIOLATIONS);
