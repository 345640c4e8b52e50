import { tellReasons, wordsNeededFor } from './told-reasons.ts';

const pointer = { material: 'identity', field: 'name' };
const open = { code: 'name-mismatch', pointer, textRef: 'ref-open' };
const hidden = { code: 'suspected-forgery', pointer, textRef: 'ref-hidden' };
const words = new Map([
  ['ref-open', 'The third character looks wrong.'],
  ['ref-hidden', 'The hologram looks printed.'],
]);

describe('a reason as its applicant is told it', () => {
  it('is worded in their language, with what to do, what it is about, and what the reviewer wrote', () => {
    const [english] = tellReasons([open], words, 'en');
    expect(english).toMatchObject({
      code: 'name-mismatch',
      pointer,
      reviewerText: 'The third character looks wrong.',
    });
    expect(english!.guidance.length).toBeGreaterThan(0);
    const [chinese] = tellReasons([open], words, 'zh-CN');
    expect(chinese!.text).not.toBe(english!.text);
    expect(chinese!.reviewerText).toBe(english!.reviewerText);
  });

  it('never holds the reference', () => {
    expect(JSON.stringify(tellReasons([open], words, 'en'))).not.toContain('ref-open');
  });

  it('is told without the words where they were erased, or none were written', () => {
    const { textRef: _none, ...wordless } = open;
    for (const reason of [open, wordless])
      expect(tellReasons([reason], new Map(), 'en')[0]).not.toHaveProperty('reviewerText');
  });
});

describe('a reason that is not for the applicant', () => {
  it('is told as its neutral code, without a word of the reviewer', () => {
    const told = tellReasons([hidden], words, 'en');
    expect(told).toMatchObject([
      { code: 'document-not-usable', pointer: { material: 'identity' } },
    ]);
    expect(JSON.stringify(told)).not.toMatch(/hologram|forgery/);
  });

  it('has its words not even read', () => {
    expect(wordsNeededFor([open, hidden])).toEqual(['ref-open']);
  });
});
