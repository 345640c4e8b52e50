/** Reasons of the family `policy_change`. Codes are stored in events for ever: add, never rename. */
import { type ReasonEntries } from '../reason.types.ts';
import { GUIDANCE } from './guidance.ts';

export const POLICY_CHANGE = {
  'requirement-added': {
    mendable: true,
    pointer: 'either',
    applicant: {
      'zh-CN': '开始填写后，认证要求有所增加。',
      en: 'A requirement was added since you began.',
    },
    reviewer: {
      'zh-CN': '开始填写后，认证要求有所增加。',
      en: 'A requirement was added since you began.',
    },
    guidance: GUIDANCE.SEE_CHANGES,
  },
  'material-no-longer-accepted': {
    mendable: true,
    pointer: 'material',
    applicant: { 'zh-CN': '该材料已不再被接受。', en: 'This document is no longer accepted.' },
    reviewer: { 'zh-CN': '该材料已不再被接受。', en: 'This document is no longer accepted.' },
    guidance: GUIDANCE.SEE_CHANGES,
  },
  'threshold-changed': {
    mendable: true,
    pointer: 'either',
    applicant: { 'zh-CN': '认证标准已变更。', en: 'A threshold was changed since you began.' },
    reviewer: { 'zh-CN': '认证标准已变更。', en: 'A threshold was changed since you began.' },
    guidance: GUIDANCE.SEE_CHANGES,
  },
  'policy-retired': {
    mendable: false,
    pointer: 'none',
    applicant: {
      'zh-CN': '该认证类型已停止。',
      en: 'This kind of verification is no longer offered.',
    },
    reviewer: {
      'zh-CN': '该认证类型已停止。',
      en: 'This kind of verification is no longer offered.',
    },
    guidance: GUIDANCE.START_NEW_KIND,
  },
} as const satisfies ReasonEntries;
