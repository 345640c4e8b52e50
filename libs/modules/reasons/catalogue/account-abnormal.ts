/**
 * Something stands against the account itself. All of it is told to the applicant, who can restore it.
 */
import { type ReasonEntries } from '../reason.types.ts';
import { GUIDANCE } from './guidance.ts';

export const ACCOUNT_ABNORMAL = {
  'account-frozen': {
    mendable: true,
    pointer: 'none',
    applicant: {
      'zh-CN': '您的账户目前处于冻结状态，申请已暂停，请联系平台客服解除冻结。',
      en: "Your account is frozen and the application is paused. Please contact the platform's support to have the freeze lifted.",
    },
    reviewer: {
      'zh-CN': '账户已冻结，案件暂停。',
      en: 'The account is frozen; the case is suspended.',
    },
    guidance: GUIDANCE.RESTORE_ACCOUNT,
  },
  'account-banned': {
    mendable: false,
    pointer: 'none',
    applicant: {
      'zh-CN': '您的账户已被停用，无法继续认证。',
      en: 'Your account has been banned, so the verification cannot go on.',
    },
    reviewer: { 'zh-CN': '账户已封禁。', en: 'The account is banned.' },
    guidance: GUIDANCE.APPEAL_IF_WRONG,
  },
  'account-closing': {
    mendable: true,
    pointer: 'none',
    applicant: {
      'zh-CN': '您的账户正在注销，申请无法继续。',
      en: 'Your account is being closed, so the application cannot go on.',
    },
    reviewer: { 'zh-CN': '账户处于注销流程中。', en: "The account's closure is under way." },
    guidance: GUIDANCE.CANCEL_CLOSURE,
  },
  'account-closed': {
    mendable: false,
    pointer: 'none',
    applicant: {
      'zh-CN': '您的账户已注销，无法继续认证。',
      en: 'Your account has been closed, so the verification cannot go on.',
    },
    reviewer: { 'zh-CN': '账户已注销。', en: 'The account is closed.' },
    guidance: GUIDANCE.APPEAL_IF_WRONG,
  },
  'complaint-open': {
    mendable: true,
    pointer: 'none',
    applicant: {
      'zh-CN': '您的账户有尚未处理完的投诉，处理完毕后才能继续认证。',
      en: 'There is an open complaint about your account. It has to be resolved first.',
    },
    reviewer: { 'zh-CN': '账户存在未结投诉。', en: 'A complaint about the account is open.' },
    guidance: GUIDANCE.RESOLVE_COMPLAINT,
  },
  'duplicate-identity': {
    mendable: false,
    pointer: 'either',
    applicant: {
      'zh-CN': '这一身份已在本平台的另一账户完成认证，不能重复认证。',
      en: 'This identity has already been verified in another account on this platform.',
    },
    reviewer: {
      'zh-CN': '身份已被另一账户占用（盲索引命中）。',
      en: 'The identity is held by another account (found in the blind index).',
    },
    guidance: GUIDANCE.USE_FIRST_ACCOUNT,
  },
  'document-used-by-another-account': {
    mendable: false,
    pointer: 'material',
    applicant: {
      'zh-CN': '这份材料已用于本平台的另一账户，请使用自己的材料或原账户。',
      en: 'This document has been used in another account. Please use your own, or your first account.',
    },
    reviewer: {
      'zh-CN': '同一材料已用于另一账户。',
      en: 'The document was used in another account.',
    },
    guidance: GUIDANCE.USE_FIRST_ACCOUNT,
  },
  'account-compromised': {
    mendable: true,
    pointer: 'none',
    applicant: {
      'zh-CN': '您的账户可能被他人使用，为保护您的信息，申请已暂停。',
      en: 'Somebody else may be using your account. The application is paused to protect you.',
    },
    reviewer: {
      'zh-CN': '账户疑似被盗用，案件暂停。',
      en: 'The account is reported or believed to be compromised; the case is suspended.',
    },
    guidance: GUIDANCE.SECURE_ACCOUNT,
  },
  'two-factor-required': {
    mendable: true,
    pointer: 'none',
    applicant: {
      'zh-CN': '请先开启两步验证，再继续认证。',
      en: 'Please turn two-factor sign-in on before you go on.',
    },
    reviewer: {
      'zh-CN': '恢复账户前须开启两步验证。',
      en: 'Two-factor sign-in is demanded before the account is restored.',
    },
    guidance: GUIDANCE.SECURE_ACCOUNT,
  },
  'rounds-exhausted': {
    mendable: false,
    pointer: 'none',
    applicant: {
      'zh-CN': '已达到这次认证允许的提交次数。',
      en: 'You have reached the number of submissions that this verification allows.',
    },
    reviewer: {
      'zh-CN': '提交轮次已达政策上限。',
      en: "The policy's number of rounds is used up.",
    },
    guidance: GUIDANCE.APPEAL_IF_WRONG,
  },
} as const satisfies ReasonEntries;
