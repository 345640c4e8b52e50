/** Reasons of the family `connectivity`. Codes are stored in events for ever: add, never rename. */
import { type ReasonEntries } from '../reason.types.ts';
import { GUIDANCE } from './guidance.ts';

export const CONNECTIVITY = {
  'upload-interrupted': {
    mendable: true,
    pointer: 'material',
    applicant: { 'zh-CN': '文件上传中断。', en: 'The upload was interrupted.' },
    reviewer: { 'zh-CN': '文件上传中断。', en: 'The upload was interrupted.' },
    guidance: GUIDANCE.RESUME_UPLOAD,
  },
  'submission-timed-out': {
    mendable: true,
    pointer: 'none',
    applicant: {
      'zh-CN': '提交超时，未收到完整内容。',
      en: 'The submission timed out before it arrived whole.',
    },
    reviewer: {
      'zh-CN': '提交超时，未收到完整内容。',
      en: 'The submission timed out before it arrived whole.',
    },
    guidance: GUIDANCE.SUBMIT_ONCE_MORE,
  },
  'session-expired': {
    mendable: true,
    pointer: 'none',
    applicant: {
      'zh-CN': '提交过程中登录已过期。',
      en: 'Your session expired while you were submitting.',
    },
    reviewer: {
      'zh-CN': '提交过程中登录已过期。',
      en: 'Your session expired while you were submitting.',
    },
    guidance: GUIDANCE.SIGN_IN_AGAIN,
  },
  'code-not-delivered': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '验证码未送达或已失效。',
      en: 'The confirmation code did not arrive, or has lapsed.',
    },
    reviewer: {
      'zh-CN': '验证码未送达或已失效。',
      en: 'The confirmation code did not arrive, or has lapsed.',
    },
    guidance: GUIDANCE.REQUEST_CODE_AGAIN,
  },
} as const satisfies ReasonEntries;
