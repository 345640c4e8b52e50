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
  'only-admins-configure': {
    kind: 'forbidden',
    en: 'Only an administrator of the platform configures it.',
    zhCN: '只有平台管理员可以进行配置。',
  },
  'calendar-data-invalid': {
    kind: 'form',
    en: 'The calendar data cannot be used: {fault}',
    zhCN: '日历数据无法使用：{fault}',
  },
  'maintenance-out-of-order': {
    kind: 'form',
    en: 'Maintenance ends after it begins, and lasts at most {days} days.',
    zhCN: '维护的结束时间须晚于开始时间，且最长 {days} 天。',
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
