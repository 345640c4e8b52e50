/**
 * A real log for specs. It does not lie in this repository: it is looked for in the folder that
 * CASETRAIL_TEST_DATA names, or else in ../shared/data beside the checkout.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

export const BPIC2012 = 'bpic2012.xes.gz';
const BESIDE = new URL('../../../../../shared/data', import.meta.url).pathname;
const wanted = resolve(process.env['CASETRAIL_TEST_DATA'] ?? BESIDE, BPIC2012);

/** Undefined where the log is not on this machine; that is said once, in a plain word. */
export function findBpic2012(): string | undefined {
  if (existsSync(wanted)) return wanted;
  process.stderr.write(
    `skipped: there is no ${wanted} (CASETRAIL_TEST_DATA may name its folder).\n`,
  );
  return undefined;
}

export const BPIC2012_MAPPING = new URL('../mappings/bpic2012.mapping.json', import.meta.url)
  .pathname;

/** `activity | transition | outcome`: how often. A second program in another language counted the same. */
export const BPIC2012_OUTCOMES: Readonly<Record<string, number>> = {
  'A_ACCEPTED | COMPLETE | supplemented': 5_113,
  'A_ACTIVATED | COMPLETE | history (by-rule)': 2_246,
  'A_APPROVED | COMPLETE | approved': 2_246,
  'A_CANCELLED | COMPLETE | withdrawn': 2_807,
  'A_DECLINED | COMPLETE | rejected': 7_635,
  'A_FINALIZED | COMPLETE | history (state-forbids)': 47,
  'A_FINALIZED | COMPLETE | screening-completed': 4_968,
  'A_PARTLYSUBMITTED | COMPLETE | screening-completed': 13_087,
  'A_PREACCEPTED | COMPLETE | supplement-requested': 7_367,
  'A_REGISTERED | COMPLETE | history (by-rule)': 2_246,
  'A_SUBMITTED | COMPLETE | case-opened+submitted': 13_087,
  'O_ACCEPTED | COMPLETE | history (by-rule)': 2_243,
  'O_CANCELLED | COMPLETE | history (by-rule)': 3_655,
  'O_CREATED | COMPLETE | history (by-rule)': 7_030,
  'O_DECLINED | COMPLETE | history (by-rule)': 802,
  'O_SELECTED | COMPLETE | history (by-rule)': 7_030,
  'O_SENT | COMPLETE | history (by-rule)': 7_030,
  'O_SENT_BACK | COMPLETE | history (by-rule)': 3_454,
  'W_Afhandelen leads | COMPLETE | history (case-decided)': 2_234,
  'W_Afhandelen leads | COMPLETE | history (state-forbids)': 2_537,
  'W_Afhandelen leads | COMPLETE | review-released': 1_127,
  'W_Afhandelen leads | SCHEDULE | review-requested': 4_771,
  'W_Afhandelen leads | START | review-claimed': 5_895,
  'W_Afhandelen leads | START | review-requested+review-claimed': 2,
  'W_Beoordelen fraude | COMPLETE | history (case-decided)': 57,
  'W_Beoordelen fraude | COMPLETE | history (state-forbids)': 61,
  'W_Beoordelen fraude | COMPLETE | review-released': 152,
  'W_Beoordelen fraude | SCHEDULE | escalated+review-requested': 55,
  'W_Beoordelen fraude | SCHEDULE | review-requested': 69,
  'W_Beoordelen fraude | START | review-claimed': 270,
  'W_Completeren aanvraag | COMPLETE | history (case-decided)': 1_865,
  'W_Completeren aanvraag | COMPLETE | history (state-forbids)': 5_510,
  'W_Completeren aanvraag | COMPLETE | review-released': 16_592,
  'W_Completeren aanvraag | SCHEDULE | review-requested': 7_371,
  'W_Completeren aanvraag | START | history (case-decided)': 1,
  'W_Completeren aanvraag | START | history (state-forbids)': 1,
  'W_Completeren aanvraag | START | review-claimed': 23_434,
  'W_Completeren aanvraag | START | review-requested+review-claimed': 76,
  'W_Nabellen incomplete dossiers | COMPLETE | history (case-decided)': 431,
  'W_Nabellen incomplete dossiers | COMPLETE | history (state-forbids)': 1_742,
  'W_Nabellen incomplete dossiers | COMPLETE | review-released': 9_234,
  'W_Nabellen incomplete dossiers | SCHEDULE | history (state-forbids)': 191,
  'W_Nabellen incomplete dossiers | SCHEDULE | review-requested': 4,
  'W_Nabellen incomplete dossiers | SCHEDULE | supplement-requested+review-requested': 2_188,
  'W_Nabellen incomplete dossiers | START | history (case-decided)': 23,
  'W_Nabellen incomplete dossiers | START | history (state-forbids)': 1,
  'W_Nabellen incomplete dossiers | START | review-claimed': 11_374,
  'W_Nabellen incomplete dossiers | START | review-requested+review-claimed': 2,
  'W_Nabellen offertes | COMPLETE | history (case-decided)': 1_067,
  'W_Nabellen offertes | COMPLETE | history (state-forbids)': 3_760,
  'W_Nabellen offertes | COMPLETE | review-released': 18_149,
  'W_Nabellen offertes | SCHEDULE | history (state-forbids)': 1_619,
  'W_Nabellen offertes | SCHEDULE | review-requested': 5_015,
  'W_Nabellen offertes | START | history (case-decided)': 40,
  'W_Nabellen offertes | START | review-claimed': 22_361,
  'W_Nabellen offertes | START | review-requested+review-claimed': 5,
  'W_Valideren aanvraag | COMPLETE | history (case-decided)': 2_753,
  'W_Valideren aanvraag | COMPLETE | history (state-forbids)': 2_221,
  'W_Valideren aanvraag | COMPLETE | review-released': 2_921,
  'W_Valideren aanvraag | SCHEDULE | review-requested': 3_287,
  'W_Valideren aanvraag | SCHEDULE | supplemented+review-requested': 1_736,
  'W_Valideren aanvraag | START | history (case-decided)': 8,
  'W_Valideren aanvraag | START | review-claimed': 7_876,
  'W_Valideren aanvraag | START | review-requested+review-claimed': 7,
  'W_Wijzigen contractgegevens | SCHEDULE | history (by-rule)': 12,
};
