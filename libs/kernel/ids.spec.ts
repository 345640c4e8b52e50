import { deriveId, isUuid, PLATFORM_ID, randomIds, uuidV8 } from './ids.ts';

const EVER = 'a4e3d259-e5aa-8e61-b0cd-40375f2829dc';

describe('a derived id', () => {
  it('follows from its parts, for ever', () => {
    // Written down: an id that changed would make every repeated command a new one.
    expect(deriveId('event', 'command', 'box-one', 0)).toBe(EVER);
    expect(deriveId('event', 'command', 'box-one', 0)).toBe(EVER);
  });

  it('is a UUID of version 8 and the variant of RFC 9562', () => {
    for (let n = 0; n < 200; n++) {
      expect(deriveId('x', n)).toMatch(
        /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      );
    }
  });

  it('is another for other parts, however they could run together', () => {
    const ids = [
      deriveId('a'),
      deriveId('a', ''),
      deriveId('a', '', ''),
      deriveId('', 'a'),
      deriveId('x', 'ab', 'c'),
      deriveId('x', 'a', 'bc'),
      deriveId('x', 'abc'),
      deriveId('x', '1:a'),
      deriveId('x1:a'),
      deriveId('x', 'é'),
      deriveId('x', 'e\u0301'),
      deriveId('x', '李'),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('takes a number as its digits', () => {
    expect(deriveId('x', 7)).toBe(deriveId('x', '7'));
  });
});

describe('a UUID laid out from bytes', () => {
  it('keeps them, but for version and variant', () => {
    const bytes = Uint8Array.from({ length: 16 }, () => 0xff);
    expect(uuidV8(bytes)).toBe('ffffffff-ffff-8fff-bfff-ffffffffffff');
    expect(uuidV8(new Uint8Array(16))).toBe('00000000-0000-8000-8000-000000000000');
    expect(uuidV8(new Uint8Array(32))).toBe('00000000-0000-8000-8000-000000000000');
  });

  it('takes sixteen of them', () => {
    expect(() => uuidV8(new Uint8Array(15))).toThrow(RangeError);
  });
});

describe('an id', () => {
  it('is a UUID in lower case, or none', () => {
    const one = randomIds.next();
    expect(isUuid(one)).toBe(true);
    expect(randomIds.next()).not.toBe(one);
    for (const text of [one.toUpperCase(), `{${one}}`, `${one}0`, one.replaceAll('-', ''), '']) {
      expect(isUuid(text)).toBe(false);
    }
  });

  it.each([
    ['demo', true],
    ['a', true],
    ['shop-2', true],
    ['a'.repeat(63), true],
    ['a'.repeat(64), false],
    ['', false],
    ['-shop', false],
    ['Shop', false],
    ['shop/two', false],
    ['shop two', false],
    ['shop\n', false],
  ])('of a platform names streams: %j', (text, so) => {
    expect(PLATFORM_ID.test(text)).toBe(so);
  });
});
