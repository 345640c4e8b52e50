/**
 * What went wrong on the way, between the applicant's device and the platform. Nothing of it speaks
 * against the applicant.
 */
import { type ReasonEntries } from '../reason.types.ts';
import { GUIDANCE } from './guidance.ts';

export const CONNECTIVITY = {
  'upload-interrupted': {
    mendable: true,
    pointer: 'material',
    applicant: {
      'zh-CN': '文件上传中断，已上传的部分仍然保留，请继续上传。',
      en: 'The upload was interrupted. What arrived is kept: please continue it.',
    },
    reviewer: {
      'zh-CN': '上传中断，文件不完整。',
      en: 'The upload broke off; the file is not whole.',
    },
    guidance: GUIDANCE.RESUME_UPLOAD,
  },
  'upload-corrupted': {
    mendable: true,
    pointer: 'material',
    applicant: {
      'zh-CN': '文件在传输中受损，请重新上传这份文件。',
      en: 'The file was damaged on the way. Please upload it again.',
    },
    reviewer: {
      'zh-CN': '文件摘要与上传时声明的不符。',
      en: "The file's digest differs from the one announced.",
    },
    guidance: GUIDANCE.RESUME_UPLOAD,
  },
  'submission-timed-out': {
    mendable: true,
    pointer: 'none',
    applicant: {
      'zh-CN': '提交超时，尚未成功。您的草稿已保存，请再次提交。',
      en: 'The submission took too long and did not go through. Your draft is saved: please submit again.',
    },
    reviewer: {
      'zh-CN': '提交请求超时，未受理。',
      en: 'The submission timed out and was not accepted.',
    },
    guidance: GUIDANCE.SUBMIT_ONCE_MORE,
  },
  'session-expired': {
    mendable: true,
    pointer: 'none',
    applicant: {
      'zh-CN': '提交过程中登录已过期。您的草稿已保存，请重新登录后提交。',
      en: 'Your session ended while you were submitting. Your draft is saved: sign in again and submit.',
    },
    reviewer: { 'zh-CN': '提交过程中会话过期。', en: 'The session expired during the submission.' },
    guidance: GUIDANCE.SIGN_IN_AGAIN,
  },
  'code-not-delivered': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '验证码未送达或已过期，请重新获取。',
      en: 'The code did not arrive or ran out. Please ask for a new one.',
    },
    reviewer: {
      'zh-CN': '联系方式验证码未在有效期内填写。',
      en: "The contact's code was not entered in time.",
    },
    guidance: GUIDANCE.REQUEST_CODE_AGAIN,
  },
} as const satisfies ReasonEntries;
