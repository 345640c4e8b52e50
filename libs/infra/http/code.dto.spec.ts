import { validateSync } from 'class-validator';
import { IsCode } from './code.dto.ts';

class Sample {
  @IsCode(20)
  cause: unknown;
}

const isTaken = (cause: unknown) =>
  validateSync(Object.assign(new Sample(), { cause })).length === 0;

describe('a code', () => {
  it.each(['a', 'unclear-rule', 'business-senior', 'level-2', 'rules-of-2027'])(
    'is words: %s',
    (code) => {
      expect(isTaken(code)).toBe(true);
    },
  );

  it.each([
    '110101189912310010',
    '1391-2340-987',
    'tel-139-1234',
    '2-rules',
    'Unclear-Rule',
    'unclear rule',
    'unclear--rule',
    '-a',
    'a-',
    '',
    '张三',
    'a\n',
    'x'.repeat(21),
    7,
    undefined,
  ])('is no number of anybody, no name and no sentence: %s', (value) => {
    expect(isTaken(value)).toBe(false);
  });
});
