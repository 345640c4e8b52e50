import { type ViolationCatalogue, violationsOf } from '#kernel/violation';

export const accountViolations = {
  'account-missing': {
    kind: 'missing',
    en: 'There is no such account on this platform.',
    zhCN: '本平台没有该账户。',
  },
  'account-already-registered': {
    kind: 'state',
    en: 'The account is registered already, and its kind and holder stay as they are.',
    zhCN: '该账户已注册，其类型和持有人不可更改。',
  },
  'account-closed': {
    kind: 'state',
    en: 'The account is closed. That is final.',
    zhCN: '该账户已关闭，且不可恢复。',
  },
  'account-banned': {
    kind: 'state',
    en: 'The account is banned. That is final.',
    zhCN: '该账户已被封禁，且不可恢复。',
  },
  'account-frozen': {
    kind: 'state',
    en: 'The account is frozen. The freeze must be lifted first.',
    zhCN: '该账户已冻结，请先解除冻结。',
  },
  'account-actor': {
    kind: 'forbidden',
    en: 'This is done by {allowed}.',
    zhCN: '此操作只能由 {allowed} 执行。',
  },
  'account-people-only': {
    kind: 'forbidden',
    en: 'Only people do this to an account; API keys and AI assistants do not.',
    zhCN: '只有自然人可以对账户执行此操作；API 密钥和 AI 助手不可以。',
    action: {
      en: 'Leave it to a person.',
      zhCN: '请交由自然人执行。',
    },
  },
  'account-not-yours': {
    kind: 'forbidden',
    en: 'An applicant acts on their own account only.',
    zhCN: '申请人只能操作自己的账户。',
    action: {
      en: 'Name your own account.',
      zhCN: '请指定您自己的账户。',
    },
  },
  'account-own-decision': {
    kind: 'forbidden',
    en: 'Nobody on the staff decides about their own account.',
    zhCN: '员工不得对自己的账户作出决定。',
    action: {
      en: 'Leave it to somebody else on the staff.',
      zhCN: '请交由其他员工处理。',
    },
  },
  'freeze-cause-not-for-holder': {
    kind: 'forbidden',
    en: 'The holder of an account freezes it for a compromise or at their own request, for no other cause.',
    zhCN: '账户持有人只能因账户被盗用或自行申请而冻结账户。',
    action: {
      en: 'Choose the cause compromise or holder-request.',
      zhCN: '请选择原因 compromise 或 holder-request。',
    },
  },
  'closure-cause-not-for-holder': {
    kind: 'forbidden',
    en: 'The holder of an account closes it at their own request, for no other cause.',
    zhCN: '账户持有人只能以自行申请为由关闭账户。',
    action: {
      en: 'Choose the cause holder-request.',
      zhCN: '请选择原因 holder-request。',
    },
  },
  'freeze-cause-standing': {
    kind: 'state',
    en: 'The account is frozen for this cause ({cause}) already, for at least as long.',
    zhCN: '该账户已因此原因（{cause}）被冻结，且期限不短于本次。',
  },
  'freeze-until-past': {
    kind: 'form',
    en: 'A freeze ends in the future, or when it is lifted.',
    zhCN: '冻结的结束时间必须在将来，或留空直至解除。',
  },
  'legal-basis-missing': {
    kind: 'form',
    en: 'A legal order needs its legal basis.',
    zhCN: '依法律命令执行时必须注明法律依据。',
  },
  'freeze-missing': {
    kind: 'missing',
    en: 'No such freeze is in force on this account.',
    zhCN: '该账户没有此项生效的冻结。',
  },
  'second-person-needed': {
    kind: 'forbidden',
    en: 'Who froze an account does not lift that freeze. Ask a second person.',
    zhCN: '冻结账户的人不得解除该冻结，须由第二人执行。',
    action: {
      en: 'Ask another senior or lead to lift it.',
      zhCN: '请由另一位高级审核员或组长解除。',
    },
  },
  'verification-missing': {
    kind: 'missing',
    en: 'This case granted the account no verification.',
    zhCN: '该案件未授予此账户任何认证。',
  },
} as const satisfies ViolationCatalogue;

export const accountViolation = violationsOf(accountViolations);
