import { after, ofCase, resumed, submitted, toCase } from './process.testkit.ts';
import { screenOnSubmission } from './screen-on-submission.process.ts';

const screen = (round: number) => toCase('c1', { type: 'ScreenCase', round });
const supplemented = ofCase('c1', { type: 'CaseSupplemented', data: { round: 2 } });
const screened = ofCase('c1', {
  type: 'ScreeningCompleted',
  data: { round: 1, outcome: 'clear' },
});
const withdrawn = ofCase('c1', { type: 'CaseWithdrawn', data: { cause: 'account-closed' } });

describe('the screening', () => {
  it('is asked for in every round: submitted, supplemented, submitted again', () => {
    expect(after(screenOnSubmission).reactsTo(submitted('c1'))).toEqual([screen(1)]);
    const past = [submitted('c1'), screened];
    expect(after(screenOnSubmission, ...past).reactsTo(supplemented)).toEqual([screen(2)]);
    expect(after(screenOnSubmission, ...past).reactsTo(submitted('c1', 3))).toEqual([screen(3)]);
  });

  it('that a freeze stopped is asked for again when the case goes on', () => {
    const stopped = after(screenOnSubmission, submitted('c1'));
    expect(stopped.reactsTo(resumed('c1'))).toEqual([screen(1)]);
    const twice = after(screenOnSubmission, submitted('c1'), resumed('c1'));
    expect(twice.reactsTo(resumed('c1'))).toEqual([screen(1)]);
  });

  it('that is done is not asked for again, nor that of a draft or of a case that ended', () => {
    const done = after(screenOnSubmission, submitted('c1'), screened);
    expect(done.reactsTo(resumed('c1'))).toEqual([]);
    expect(after(screenOnSubmission).reactsTo(resumed('c1'))).toEqual([]);
    const ended = after(screenOnSubmission, submitted('c1'), withdrawn);
    expect(ended.reactsTo(resumed('c1'))).toEqual([]);
  });

  it('sets off nothing itself, and is forgotten once it is done', () => {
    const running = after(screenOnSubmission, submitted('c1'));
    expect(running.reactsTo(screened)).toEqual([]);
    expect(running.reactsTo(withdrawn)).toEqual([]);
    expect(after(screenOnSubmission, submitted('c1'), screened).remembered).toBeUndefined();
    expect(after(screenOnSubmission, resumed('c1')).remembered).toBeUndefined();
  });
});
