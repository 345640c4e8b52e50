import { Recent } from './recent.ts';

describe('what was used recently', () => {
  it('is kept up to so many, and the one that was not used for longest makes room', () => {
    const recent = new Recent<string, number>(2);
    recent.set('a', 1);
    recent.set('b', 2);
    expect(recent.get('a')).toBe(1);
    recent.set('c', 3);
    expect(['a', 'b', 'c'].map((key) => recent.get(key))).toEqual([1, undefined, 3]);
  });

  it('is the newest of a key, and gone when it is deleted', () => {
    const recent = new Recent<string, number>(2);
    recent.set('a', 1);
    recent.set('b', 2);
    recent.set('a', 3);
    recent.set('c', 4);
    expect(['a', 'b', 'c'].map((key) => recent.get(key))).toEqual([3, undefined, 4]);
    recent.delete('a');
    expect(recent.get('a')).toBeUndefined();
  });
});
