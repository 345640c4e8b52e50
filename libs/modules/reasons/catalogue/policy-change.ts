/**
 * The published rules changed after the draft was begun or the verification was granted.
 */
import { type ReasonEntries } from '../reason.types.ts';
import { GUIDANCE } from './guidance.ts';

export const POLICY_CHANGE = {
  'requirement-added': {
    mendable: true,
    pointer: 'either',
    applicant: {
      'zh-CN': '您开始填写后，认证要求新增了一项，请补充。',
      en: 'A requirement was added after you began. Please supply it.',
    },
    reviewer: {
      'zh-CN': '草稿开始后新增要求。',
      en: 'A requirement was added since the draft was begun.',
    },
    guidance: GUIDANCE.SEE_CHANGES,
  },
  'material-no-longer-accepted': {
    mendable: true,
    pointer: 'material',
    applicant: {
      'zh-CN': '这类材料已不再接受，请换成目前接受的材料。',
      en: 'This kind of document is no longer accepted. Please replace it with one that is.',
    },
    reviewer: {
      'zh-CN': '该类材料已不再接受。',
      en: 'This kind of material is no longer accepted.',
    },
    guidance: GUIDANCE.SEE_CHANGES,
  },
  'threshold-changed': {
    mendable: true,
    pointer: 'either',
    applicant: {
      'zh-CN': '认证标准有所调整，原有内容不再满足要求，请按新标准更新。',
      en: 'The standard was changed, and what you gave no longer meets it. Please bring it up to date.',
    },
    reviewer: {
      'zh-CN': '阈值已调整，原有内容不再满足。',
      en: 'A threshold was changed, and what was given no longer meets it.',
    },
    guidance: GUIDANCE.SEE_CHANGES,
  },
  'declaration-text-changed': {
    mendable: true,
    pointer: 'none',
    applicant: {
      'zh-CN': '真实性声明已更新，请阅读新版本并重新同意。',
      en: 'The declaration of truthfulness has a new text. Please read it and agree again.',
    },
    reviewer: {
      'zh-CN': '真实性声明版本已更新。',
      en: "The declaration's text has a new version.",
    },
    guidance: GUIDANCE.DECLARE,
  },
  'reverification-required': {
    mendable: true,
    pointer: 'either',
    applicant: {
      'zh-CN': '按照更新后的规则，您此前认证的信息需要重新确认。',
      en: 'Under the new rules the information that you verified earlier has to be confirmed again.',
    },
    reviewer: {
      'zh-CN': '规则更新或到期，须重新确认已认证信息。',
      en: 'New rules or expiry demand that verified data be confirmed again.',
    },
    guidance: GUIDANCE.SEE_CHANGES,
  },
  'policy-retired': {
    mendable: false,
    pointer: 'none',
    applicant: {
      'zh-CN': '这一类认证已停止办理，请选择其他认证类型。',
      en: 'This kind of verification is no longer offered. Please choose another.',
    },
    reviewer: { 'zh-CN': '该政策已停用。', en: 'The policy is retired.' },
    guidance: GUIDANCE.START_NEW_KIND,
  },
} as const satisfies ReasonEntries;
