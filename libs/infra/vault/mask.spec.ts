import fc from 'fast-check';
import { maskFile, maskValue } from './mask.ts';
import { VAULT_KINDS, type VaultKind } from './vault.port.ts';

type TextKind = Exclude<VaultKind, 'file'>;
const mask = (kind: TextKind, text: string): string => maskValue(kind, Buffer.from(text));

describe('maskValue', () => {
  it.each<[TextKind, string, string]>([
    ['name', '张三', '张*'],
    ['name', '欧阳娜娜', '欧***'],
    ['name', '阿卜杜拉·买买提', '阿***·***'],
    ['name', '张', '*'],
    ['name', 'Anna Schmidt', 'A*** S******'],
    ['name', 'Jean-Luc O’Neill', 'J***-L** *’N****'],
    ['name', 'Zoë', 'Z**'],
    ['name', 'Y', '*'],
    ['name', '', ''],
    ['id-number', '110101199003071234', '110***********1234'],
    ['id-number', '91350100M000100Y43', '913***********0Y43'],
    ['id-number', 'E12345678', '*****5678'],
    ['id-number', '1234567', '******7'],
    ['id-number', '123', '***'],
    ['phone', '13812345678', '*******5678'],
    ['phone', '+86 138-1234-5678', '**********5678'],
    ['phone', '12345', '****5'],
    ['email', 'anna@example.com', 'a***@example.com'],
    ['email', 'a@example.com', '***@example.com'],
    ['email', 'anna.example.com', '***'],
    ['email', '@example.com', '***'],
    ['email', 'anna@', '***'],
    ['date', '1990-03-07', '1990-**-**'],
    ['date', '7 March 1990', '***'],
    ['address', '北京市朝阳区建国路八十八号三单元', '北京市朝阳***'],
    ['address', '北京', '***'],
    ['address', '12 High Street, Leeds', '***'],
    ['text', 'I moved in May.', '***'],
    ['text', '', '***'],
    ['file-name', 'passport of anna.pdf', '***.pdf'],
    ['file-name', 'a.jpeg', '***'],
    ['file-name', 'anna', '***'],
    ['amount', '120000', '***'],
  ])('shows %s "%s" as "%s"', (kind, value, expected) => {
    expect(mask(kind, value)).toBe(expected);
  });

  it('hides what is not text', () => {
    expect(maskValue('name', Buffer.of(0xff, 0xfe, 0x80))).toBe('***');
  });

  it('never shows half an emoji or a letter without its accent', () => {
    expect(mask('name', 'e\u0301va')).toBe('e\u0301**');
    expect(mask('name', '👩‍👩‍👧x')).toBe('👩‍👩‍👧*');
  });

  const kinds = VAULT_KINDS.filter((kind): kind is TextKind => kind !== 'file');
  const letter = fc.constantFrom(...'abcXYZ0123456789张三李四@.- ·');
  const values = fc.oneof(
    fc.string({ unit: letter, maxLength: 30 }),
    fc.string({ unit: fc.constantFrom(...'0123456789X'), maxLength: 30 }),
    fc.string({ unit: fc.constantFrom(...'张王李赵欧阳娜'), maxLength: 30 }),
  );
  const lettersIn = (text: string): number => text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;

  it.each(kinds)('shows at most half of the letters and digits of any %s', (kind) => {
    fc.assert(
      fc.property(values, (value) => {
        // Of an address only what stands before the @ is its owner's.
        const own = kind === 'email' ? (text: string) => text.replace(/@[^@]*$/, '') : String;
        const all = value.match(/[\p{L}\p{N}\p{P}]/gu)?.length ?? 0;
        const most = kind === 'email' ? lettersIn(own(value)) + 1 : all;
        expect(lettersIn(own(mask(kind, value))) * 2).toBeLessThanOrEqual(most);
      }),
    );
  });
});

describe('maskFile', () => {
  it('shows nothing but the size', () => {
    expect([0, 999, 1_500, 2_100_000].map(maskFile)).toEqual([
      '*** (0 B)',
      '*** (999 B)',
      '*** (1.5 kB)',
      '*** (2.1 MB)',
    ]);
  });
});
