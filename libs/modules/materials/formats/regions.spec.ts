import { REGION_CODES_PACKED } from './regions.data.ts';
import {
  isInKnownPrefecture,
  isProvinceCode,
  isRegionCode,
  provinceOf,
  regionCounts,
} from './regions.ts';

describe('region codes', () => {
  it.each([
    ['110108', 'Haidian, Beijing'],
    ['441900', 'Dongguan, a prefecture without counties'],
    ['460400', 'Danzhou, likewise'],
    ['653228', "He'an, set up in December 2024"],
  ])('knows %s: %s', (code) => {
    expect(isRegionCode(code)).toBe(true);
  });

  it.each([
    ['110103', 'Chongwen, Beijing, merged in 2010'],
    ['310103', 'Luwan, Shanghai, merged in 2011'],
    ['510202', 'a district of Chongqing while it belonged to Sichuan, until 1997'],
    ['330719', 'Lanxi, Zhejiang, abolished in 1985'],
    ['371202', 'Laicheng, abolished in 2018'],
  ])('knows the code of the past %s: %s', (code) => {
    expect(isRegionCode(code)).toBe(true);
  });

  it.each(['000000', '110000', '110199', '201504', '660101', '710000', '999999', '11010', ''])(
    'knows no region %j',
    (code) => {
      expect(isRegionCode(code)).toBe(false);
    },
  );

  it('is written in ascending order, each prefix once, so that a review sees every change', () => {
    const groups = REGION_CODES_PACKED.trim().split(/\s+/);
    for (const group of groups) expect(group).toMatch(/^\d{4}:\d{2}(-\d{2})?(,\d{2}(-\d{2})?)*$/);
    const prefixes = groups.map((group) => group.slice(0, 4));
    expect(prefixes).toEqual([...new Set(prefixes)].sort());
    for (const group of groups) {
      const tails = group.slice(5).split(/[,-]/).map(Number);
      expect(tails).toEqual([...new Set(tails)].sort((a, b) => a - b));
    }
  });

  it('holds all levels: what is lost by a slip of an editor changes these figures', () => {
    expect(regionCounts()).toEqual({ prefectures: 543, counties: 6603 });
  });

  it('tells provinces and prefectures apart from what never was', () => {
    expect(isProvinceCode('440000')).toBe(true);
    expect(isProvinceCode('440100')).toBe(false);
    expect(isProvinceCode('990000')).toBe(false);
    expect(isInKnownPrefecture('320594')).toBe(true);
    expect(isInKnownPrefecture('329901')).toBe(false);
    expect(provinceOf('653228')).toBe('新疆维吾尔自治区');
    expect(provinceOf('990000')).toBeUndefined();
  });
});
