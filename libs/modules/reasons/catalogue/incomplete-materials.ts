/** Reasons of the family `incomplete_materials`. Codes are stored in events for ever: add, never rename. */
import { type ReasonEntries } from '../reason.types.ts';
import { GUIDANCE } from './guidance.ts';

export const INCOMPLETE_MATERIALS = {
  'material-missing': {
    mendable: true,
    pointer: 'material',
    applicant: { 'zh-CN': '缺少必需的材料。', en: 'A required document is missing.' },
    reviewer: { 'zh-CN': '缺少必需的材料。', en: 'A required document is missing.' },
    guidance: GUIDANCE.ADD_MISSING,
  },
  'field-missing': {
    mendable: true,
    pointer: 'field',
    applicant: { 'zh-CN': '有必填项未填写。', en: 'A required entry is missing.' },
    reviewer: { 'zh-CN': '有必填项未填写。', en: 'A required entry is missing.' },
    guidance: GUIDANCE.ADD_MISSING,
  },
  'file-missing': {
    mendable: true,
    pointer: 'material',
    applicant: { 'zh-CN': '缺少必需的文件。', en: 'A required file is missing.' },
    reviewer: { 'zh-CN': '缺少必需的文件。', en: 'A required file is missing.' },
    guidance: GUIDANCE.ADD_MISSING,
  },
  'page-missing': {
    mendable: true,
    pointer: 'material',
    applicant: { 'zh-CN': '文件缺页。', en: 'A page is missing.' },
    reviewer: { 'zh-CN': '文件缺页。', en: 'A page is missing.' },
    guidance: GUIDANCE.ADD_MISSING,
  },
  'side-missing': {
    mendable: true,
    pointer: 'material',
    applicant: { 'zh-CN': '缺少证件的一面。', en: 'One side of the document is missing.' },
    reviewer: { 'zh-CN': '缺少证件的一面。', en: 'One side of the document is missing.' },
    guidance: GUIDANCE.ADD_MISSING,
  },
  illegible: {
    mendable: true,
    pointer: 'material',
    applicant: { 'zh-CN': '文件模糊，无法辨认。', en: 'The document cannot be read.' },
    reviewer: { 'zh-CN': '文件模糊，无法辨认。', en: 'The document cannot be read.' },
    guidance: GUIDANCE.RETAKE_PICTURE,
  },
  cropped: {
    mendable: true,
    pointer: 'material',
    applicant: { 'zh-CN': '文件边角被裁切。', en: 'The document is cut off at its edges.' },
    reviewer: { 'zh-CN': '文件边角被裁切。', en: 'The document is cut off at its edges.' },
    guidance: GUIDANCE.RETAKE_PICTURE,
  },
  'document-expired': {
    mendable: true,
    pointer: 'material',
    applicant: { 'zh-CN': '证件已过有效期。', en: 'The document has expired.' },
    reviewer: { 'zh-CN': '证件已过有效期。', en: 'The document has expired.' },
    guidance: GUIDANCE.PROVIDE_CURRENT,
  },
  'material-wrong-type': {
    mendable: true,
    pointer: 'material',
    applicant: {
      'zh-CN': '提供的材料类型不符。',
      en: 'This is another type of document than was asked for.',
    },
    reviewer: {
      'zh-CN': '提供的材料类型不符。',
      en: 'This is another type of document than was asked for.',
    },
    guidance: GUIDANCE.PROVIDE_OTHER,
  },
  'file-password-protected': {
    mendable: true,
    pointer: 'material',
    applicant: { 'zh-CN': '文件设有密码，无法打开。', en: 'The file is protected by a password.' },
    reviewer: { 'zh-CN': '文件设有密码，无法打开。', en: 'The file is protected by a password.' },
    guidance: GUIDANCE.FIX_FILE,
  },
  'file-damaged': {
    mendable: true,
    pointer: 'material',
    applicant: {
      'zh-CN': '文件已损坏，无法打开。',
      en: 'The file is damaged and cannot be opened.',
    },
    reviewer: {
      'zh-CN': '文件已损坏，无法打开。',
      en: 'The file is damaged and cannot be opened.',
    },
    guidance: GUIDANCE.FIX_FILE,
  },
  'contact-not-confirmed': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '联系方式尚未通过验证码确认。',
      en: 'The contact has not been confirmed by its code yet.',
    },
    reviewer: {
      'zh-CN': '联系方式尚未通过验证码确认。',
      en: 'The contact has not been confirmed by its code yet.',
    },
    guidance: GUIDANCE.CONFIRM_CONTACT,
  },
  'declaration-missing': {
    mendable: true,
    pointer: 'none',
    applicant: {
      'zh-CN': '尚未作出真实性声明。',
      en: 'The declaration of truthfulness is missing.',
    },
    reviewer: {
      'zh-CN': '尚未作出真实性声明。',
      en: 'The declaration of truthfulness is missing.',
    },
    guidance: GUIDANCE.DECLARE,
  },
  'document-not-usable': {
    mendable: true,
    pointer: 'material',
    applicant: { 'zh-CN': '提供的文件无法使用。', en: 'The document cannot be used.' },
    reviewer: {
      'zh-CN': '文件无法使用（中性代码）。',
      en: 'The document cannot be used (the neutral code).',
    },
    guidance: GUIDANCE.PROVIDE_OTHER,
  },
} as const satisfies ReasonEntries;
