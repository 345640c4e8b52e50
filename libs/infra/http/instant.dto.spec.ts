import { validateSync } from 'class-validator';
import { IsInstant } from './instant.dto.ts';

class Sample {
  @IsInstant()
  at: unknown;
}

const faultsOf = (at: unknown): string[] =>
  validateSync(Object.assign(new Sample(), { at })).flatMap(({ constraints = {} }) =>
    Object.keys(constraints),
  );

describe('IsInstant', () => {
  it.each(['2026-11-25T10:00:00Z', '2026-11-25T18:00:00.5+08:00'])('takes %s', (text) => {
    expect(faultsOf(text)).toEqual([]);
  });

  it.each([
    '2026-11-25',
    '2026-11-25 10:00:00Z',
    '2026-11-25T10:00:60Z',
    '2026-11-25T10:00:00',
    '2026-02-29T10:00:00Z',
    '2026-02-30T10:00:00.000Z',
    5,
  ])('refuses %s, which no instant can be read from', (value) => {
    expect(faultsOf(value)).toEqual(['isRFC3339']);
  });
});
