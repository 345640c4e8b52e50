import { z } from 'zod';
import { saidInChinese } from './schema-words.ts';

const said = (schema: z.ZodType, input: unknown) =>
  schema.safeParse(input, { error: saidInChinese }).error!.issues[0]!.message;

describe('what a schema says in Chinese', () => {
  it.each<[string, z.ZodType, unknown, string]>([
    ['nothing where a text is asked for', z.string(), undefined, '缺少该值：期望文本'],
    ['a number for a text', z.string(), 7, '类型不符：期望文本，实际为数字'],
    ['a list for an object', z.object({}), [], '类型不符：期望对象，实际为列表'],
    ['null for a number', z.number(), null, '类型不符：期望数字，实际为空值（null）'],
    ['a fraction', z.int(), 1.5, '类型不符：期望整数，实际为数字'],
    ['a text that is too long', z.string().max(2), 'abc', '不得超过 2 个字符'],
    ['a list that is too short', z.array(z.string()).min(1), [], '至少 1 项'],
    ['a number that is too large', z.int().max(9), 10, '不得超过 9'],
    ['a number at a bound that is excluded', z.number().positive(), 0, '必须大于 0'],
    ['an unknown field', z.strictObject({}), { colour: 1 }, '出现未知的字段："colour"'],
  ])('%s', (_, schema, input, text) => {
    expect(said(schema, input)).toBe(text);
  });

  it.each<[string, z.ZodType, unknown]>([
    ['another choice', z.enum(['甲', '乙']), '丙'],
    ['a form that does not hold', z.iso.date(), '2026-02-30'],
    ['none of several forms', z.union([z.string(), z.number()]), true],
    ['a key of a record', z.record(z.string().max(1), z.string()), { ab: 'c' }],
    ['an instance of a class', z.instanceof(Map), 'x'],
  ])('without a name of a type in English: %s', (_, schema, input) => {
    expect(said(schema, input)).toMatch(/\p{Script=Han}/u);
    expect(said(schema, input)).not.toMatch(
      /string|number|undefined|boolean|array|object|record|instanceof/,
    );
  });
});
