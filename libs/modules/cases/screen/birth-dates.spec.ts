import { birthDatePairs, disagreeing } from './birth-dates.ts';

const rule = (key: string, format: string, onlyFor?: string[]) => ({
  key,
  format,
  ...(onlyFor && { onlyFor }),
});
const asked = [
  {
    key: 'identity',
    fields: [
      rule('number', 'cn-resident-id', ['resident-id']),
      rule('passport-number', 'text', ['passport']),
      rule('born', 'birth-date'),
      rule('expires', 'date'),
    ],
  },
];
const identity = (fields: readonly string[], documentType = 'resident-id') => ({
  identity: {
    documentType,
    fields: Object.fromEntries(fields.map((key) => [key, { ref: `ref-${key}`, commitment: 'c' }])),
    files: [],
    findings: [],
    renewed: { fields: [], files: [] },
  },
});
const pair = {
  material: 'identity',
  field: 'born',
  dateRef: 'ref-born',
  numberRef: 'ref-number',
};

describe('a date of birth and an identity number of one material', () => {
  it('are compared where both were given, and the document has both', () => {
    const all = ['number', 'born', 'expires'];
    expect(birthDatePairs(identity(all), asked)).toEqual([pair]);
    expect(birthDatePairs(identity(['born', 'expires']), asked)).toEqual([]);
    expect(birthDatePairs(identity(all, 'passport'), asked)).toEqual([]);
    expect(birthDatePairs({}, asked)).toEqual([]);
  });

  const found = (born: string | undefined, number: string | undefined) => {
    const clear: Readonly<Record<string, string | undefined>> = {
      'ref-born': born,
      'ref-number': number,
    };
    return disagreeing([pair], (ref) => clear[ref]);
  };
  // Nobody's: it keeps every rule of GB 11643, with a date of birth before 1900.
  const number = '110101189912310028';

  it('disagree by a day, and the date is pointed at', () => {
    expect(found('1899-12-31', number)).toEqual([]);
    expect(found('1899-12-30', number)).toEqual([
      { code: 'birth-date-mismatch', pointer: { material: 'identity', field: 'born' } },
    ]);
  });

  it('are not compared where one is no such value, or was erased', () => {
    expect(found('30 December 1899', number)).toEqual([]);
    expect(found('1899-12-30', `${number.slice(0, 17)}*`)).toEqual([]);
    expect(found(undefined, number)).toEqual([]);
    expect(found('1899-12-30', undefined)).toEqual([]);
  });
});
