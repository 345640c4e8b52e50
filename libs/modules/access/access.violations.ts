import { violationsOf, type ViolationCatalogue } from '#kernel/violation';

/** Why personal data is not shown to somebody who may see some, at some time, for some purpose. */
export const ACCESS_VIOLATIONS = {
  'purpose-of-other-roles': {
    kind: 'forbidden',
    en: 'For this purpose personal data is looked at by these roles: {roles}.',
    zhCN: '只有以下角色可以出于此目的查看个人数据：{roles}。',
    action: {
      en: 'Name a purpose of a role that you have, or ask somebody who has one of these.',
      zhCN: '请注明属于您角色的目的，或联系具有上述角色的人员。',
    },
  },
  'purpose-of-the-holder': {
    kind: 'forbidden',
    en: 'For this purpose only who holds that review of the case looks at its personal data. Claim it first.',
    zhCN: '只有认领了该案件相应审核的人员可以出于此目的查看其个人数据，请先认领。',
    action: {
      en: 'Claim that review first, or name a purpose that is yours.',
      zhCN: '请先认领该审核，或注明属于您职责的目的。',
    },
  },
} as const satisfies ViolationCatalogue;

export const accessViolation = violationsOf(ACCESS_VIOLATIONS);
