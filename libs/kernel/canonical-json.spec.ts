import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { canonicalJson } from './canonical-json.ts';
import { digestOfJson } from './digest.ts';

describe('canonical JSON', () => {
  it('orders the keys by code unit, at every depth, and has no white space', () => {
    expect(canonicalJson({ b: [{ d: 1, c: 2 }], a: { z: null, y: true } })).toBe(
      '{"a":{"y":true,"z":null},"b":[{"c":2,"d":1}]}',
    );
    // The keys of the example of RFC 8785, section 3.2.3, in its order: code units, not code points.
    const keys = ['\r', '1', '\u0080', '\u00f6', '\u20ac', '\ud83d\ude00', '\ufb33'];
    const value = Object.fromEntries(keys.toReversed().map((key) => [key, keys.indexOf(key)]));
    const members = keys.map((key, index) => `${JSON.stringify(key)}:${index}`);
    expect(canonicalJson(value)).toBe(`{${members.join(',')}}`);
  });

  it('leaves out what is undefined, and has null for it in a list', () => {
    expect(canonicalJson({ a: undefined, b: [undefined, null] })).toBe('{"b":[null,null]}');
  });

  it('writes numbers as JSON does: one way for each', () => {
    expect(canonicalJson([1.0, -0, 1e21, 1e-7, 0.1])).toBe('[1,0,1e+21,1e-7,0.1]');
  });

  it.each([
    ['not a number', Number.NaN],
    ['infinite', [Number.POSITIVE_INFINITY]],
    ['a function', { f: () => 1 }],
    ['a symbol', Symbol('x')],
    ['a bigint', { n: 1n }],
    ['nothing at all', undefined],
  ])('refuses what is %s', (_, value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  });

  it('says the same of equal values, and reads back as what it was', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        const again: unknown = JSON.parse(text);
        expect(again).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(again)).toBe(text);
      }),
    );
  });
});

describe('the digest of a value', () => {
  it('is SHA-256 over its canonical text', () => {
    const text = createHash('sha256').update('{"a":1,"b":"李"}').digest('hex');
    expect(digestOfJson({ b: '李', a: 1 })).toBe(text);
  });

  it('does not depend on the order in which it was written', () => {
    expect(digestOfJson({ a: 1, b: { c: 2, d: 3 } })).toBe(
      digestOfJson({ b: { d: 3, c: 2 }, a: 1 }),
    );
    expect(digestOfJson([1, 2])).not.toBe(digestOfJson([2, 1]));
  });
});
