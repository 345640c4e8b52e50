import fc from 'fast-check';
import { anyText } from '#kernel/testing/any-text';
import { checkEmail, checkPhone, type EmailFault, type PhoneFault } from './contact.ts';

/** Of so many octets, every label within its own limit. */
function address(octets: number): string {
  return `${'a'.repeat(octets - 192)}@${'b'.repeat(62)}.${'c'.repeat(62)}.${'d'.repeat(62)}.eu`;
}

describe('e-mail address', () => {
  it.each([
    ['a plain one', 'ada@example.org', 'ada@example.org'],
    ['a domain in upper case, the local part as it is', 'Ada.L@Example.ORG', 'Ada.L@example.org'],
    ['full-width signs and spaces around', ' ａｄａ＠example。org　', 'ada@example.org'],
    ['a tag and a hyphen', 'ada+case@my-shop.example', 'ada+case@my-shop.example'],
    ['letters of another script', '李雷@例子.example', '李雷@例子.example'],
  ])('takes %s', (_name, text, normalised) => {
    const domain = normalised.split('@')[1];
    expect(checkEmail(text)).toEqual({
      ok: true,
      normalised,
      certainty: 'form',
      facts: { domain },
    });
  });

  it.each<[string, string, EmailFault]>([
    ['nothing', '  ', 'length'],
    ['255 octets', address(255), 'length'],
    ['255 octets of 249 characters', `李雷李${address(255).slice(9)}`, 'length'],
    ['no @', 'ada.example.org', 'form'],
    ['two @', 'ada@home@example.org', 'form'],
    ['nothing before the @', '@example.org', 'form'],
    ['nothing after the @', 'ada@', 'form'],
    ['a local part of 65 octets', `${'a'.repeat(65)}@example.org`, 'local-part'],
    ['a local part of 66 octets, 22 characters', `${'李'.repeat(22)}@example.org`, 'local-part'],
    ['two dots in a row', 'ada..l@example.org', 'local-part'],
    ['a dot at the end of the local part', 'ada.@example.org', 'local-part'],
    ['a space inside', 'ada l@example.org', 'local-part'],
    ['a line break', 'ada\r\nBcc:eve@example.org', 'local-part'],
    ['a domain of one label', 'ada@localhost', 'domain'],
    ['an address literal', 'ada@[192.0.2.1]', 'domain'],
    ['a numeric address', 'ada@192.0.2.1', 'domain'],
    ['a label that begins with a hyphen', 'ada@-shop.example', 'domain'],
    ['a label that ends with a hyphen', 'ada@shop-.example', 'domain'],
    ['a label of 64 octets', `ada@${'b'.repeat(64)}.example`, 'domain'],
    ['digits that no domain can be called by', 'ada@a٣.example', 'domain'],
    [
      'a label of 58 letters that takes 64 octets on the wire',
      `ada@${'ü'.repeat(58)}.de`,
      'domain',
    ],
  ])('refuses %s', (_name, text, code) => {
    expect(checkEmail(text)).toEqual({ ok: false, code, reason: 'email-malformed' });
  });

  it('takes lengths up to their limits', () => {
    expect(checkEmail(`${'a'.repeat(64)}@${'b'.repeat(63)}.example`).ok).toBe(true);
    expect(checkEmail(`${'李'.repeat(21)}a@${'b'.repeat(63)}.example`).ok).toBe(true);
    expect(checkEmail(address(254)).ok).toBe(true);
    expect(checkEmail(`ada@${'ü'.repeat(57)}.de`).ok).toBe(true);
  });
});

describe('phone number', () => {
  it.each([
    ['bare', '13800000000'],
    ['with +86', '+8613800000000'],
    ['with 0086', '0086 138 0000 0000'],
    ['with signs between', '+86 (138) 0000-0000'],
    ['in full width', '＋８６１３８００００００００'],
  ])('takes a mainland mobile %s', (_name, text) => {
    expect(checkPhone(text)).toEqual({
      ok: true,
      normalised: '+8613800000000',
      certainty: 'form',
      facts: { mainlandMobile: true },
    });
  });

  it.each(['+85261234567', '+442079460000', '+2905123', '+123456789012345'])(
    'takes %s by the form of E.164 alone',
    (text) => {
      expect(checkPhone(text)).toMatchObject({
        ok: true,
        normalised: text,
        facts: { mainlandMobile: false },
      });
    },
  );

  it.each<[string, string, PhoneFault]>([
    ['nothing', '', 'characters'],
    ['letters', '1380000000a', 'characters'],
    ['a + inside', '138+00000000', 'characters'],
    ['a mainland number with a digit too few', '1380000000', 'length'],
    ['a mainland number with a digit too many', '138000000000', 'length'],
    ['a series that is no mobile one', '12800000000', 'mobile-number'],
    ['a mainland fixed line', '+86 10 8888 0000', 'length'],
    ['a mainland fixed line of 11 digits', '+86 755 8888 0000', 'mobile-number'],
    ['a national number of elsewhere', '2079460000', 'country-prefix'],
    ['a country code that begins with 0', '+0123456789', 'country-prefix'],
    ['6 digits after the +', '+123456', 'length'],
    ['16 digits after the +', '+1234567890123456', 'length'],
  ])('refuses %s', (_name, text, code) => {
    expect(checkPhone(text)).toEqual({ ok: false, code, reason: 'phone-malformed' });
  });

  it('takes 1, then 3 to 9, then any nine digits, and no other second digit', () => {
    fc.assert(
      fc.property(fc.nat(9), fc.integer({ min: 0, max: 999_999_999 }), (second, rest) => {
        const number = `1${second}${String(rest).padStart(9, '0')}`;
        expect(checkPhone(number).ok).toBe(second >= 3);
        expect(checkPhone(`+86${number}`).ok).toBe(second >= 3);
      }),
    );
  });
});

describe('contacts', () => {
  it('read their own standard form as the same', () => {
    fc.assert(
      fc.property(fc.oneof(fc.emailAddress(), anyText()), (text) => {
        for (const check of [checkEmail, checkPhone]) {
          const first = check(text);
          if (first.ok) expect(check(first.normalised)).toEqual(first);
        }
      }),
    );
  });
});
