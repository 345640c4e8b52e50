import { type ViolationCatalogue, violationsOf } from '#kernel/violation';

export const policyViolations = {
  'policy-admins-only': {
    kind: 'forbidden',
    en: 'Only an admin publishes or retires policies.',
    zhCN: '只有管理员可以发布或停用政策。',
  },
  'policy-missing': {
    kind: 'missing',
    en: 'There is no such policy on this platform.',
    zhCN: '本平台没有该政策。',
  },
  'policy-retired': {
    kind: 'state',
    en: 'The policy is retired; publish under another key.',
    zhCN: '该政策已停用；请使用其他键发布。',
  },
  'policy-definition-faulty': {
    kind: 'form',
    en: 'The definition contradicts itself at {pointer}: {fault}.',
    zhCN: '定义在 {pointer} 处自相矛盾：{fault}。',
  },
  'policy-key-differs': {
    kind: 'form',
    en: 'This policy has the key {key}; a definition keeps its key in all versions.',
    zhCN: '该政策的键为 {key}；所有版本的键必须相同。',
  },
  'policy-kind-differs': {
    kind: 'form',
    en: 'This policy verifies accounts of the kind {kind}; publish another kind under another key.',
    zhCN: '该政策用于核验 {kind} 类账户；其他类型请使用其他键发布。',
  },
  'policy-version-out-of-order': {
    kind: 'state',
    en: 'The next version is {expected}. Somebody may have published since you began: look at what changed.',
    zhCN: '下一版本号应为 {expected}。可能已有人发布了新版本，请先查看变更。',
  },
  'policy-unchanged': {
    kind: 'state',
    en: 'The definition is the same as that of version {policyVersion}: there is nothing to publish.',
    zhCN: '该定义与第 {policyVersion} 版相同，无需发布。',
  },
  'policy-not-due-yet': {
    kind: 'state',
    en: 'The version takes effect at {effectiveFrom}, not before.',
    zhCN: '该版本于 {effectiveFrom} 生效，尚未到时。',
  },
  'policy-in-effect': {
    kind: 'state',
    en: 'Version {policyVersion} took effect already.',
    zhCN: '第 {policyVersion} 版已经生效。',
  },
  'policy-effective-in-the-past': {
    kind: 'form',
    en: 'A version takes effect when it is published, or later: nobody is judged by rules they could not know.',
    zhCN: '版本只能自发布时或之后生效：任何人都不应受其无法知晓的规则约束。',
  },
  'policy-effective-before-predecessor': {
    kind: 'form',
    en: 'The version before takes effect at {predecessor}; this one cannot do so earlier.',
    zhCN: '上一版本于 {predecessor} 生效；本版本不得早于该时间。',
  },
} as const satisfies ViolationCatalogue;

export const policyViolation = violationsOf(policyViolations);
