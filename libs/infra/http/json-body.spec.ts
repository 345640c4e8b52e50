import fc from 'fast-check';
import { parseJsonBody } from './json-body.ts';
import { HttpProblem } from './problem.ts';

const bytes = (text: string) => Buffer.from(text, 'utf8');

function problemOf(body: Uint8Array): Pick<HttpProblem, 'code' | 'details'> {
  try {
    parseJsonBody(body, { depthMax: 4, membersMax: 10 });
  } catch (error) {
    if (error instanceof HttpProblem) return { code: error.code, details: error.details };
    throw error;
  }
  throw new Error('It was taken.');
}

describe('a JSON body', () => {
  it('is what JSON.parse makes of it, whatever it is', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (text) => {
        let parsed: unknown;
        try {
          parsed = parseJsonBody(bytes(text));
        } catch (error) {
          // fast-check likes reserved names and repeats none.
          return error instanceof HttpProblem && error.code === 'unsafe-field';
        }
        return JSON.stringify(parsed) === JSON.stringify(JSON.parse(text));
      }),
    );
  });

  it.each([
    ['cut off', bytes('{"a":')],
    ['empty', bytes('')],
    ['with something after its end', bytes('{} {}')],
    ['not UTF-8', Buffer.from([0x22, 0xd5, 0xc5, 0x22])],
    ['UTF-16', Buffer.from('{"a":1}', 'utf16le')],
  ])('is refused when %s', (_, body) => {
    expect(problemOf(body)).toEqual({ code: 'malformed-json', details: {} });
  });

  it.each([
    ['{"a":1,"a":2}', 'a'],
    ['{"a":1,"\\u0061":2}', 'a'],
    ['{"x":[{},{"b":{"c":1,"c":1}}]}', 'x[1].b.c'],
    ['[[1,{"q\\"":1,"q\\"":2}]]', '[0][1].q"'],
  ])('is refused when it gives a field twice: %s', (text, field) => {
    expect(problemOf(bytes(text))).toEqual({ code: 'duplicate-field', details: { field } });
  });

  it('takes the same name in two objects, and texts that look like fields', () => {
    const text = '{"a":{"b":"a"},"c":[{"b":"\\"b\\":"},"{,[","b"]}';
    expect(parseJsonBody(bytes(text))).toEqual({ a: { b: 'a' }, c: [{ b: '"b":' }, '{,[', 'b'] });
  });

  it.each([
    ['{"__proto__":{"admin":true}}', '__proto__'],
    ['{"a":[{"\\u005f_proto__":1}]}', 'a[0].__proto__'],
    ['{"constructor":{"prototype":{}}}', 'constructor'],
  ])('is refused when it names a prototype: %s', (text, field) => {
    expect(problemOf(bytes(text))).toMatchObject({ code: 'unsafe-field', details: { field } });
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it.each([
    ['half of a surrogate pair', '{"a":["x","\\ud83d"]}', 'a[1]'],
    ['the halves of a pair the wrong way round', '{"a":{"b":"\\uDE00\\uD83D"}}', 'a.b'],
    ['the end of a C string', '{"a":"110101\\u0000"}', 'a'],
    ['a backspace', '{"a":"x\\b"}', 'a'],
    ['a control character of Latin 1', '{"a":"\u0085"}', 'a'],
    ['an escaped DEL', '{"a":"\\u007f"}', 'a'],
    ['the same in a name', '{"b\\u0007":1}', 'b'],
  ])('is refused when a text holds %s', (_, text, field) => {
    const fields = [{ field, rule: 'isPlainText' }];
    expect(problemOf(bytes(text))).toEqual({ code: 'invalid-field', details: { fields } });
  });

  it('takes whatever else can be written, escaped or not', () => {
    const plain = '张三 😀 \t a\n\r "\\ud83d" \u200b\ufeff é';
    for (const text of [JSON.stringify({ a: plain }), '{"a":"\\ud83d\\ude00 \\u00e9 \\t"}'])
      expect(parseJsonBody(bytes(text))).toEqual(JSON.parse(text));
  });

  it.each(['toString', 'valueOf', 'hasOwnProperty', '__defineGetter__'])(
    'is refused with a name that every object has by itself: %s',
    (name) => {
      const details = { field: `a.${name}`, params: { name } };
      expect(problemOf(bytes(`{"a":{"${name}":1}}`))).toEqual({ code: 'unsafe-field', details });
    },
  );

  it('is refused when it is nested deeper than the limit, however deep', () => {
    expect(parseJsonBody(bytes('[[[[]]]]'), { depthMax: 4, membersMax: 10 })).toEqual([[[[]]]]);
    expect(problemOf(bytes('[[[[[]]]]]')).code).toBe('body-too-complex');
    expect(problemOf(bytes('['.repeat(200_000) + ']'.repeat(200_000))).code).toBe(
      'body-too-complex',
    );
  });

  it('is refused when it has more members than the limit, in objects and lists together', () => {
    const list = (length: number) => bytes(JSON.stringify(Array.from({ length }, () => 0)));
    expect(problemOf(list(12)).code).toBe('body-too-complex');
    expect(parseJsonBody(list(11), { depthMax: 4, membersMax: 10 })).toHaveLength(11);
  });

  it('is named in a problem by no more than 64 printable characters of a field', () => {
    const name = `${'长'.repeat(100)}`;
    const { details } = problemOf(bytes(`{"${name}":1,"${name}":2}`));
    expect(details.field).toBe(`${'长'.repeat(64)}…`);
  });
});
