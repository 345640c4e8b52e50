/** Reasons of the family `account_abnormal`. Codes are stored in events for ever: add, never rename. */
import { type ReasonEntries } from '../reason.types.ts';
import { GUIDANCE } from './guidance.ts';

export const ACCOUNT_ABNORMAL = {
  'account-frozen': {
    mendable: true,
    pointer: 'none',
    applicant: { 'zh-CN': '账户已被冻结。', en: 'The account is frozen.' },
    reviewer: { 'zh-CN': '账户已被冻结。', en: 'The account is frozen.' },
    guidance: GUIDANCE.RESTORE_ACCOUNT,
  },
  'account-banned': {
    mendable: false,
    pointer: 'none',
    applicant: { 'zh-CN': '账户已被封禁。', en: 'The account is banned.' },
    reviewer: { 'zh-CN': '账户已被封禁。', en: 'The account is banned.' },
    guidance: GUIDANCE.APPEAL_IF_WRONG,
  },
  'account-closed': {
    mendable: false,
    pointer: 'none',
    applicant: { 'zh-CN': '账户已注销或正在注销。', en: 'The account is closed, or being closed.' },
    reviewer: { 'zh-CN': '账户已注销或正在注销。', en: 'The account is closed, or being closed.' },
    guidance: GUIDANCE.CANCEL_CLOSURE,
  },
  'complaint-open': {
    mendable: true,
    pointer: 'none',
    applicant: { 'zh-CN': '账户有未处理的投诉。', en: 'A complaint about the account is open.' },
    reviewer: { 'zh-CN': '账户有未处理的投诉。', en: 'A complaint about the account is open.' },
    guidance: GUIDANCE.RESOLVE_COMPLAINT,
  },
  'duplicate-identity': {
    mendable: false,
    pointer: 'either',
    applicant: {
      'zh-CN': '该身份已在另一账户完成认证。',
      en: 'This identity is verified with another account.',
    },
    reviewer: {
      'zh-CN': '该身份已在另一账户完成认证。',
      en: 'This identity is verified with another account.',
    },
    guidance: GUIDANCE.USE_FIRST_ACCOUNT,
  },
  'account-compromised': {
    mendable: true,
    pointer: 'none',
    applicant: { 'zh-CN': '账户可能被他人使用。', en: 'The account may be in other hands.' },
    reviewer: { 'zh-CN': '账户可能被他人使用。', en: 'The account may be in other hands.' },
    guidance: GUIDANCE.SECURE_ACCOUNT,
  },
} as const satisfies ReasonEntries;
