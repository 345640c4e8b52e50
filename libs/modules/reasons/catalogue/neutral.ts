/**
 * What applicants are told in place of a reason that is not for them. The neutral codes and the codes
 * that they stand in for share these very words, so that no difference can tell one from the other.
 */
import { type ReasonEntry } from '../reason.types.ts';
import { GUIDANCE } from './guidance.ts';

type Told = Pick<ReasonEntry, 'applicant' | 'guidance'>;

export const NOT_CONFIRMED: Told = {
  applicant: {
    'zh-CN': '根据现有材料，我们还无法确认您填写的信息。请核对后补充材料，或提出申诉。',
    en: 'We could not confirm your information with what we have. Please check it and add to it, or appeal.',
  },
  guidance: GUIDANCE.CHECK_ALL,
};

export const NOT_USABLE: Told = {
  applicant: {
    'zh-CN': '这份材料不能用于本次认证，请上传另一份材料。',
    en: 'This document cannot be used for this verification. Please provide another one.',
  },
  guidance: GUIDANCE.PROVIDE_OTHER,
};
