/**
 * The platform or somebody it depends on failed. The case is kept and its clock is stopped.
 */
import { type ReasonEntries } from '../reason.types.ts';
import { GUIDANCE } from './guidance.ts';

export const SYSTEM_FAILURE = {
  maintenance: {
    mendable: true,
    pointer: 'none',
    applicant: {
      'zh-CN': '系统正在维护，您的申请已妥善保存。',
      en: 'The system is under maintenance. Your application is safely kept.',
    },
    reviewer: { 'zh-CN': '计划内维护期间。', en: 'During announced maintenance.' },
    guidance: GUIDANCE.WAIT,
  },
  'provider-unavailable': {
    mendable: true,
    pointer: 'none',
    applicant: {
      'zh-CN': '核验服务暂时不可用，您的申请已妥善保存，恢复后自动继续。',
      en: 'A checking service is unavailable for now. Your application is kept and goes on by itself.',
    },
    reviewer: {
      'zh-CN': '外部核验服务不可用，自动重试中。',
      en: 'An outside checking service is unavailable; it is being tried again.',
    },
    guidance: GUIDANCE.WAIT,
  },
  'official-register-unavailable': {
    mendable: true,
    pointer: 'none',
    applicant: {
      'zh-CN': '官方登记系统暂时无法查询，您的申请已妥善保存，恢复后自动继续。',
      en: 'The official register cannot be reached for now. Your application is kept and goes on by itself.',
    },
    reviewer: {
      'zh-CN': '官方登记系统暂时无法查询。',
      en: 'The official register cannot be reached.',
    },
    guidance: GUIDANCE.WAIT,
  },
  'internal-error': {
    mendable: true,
    pointer: 'none',
    applicant: {
      'zh-CN': '系统出现异常，问题不在您这一方，您的申请已妥善保存。',
      en: 'Something went wrong on our side. Your application is safely kept.',
    },
    reviewer: {
      'zh-CN': '系统内部错误，详情见日志关联编号。',
      en: 'An internal error; the log has it under the correlation id.',
    },
    guidance: GUIDANCE.WAIT,
  },
  'review-delayed': {
    mendable: true,
    pointer: 'none',
    applicant: {
      'zh-CN': '目前申请较多，审核所需时间比预计的长。',
      en: 'There are many applications just now, and the review takes longer than expected.',
    },
    reviewer: {
      'zh-CN': '高峰期审核超出预计时间。',
      en: 'The review exceeds its expected time in a peak.',
    },
    guidance: GUIDANCE.WAIT_LONGER,
  },
} as const satisfies ReasonEntries;
