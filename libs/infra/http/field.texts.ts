/**
 * What the rules of class-validator say, in both languages; `{0}` is the rule's first argument. A rule
 * that is not listed gets the common text, unless its declaration brings its own:
 * `@Matches(FORM, { context: { en: '…', zhCN: '…' } })`. No text ever holds the rejected value.
 */
import { type Locale } from './locale.ts';
import { type FieldFault, type FieldProblem } from './problem.ts';

type Texts = Readonly<Record<Locale, string>>;

const texts = (en: string, zhCN: string): Texts => ({ en, 'zh-CN': zhCN });

const OTHER = texts('Does not have the form that is asked for.', '格式不符合要求。');

const RULES: Readonly<Record<string, Texts>> = {
  unknown: texts('Is not known here.', '此处不认识该字段。'),
  isDefined: texts('Is missing.', '缺少该字段。'),
  notNull: texts('Must not be null: leave it out.', '不能为 null：没有值时请省略该字段。'),
  isNotEmpty: texts('Must not be empty.', '不能为空。'),
  isString: texts('Must be a text.', '必须是文本。'),
  isPlainText: texts(
    'Must not hold control characters or broken characters.',
    '不能含有控制字符或残缺字符。',
  ),
  isCode: texts(
    'Must be lower-case words joined by hyphens, of at most {0} characters and {1} digits.',
    '须为以连字符连接的小写单词，最多 {0} 个字符、{1} 个数字。',
  ),
  isBoolean: texts('Must be true or false.', '必须是 true 或 false。'),
  isNumber: texts('Must be a number.', '必须是数字。'),
  isInt: texts('Must be a whole number.', '必须是整数。'),
  isPositive: texts('Must be greater than 0.', '必须大于 0。'),
  min: texts('Must be at least {0}.', '不得小于 {0}。'),
  max: texts('Must be at most {0}.', '不得大于 {0}。'),
  isLength: texts('Must have {0} to {1} characters.', '长度须为 {0} 到 {1} 个字符。'),
  minLength: texts('Must have at least {0} characters.', '至少 {0} 个字符。'),
  maxLength: texts('Must have at most {0} characters.', '最多 {0} 个字符。'),
  isIn: texts('Must be one of: {0}.', '必须是以下之一：{0}。'),
  isEnum: texts('Must be one of: {1}.', '必须是以下之一：{1}。'),
  isArray: texts('Must be a list.', '必须是列表。'),
  arrayNotEmpty: texts('Must have at least one entry.', '至少需要一项。'),
  arrayMinSize: texts('Must have at least {0} entries.', '至少 {0} 项。'),
  arrayMaxSize: texts('Must have at most {0} entries.', '最多 {0} 项。'),
  arrayUnique: texts('Must not hold the same entry twice.', '不能有重复项。'),
  isObject: texts('Must be an object.', '必须是对象。'),
  nestedValidation: texts('Must be an object, or a list of objects.', '必须是对象或对象列表。'),
  isUuid: texts('Must be a UUID.', '必须是 UUID。'),
  isISO8601: texts('Must be a date or an instant of ISO 8601.', '必须是 ISO 8601 日期或时间。'),
  isDateString: texts('Must be a date or an instant of ISO 8601.', '必须是 ISO 8601 日期或时间。'),
  isRFC3339: texts(
    'Must be an instant of RFC 3339 with its offset.',
    '必须是带时区的 RFC 3339 时间。',
  ),
  isUrl: texts('Must be a URL.', '必须是 URL。'),
  isEmail: texts('Must be an e-mail address.', '必须是电子邮件地址。'),
  isISO31661Alpha2: texts('Must be a country code of two letters.', '必须是两个字母的国家代码。'),
};

/** Lists that are longer are cut: a text is for reading. */
const LISTED_MAX = 40;

function wordOf(argument: unknown): string {
  if (Array.isArray(argument)) return argument.slice(0, LISTED_MAX).map(String).join(', ');
  return typeof argument === 'object' ? '…' : String(argument);
}

export function wordFieldFault(fault: FieldFault, locale: Locale): FieldProblem {
  const own = fault.texts && texts(fault.texts.en, fault.texts.zhCN);
  const template = (own ?? RULES[fault.rule] ?? OTHER)[locale];
  const args = fault.args ?? [];
  const detail = template.replace(/\{(\d)\}/g, (_, index: string) => wordOf(args[Number(index)]));
  return { field: fault.field, rule: fault.rule, detail };
}
