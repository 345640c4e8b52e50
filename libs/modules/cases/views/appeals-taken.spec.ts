import {
  aCase,
  applicant,
  aReason,
  as,
  type CaseInThePast,
  HOUR_MS,
  MONDAY,
} from '../case.testkit.ts';
import { plusMs } from '#kernel/instants';
import { caseDetailView } from './case-detail.view.ts';
import { asApplicantSees, asReviewerSees, wordsToApplicant } from './case-presentation.ts';
import { documentsOf } from './views.testkit.ts';

const SENIOR = { roles: ['senior'] } as const;
const letter = {
  ref: 'ref-letter',
  nameRef: 'ref-name',
  commitment: 'c-letter',
  mediaType: 'image/png',
  bytes: 7,
};
const appealed = aCase()
  .claimedBy('ada')
  .decided({ type: 'RejectCase', final: true })
  .does(
    { type: 'AppealCase', statementRef: 'ref-statement', commitment: 'c', files: [] },
    applicant,
  )
  .after(HOUR_MS)
  .does({ type: 'ProvideAppealEvidence', files: [letter] }, applicant);
const heard = appealed.after(HOUR_MS).claimedBy('sam', SENIOR);
const reason = { ...aReason, textRef: 'ref-words' };
const dismissed = heard.does(
  { type: 'DismissAppeal', review: 2, reasons: [reason] },
  ...as('sam', SENIOR),
);
const granted = heard.does(
  { type: 'GrantAppeal', review: 2, outcome: 'review-again' },
  ...as('sam', SENIOR),
);

const detail = (past: CaseInThePast) => documentsOf(caseDetailView, past)['1']!;
const masked = new Map([['ref-name', 'l***.png']]);
const words = new Map([['ref-words', 'The letter is not signed.']]);
const toApplicant = (past: CaseInThePast) =>
  asApplicantSees(detail(past), masked, words, 'en').appeals;
const toStaff = (past: CaseInThePast) => asReviewerSees(detail(past), masked, 'en').appeals;

describe('an appeal', () => {
  it('is shown to the staff with who appealed when, what they said, as a reference, and what they gave', () => {
    expect(toStaff(appealed)).toEqual([
      {
        appeal: 1,
        at: MONDAY,
        by: 'holder',
        statementRef: 'ref-statement',
        files: [
          {
            ref: 'ref-letter',
            mediaType: 'image/png',
            bytes: 7,
            name: 'l***.png',
            at: plusMs(MONDAY, HOUR_MS),
          },
        ],
        outcome: null,
        endedAt: null,
        reasons: [],
      },
    ]);
  });

  it('is shown to its applicant with why it was dismissed, in words too, and nobody’s name', () => {
    const endedAt = plusMs(MONDAY, 2 * HOUR_MS);
    const [told] = toApplicant(dismissed);
    expect(told).toMatchObject({
      appeal: 1,
      files: [{ ref: 'ref-letter', name: 'l***.png' }],
      outcome: 'dismissed',
      endedAt,
      reasons: [{ code: 'illegible', reviewerText: 'The letter is not signed.' }],
    });
    expect(told).not.toHaveProperty('by');
    expect(told).not.toHaveProperty('statementRef');
    expect(wordsToApplicant(detail(dismissed))).toContain('ref-words');
    expect(JSON.stringify(told)).not.toContain('sam');
  });

  it.each([
    ['granted', granted, 'review-again'],
    ['given up with its case', appealed.does({ type: 'WithdrawCase' }, applicant), 'withdrawn'],
  ])('says that it was %s', (_what, past, outcome) => {
    expect(toApplicant(past)).toMatchObject([{ outcome, reasons: [] }]);
    expect(toStaff(past)).toMatchObject([{ outcome, files: [{ ref: 'ref-letter' }] }]);
  });

  it('stays what it was when the case is decided anew and appealed again', () => {
    const again = granted
      .claimedBy('ben')
      .decided({ type: 'RejectCase', final: true })
      .does({ type: 'AppealCase', statementRef: 's', commitment: 'c', files: [] }, applicant)
      .does({ type: 'ProvideAppealEvidence', files: [{ ...letter, ref: 'ref-other' }] }, applicant);
    expect(toStaff(again)).toMatchObject([
      { appeal: 1, outcome: 'review-again', files: [{ ref: 'ref-letter' }] },
      { appeal: 2, outcome: null, files: [{ ref: 'ref-other' }] },
    ]);
  });
});
