/** Reasons of the family `system_failure`. Codes are stored in events for ever: add, never rename. */
import { type ReasonEntries } from '../reason.types.ts';
import { GUIDANCE } from './guidance.ts';

export const SYSTEM_FAILURE = {
  maintenance: {
    mendable: true,
    pointer: 'none',
    applicant: {
      'zh-CN': '系统维护中，您的申请已保存，计时已暂停。',
      en: 'The system is under maintenance. Your application is kept and its clock stopped.',
    },
    reviewer: {
      'zh-CN': '系统维护中，您的申请已保存，计时已暂停。',
      en: 'The system is under maintenance. Your application is kept and its clock stopped.',
    },
    guidance: GUIDANCE.WAIT,
  },
  'provider-unavailable': {
    mendable: true,
    pointer: 'none',
    applicant: {
      'zh-CN': '核验服务暂时不可用，您的申请已保存。',
      en: 'A checking service is unavailable. Your application is kept.',
    },
    reviewer: {
      'zh-CN': '核验服务暂时不可用，您的申请已保存。',
      en: 'A checking service is unavailable. Your application is kept.',
    },
    guidance: GUIDANCE.WAIT,
  },
  'internal-error': {
    mendable: true,
    pointer: 'none',
    applicant: {
      'zh-CN': '系统出现内部错误，您的申请已保存。',
      en: 'Something went wrong on our side. Your application is kept.',
    },
    reviewer: {
      'zh-CN': '系统出现内部错误，您的申请已保存。',
      en: 'Something went wrong on our side. Your application is kept.',
    },
    guidance: GUIDANCE.WAIT_LONGER,
  },
} as const satisfies ReasonEntries;
