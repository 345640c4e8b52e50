import { type ViolationCatalogue, violationsOf } from '#kernel/violation';

export const staffViolations = {
  'staff-admins-only': {
    kind: 'forbidden',
    en: 'Only an admin does this to the staff registry.',
    zhCN: '只有管理员可以对员工登记执行此操作。',
  },
  'staff-own-roles': {
    kind: 'forbidden',
    en: 'Nobody gives themselves roles. Ask another admin.',
    zhCN: '任何人都不能为自己授予角色。请联系其他管理员。',
    action: {
      en: 'Ask another admin.',
      zhCN: '请联系其他管理员。',
    },
  },
  'staff-last-admin': {
    kind: 'state',
    en: 'A platform keeps at least one active admin. Make somebody else an admin first.',
    zhCN: '平台必须始终保留至少一名在岗管理员。请先任命另一位管理员。',
  },
  'staff-own-reinstatement': {
    kind: 'forbidden',
    en: 'Nobody lifts their own suspension. Ask another admin.',
    zhCN: '任何人都不能解除自己的停职。请联系其他管理员。',
    action: {
      en: 'Ask another admin.',
      zhCN: '请联系其他管理员。',
    },
  },
  'staff-missing': {
    kind: 'missing',
    en: 'There is no such member of the staff on this platform.',
    zhCN: '本平台没有该员工。',
  },
  'staff-already-enrolled': {
    kind: 'state',
    en: 'They are enrolled already. Change their roles or skills instead.',
    zhCN: '该员工已登记。请改为修改其角色或技能。',
  },
  'staff-kind-fixed': {
    kind: 'form',
    en: 'They were enrolled before as {kind}; who comes back is of the same kind.',
    zhCN: '此前登记的类型为 {kind}；重新登记时类型必须相同。',
  },
  'staff-left': {
    kind: 'state',
    en: 'They have left. Enrol them again first.',
    zhCN: '该员工已离职。请先重新登记。',
  },
  'staff-suspended': {
    kind: 'state',
    en: 'They are suspended already.',
    zhCN: '该员工已被停职。',
  },
  'staff-not-suspended': {
    kind: 'state',
    en: 'They are not suspended.',
    zhCN: '该员工未被停职。',
  },
  'staff-roles-missing': {
    kind: 'form',
    en: 'A member of the staff has at least one role. Who needs none, leaves.',
    zhCN: '员工至少应有一个角色；不再需要角色的员工应办理离职。',
  },
  'staff-roles-incompatible': {
    kind: 'form',
    en: 'Nobody is both {role} and {other}: who configures or audits does not decide, and nobody audits themselves.',
    zhCN: '不能同时担任 {role} 和 {other}：配置者与审计者不得作出决定，也不得审计自己。',
  },
  'staff-role-for-people': {
    kind: 'form',
    en: 'Only a person can be {role}; this is of the kind {kind}.',
    zhCN: '只有自然人可以担任 {role}；当前类型为 {kind}。',
  },
  'staff-conflict-of-another': {
    kind: 'forbidden',
    en: 'A conflict of interest is declared by the person it concerns, a lead or an admin.',
    zhCN: '利益冲突只能由当事人、组长或管理员申报。',
    action: {
      en: 'Ask the person, a lead or an admin to declare it.',
      zhCN: '请由当事人、组长或管理员申报。',
    },
  },
  'staff-conflict-account': {
    kind: 'form',
    en: 'There is no such account on this platform to have a conflict of interest with.',
    zhCN: '本平台没有该账户，无法申报利益冲突。',
  },
  'staff-conflict-withdrawal': {
    kind: 'forbidden',
    en: 'A conflict of interest is withdrawn by a lead or an admin, and not by the person it concerns.',
    zhCN: '利益冲突只能由组长或管理员撤销，当事人不得自行撤销。',
    action: {
      en: 'Ask another lead or an admin to withdraw it.',
      zhCN: '请由其他组长或管理员撤销。',
    },
  },
  'staff-conflict-unknown': {
    kind: 'form',
    en: 'No conflict of interest with this account is declared.',
    zhCN: '未申报与该账户的利益冲突。',
  },
} as const satisfies ViolationCatalogue;

export const staffViolation = violationsOf(staffViolations);
