import { Recent } from './recent.ts';

describe('what was used recently', () => {
  const recentOf = (entries: Readonly<Record<string, number>>) => {
    const recent = new Recent<string, number>(4);
    for (const [key, value] of Object.entries(entries)) recent.set(key, value);
    return recent;
  };
  const keeps = (recent: Recent<string, number>, key: string) => recent.get(key) !== undefined;

  it('is kept, and what was not used for longest is let go', () => {
    const four = { a: 1, b: 2, c: 3, d: 4 };
    expect(keeps(recentOf(four), 'a')).toBe(true);
    expect(keeps(recentOf(four), 'd')).toBe(true);
    expect(keeps(recentOf({ ...four, e: 5 }), 'a')).toBe(false);
    expect(keeps(recentOf({ ...four, e: 5 }), 'c')).toBe(true);
  });

  it('is also what was only read', () => {
    const recent = recentOf({ a: 1, b: 2, c: 3 });
    expect(recent.get('a')).toBe(1);
    recent.set('d', 4);
    expect(recent.get('a')).toBe(1);
    expect(recent.get('b')).toBeUndefined();
  });

  it('is the newest of a key, and gone when it is deleted', () => {
    const recent = recentOf({ a: 1, b: 2, c: 3 });
    recent.set('a', 5);
    expect(recent.get('a')).toBe(5);
    recent.delete('a');
    expect(recent.get('a')).toBeUndefined();
  });
});
