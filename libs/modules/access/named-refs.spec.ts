import { refsNamedIn } from './named-refs.ts';

describe('the references that an event names', () => {
  it('are found at any depth, under each name that references have, and nothing else is', () => {
    const data = {
      material: 'identity',
      fields: { name: { ref: 'a', commitment: 'x' } },
      files: [{ ref: 'b', nameRef: 'c', mediaType: 'image/png' }],
      reasons: [{ code: 'illegible', textRef: 'd' }],
      statementRef: 'e',
      identityRef: 'not of the vault',
      fileRef: 'taken back',
    };
    expect([...refsNamedIn(data)].sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
  });
});
