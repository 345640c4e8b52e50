import { negotiateLocale } from './locale.ts';

describe('Accept-Language', () => {
  it.each([
    [undefined, 'en'],
    ['', 'en'],
    ['zh-CN', 'zh-CN'],
    ['ZH-cn', 'zh-CN'],
    ['zh', 'zh-CN'],
    ['zh-Hans-CN', 'zh-CN'],
    ['zh-TW', 'zh-CN'],
    ['en-GB', 'en'],
    ['de-DE', 'en'],
    ['de, zh-CN;q=0.3', 'zh-CN'],
    ['en;q=0.5, zh-CN;q=0.9', 'zh-CN'],
    ['zh-CN;q=0.5, en;q=0.9', 'en'],
    ['en, zh-CN', 'en'],
    ['zh-CN, en', 'zh-CN'],
    ['*', 'en'],
    ['en;q=0, *;q=0.5', 'zh-CN'],
    ['zh-CN;q=0, *', 'en'],
    ['zh-CN;q=0.1, *;q=0.9', 'en'],
    ['zh-CN;q=0', 'en'],
    ['en;q=0, zh;q=0', 'en'],
    ['zh-CN;q=2, en;q=0.1', 'en'],
    ['zh-CN;q=abc', 'en'],
    ['<script>, zh-CN', 'zh-CN'],
    [`${'de,'.repeat(30)}zh-CN`, 'en'],
  ])('answers %p in %s', (header, locale) => {
    expect(negotiateLocale(header)).toBe(locale);
  });

  it('names the language itself before a wildcard of the same weight', () => {
    expect(negotiateLocale('*;q=0.8, zh-CN;q=0.8')).toBe('zh-CN');
  });
});
