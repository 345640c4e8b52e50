/**
 * What a schema says of a fault, in Chinese. Zod's own translation leaves the names of types in
 * English, and an applicant's platform shows these texts as they are.
 */
import { z } from 'zod';

const inZodsWords = z.locales.zhCN().localeError;

const TYPES: Readonly<Record<string, string>> = {
  string: '文本',
  number: '数字',
  int: '整数',
  bigint: '整数',
  nan: '非数字',
  boolean: '布尔值',
  array: '列表',
  object: '对象',
  record: '对象',
  map: '映射',
  set: '集合',
  tuple: '列表',
  date: '日期',
  null: '空值（null）',
  undefined: '缺失',
};

const UNITS: Readonly<Record<string, string>> = { string: '个字符', array: '项', set: '项' };

/** For `safeParse(…, { error: saidInChinese })`. */
export const saidInChinese: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? `缺少该值：期望${typeWord(issue.expected)}`
        : `类型不符：期望${typeWord(issue.expected)}，实际为${typeWord(z.core.util.parsedType(issue.input))}`;
    case 'too_big':
      return `不得${issue.inclusive ? '超过' : '达到或超过'} ${limit(issue.maximum, issue.origin)}`;
    case 'too_small':
      return `${issue.inclusive ? '至少' : '必须大于'} ${limit(issue.minimum, issue.origin)}`;
    case 'unrecognized_keys':
      return `出现未知的字段：${issue.keys.map((key) => JSON.stringify(key)).join('、')}`;
    case 'invalid_key':
      return '字段名无效';
    case 'invalid_element':
      return '其中有无效的值';
    default:
      return inZodsWords(issue);
  }
};

const typeWord = (type: string): string => TYPES[type] ?? '其他类型的值';
const limit = (bound: number | bigint, origin: string): string =>
  [String(bound), UNITS[origin]].filter((part) => part !== undefined).join(' ');
