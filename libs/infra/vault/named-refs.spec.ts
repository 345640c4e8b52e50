import { refsNamedIn } from './named-refs.ts';

describe('the references that an event names', () => {
  it.each<[string, unknown, string[]]>([
    ['under the members of today', { ref: 'a', nameRef: 'b', textRef: 'c' }, ['a', 'b', 'c']],
    ['under a member that no list knows', { justificationRef: 'a', other: 'b' }, ['a', 'b']],
    ['in a list', { refs: ['a', 'b'] }, ['a', 'b']],
    ['in a list of lists', [[{ at: ['a'] }]], ['a']],
    ['at any depth', { fields: { name: { ref: 'a' } }, reasons: [{ textRef: 'b' }] }, ['a', 'b']],
    ['alone', 'a', ['a']],
  ])('are found %s', (_where, data, refs) => {
    expect(refsNamedIn(data)).toEqual(refs);
  });

  it('are texts alone: no member name, no number, nothing', () => {
    expect(refsNamedIn({ a: 1, b: null, c: true, d: undefined, e: {}, f: [] })).toEqual([]);
    expect(refsNamedIn(null)).toEqual([]);
  });
});
