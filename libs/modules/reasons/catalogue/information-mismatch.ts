/** Reasons of the family `information_mismatch`. Codes are stored in events for ever: add, never rename. */
import { type ReasonEntries } from '../reason.types.ts';
import { GUIDANCE } from './guidance.ts';

export const INFORMATION_MISMATCH = {
  'name-mismatch': {
    mendable: true,
    pointer: 'field',
    applicant: { 'zh-CN': '填写的姓名与证件不一致。', en: 'The name differs from the document.' },
    reviewer: { 'zh-CN': '填写的姓名与证件不一致。', en: 'The name differs from the document.' },
    guidance: GUIDANCE.COMPARE_FIELD,
  },
  'id-number-mismatch': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '填写的证件号码与证件不一致。',
      en: 'The ID number differs from the document.',
    },
    reviewer: {
      'zh-CN': '填写的证件号码与证件不一致。',
      en: 'The ID number differs from the document.',
    },
    guidance: GUIDANCE.RETYPE_ID_NUMBER,
  },
  'id-number-check-digit': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '身份号码末位校验码不正确，请逐位核对。',
      en: 'The check digit of the ID number is wrong: a digit was mistyped.',
    },
    reviewer: {
      'zh-CN': '身份号码末位校验码不正确，请逐位核对。',
      en: 'The check digit of the ID number is wrong: a digit was mistyped.',
    },
    guidance: GUIDANCE.RETYPE_ID_NUMBER,
  },
  'id-number-length': {
    mendable: true,
    pointer: 'field',
    applicant: { 'zh-CN': '身份号码应为 18 位。', en: 'An ID number has 18 characters.' },
    reviewer: { 'zh-CN': '身份号码应为 18 位。', en: 'An ID number has 18 characters.' },
    guidance: GUIDANCE.RETYPE_ID_NUMBER,
  },
  'id-number-characters': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '身份号码只能由数字组成，末位可以是字母 X。',
      en: 'An ID number holds digits only; the last may be the letter X.',
    },
    reviewer: {
      'zh-CN': '身份号码只能由数字组成，末位可以是字母 X。',
      en: 'An ID number holds digits only; the last may be the letter X.',
    },
    guidance: GUIDANCE.RETYPE_ID_NUMBER,
  },
  'id-number-region': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '身份号码前六位不是有效的行政区划代码。',
      en: 'The first six digits of the ID number name no region.',
    },
    reviewer: {
      'zh-CN': '身份号码前六位不是有效的行政区划代码。',
      en: 'The first six digits of the ID number name no region.',
    },
    guidance: GUIDANCE.RETYPE_ID_NUMBER,
  },
  'id-number-birth-date': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '身份号码中的出生日期无效。',
      en: 'The date of birth in the ID number is no possible date.',
    },
    reviewer: {
      'zh-CN': '身份号码中的出生日期无效。',
      en: 'The date of birth in the ID number is no possible date.',
    },
    guidance: GUIDANCE.RETYPE_ID_NUMBER,
  },
  'id-number-old-form': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '15 位旧身份号码已停止使用。',
      en: 'ID numbers of the old form with 15 digits are no longer valid.',
    },
    reviewer: {
      'zh-CN': '15 位旧身份号码已停止使用。',
      en: 'ID numbers of the old form with 15 digits are no longer valid.',
    },
    guidance: GUIDANCE.USE_NEW_ID_NUMBER,
  },
  'credit-code-length': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '统一社会信用代码应为 18 位。',
      en: 'A unified social credit code has 18 characters.',
    },
    reviewer: {
      'zh-CN': '统一社会信用代码应为 18 位。',
      en: 'A unified social credit code has 18 characters.',
    },
    guidance: GUIDANCE.RETYPE_CREDIT_CODE,
  },
  'credit-code-characters': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '统一社会信用代码含有不允许的字符。',
      en: 'The unified social credit code holds a character that no such code has.',
    },
    reviewer: {
      'zh-CN': '统一社会信用代码含有不允许的字符。',
      en: 'The unified social credit code holds a character that no such code has.',
    },
    guidance: GUIDANCE.RETYPE_CREDIT_CODE,
  },
  'credit-code-check-character': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '统一社会信用代码的校验码不正确。',
      en: 'The check character of the unified social credit code is wrong.',
    },
    reviewer: {
      'zh-CN': '统一社会信用代码的校验码不正确。',
      en: 'The check character of the unified social credit code is wrong.',
    },
    guidance: GUIDANCE.RETYPE_CREDIT_CODE,
  },
  'credit-code-region': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '统一社会信用代码中的行政区划代码无效。',
      en: 'The region in the unified social credit code does not exist.',
    },
    reviewer: {
      'zh-CN': '统一社会信用代码中的行政区划代码无效。',
      en: 'The region in the unified social credit code does not exist.',
    },
    guidance: GUIDANCE.RETYPE_CREDIT_CODE,
  },
  'credit-code-registration': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '统一社会信用代码的登记管理部门或机构类别无效。',
      en: 'The registration authority or category in the unified social credit code does not exist.',
    },
    reviewer: {
      'zh-CN': '统一社会信用代码的登记管理部门或机构类别无效。',
      en: 'The registration authority or category in the unified social credit code does not exist.',
    },
    guidance: GUIDANCE.RETYPE_CREDIT_CODE,
  },
  'credit-code-old-form': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '旧版营业执照注册号已停止使用，请填写统一社会信用代码。',
      en: 'Registration numbers of the old form are no longer valid; give the unified social credit code.',
    },
    reviewer: {
      'zh-CN': '旧版营业执照注册号已停止使用，请填写统一社会信用代码。',
      en: 'Registration numbers of the old form are no longer valid; give the unified social credit code.',
    },
    guidance: GUIDANCE.USE_NEW_CREDIT_CODE,
  },
  'birth-date-mismatch': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '出生日期与证件不一致。',
      en: 'The date of birth differs from the document.',
    },
    reviewer: {
      'zh-CN': '出生日期与证件不一致。',
      en: 'The date of birth differs from the document.',
    },
    guidance: GUIDANCE.COMPARE_FIELD,
  },
  'birth-date-in-future': {
    mendable: true,
    pointer: 'field',
    applicant: { 'zh-CN': '出生日期晚于今天。', en: 'The date of birth lies in the future.' },
    reviewer: { 'zh-CN': '出生日期晚于今天。', en: 'The date of birth lies in the future.' },
    guidance: GUIDANCE.RETYPE_FIELD,
  },
  'birth-date-implausible': {
    mendable: true,
    pointer: 'field',
    applicant: { 'zh-CN': '出生日期过早，请核对。', en: 'The date of birth lies too far back.' },
    reviewer: { 'zh-CN': '出生日期过早，请核对。', en: 'The date of birth lies too far back.' },
    guidance: GUIDANCE.RETYPE_FIELD,
  },
  'licence-number-mismatch': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '执照号码与营业执照不一致。',
      en: 'The licence number differs from the business licence.',
    },
    reviewer: {
      'zh-CN': '执照号码与营业执照不一致。',
      en: 'The licence number differs from the business licence.',
    },
    guidance: GUIDANCE.COMPARE_FIELD,
  },
  'legal-representative-mismatch': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '法定代表人与营业执照不一致。',
      en: 'The legal representative differs from the business licence.',
    },
    reviewer: {
      'zh-CN': '法定代表人与营业执照不一致。',
      en: 'The legal representative differs from the business licence.',
    },
    guidance: GUIDANCE.COMPARE_FIELD,
  },
  'address-mismatch': {
    mendable: true,
    pointer: 'field',
    applicant: { 'zh-CN': '地址与证件不一致。', en: 'The address differs from the document.' },
    reviewer: { 'zh-CN': '地址与证件不一致。', en: 'The address differs from the document.' },
    guidance: GUIDANCE.COMPARE_FIELD,
  },
  'contact-mismatch': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '联系方式与记录不一致。',
      en: 'The contact differs from what is on record.',
    },
    reviewer: {
      'zh-CN': '联系方式与记录不一致。',
      en: 'The contact differs from what is on record.',
    },
    guidance: GUIDANCE.CONFIRM_CONTACT,
  },
  'documents-disagree': {
    mendable: true,
    pointer: 'material',
    applicant: {
      'zh-CN': '提供的材料之间信息不一致。',
      en: 'The documents you gave do not agree with each other.',
    },
    reviewer: {
      'zh-CN': '提供的材料之间信息不一致。',
      en: 'The documents you gave do not agree with each other.',
    },
    guidance: GUIDANCE.MATCH_DOCUMENTS,
  },
  'phone-malformed': {
    mendable: true,
    pointer: 'field',
    applicant: { 'zh-CN': '电话号码格式不正确。', en: 'This is no possible phone number.' },
    reviewer: { 'zh-CN': '电话号码格式不正确。', en: 'This is no possible phone number.' },
    guidance: GUIDANCE.RETYPE_FIELD,
  },
  'email-malformed': {
    mendable: true,
    pointer: 'field',
    applicant: { 'zh-CN': '电子邮箱格式不正确。', en: 'This is no possible e-mail address.' },
    reviewer: { 'zh-CN': '电子邮箱格式不正确。', en: 'This is no possible e-mail address.' },
    guidance: GUIDANCE.RETYPE_FIELD,
  },
  'date-malformed': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '日期格式不正确，请按年-月-日填写。',
      en: 'This is no date; write it as year-month-day.',
    },
    reviewer: {
      'zh-CN': '日期格式不正确，请按年-月-日填写。',
      en: 'This is no date; write it as year-month-day.',
    },
    guidance: GUIDANCE.RETYPE_FIELD,
  },
  'date-out-of-range': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '日期超出允许的范围。',
      en: 'The date is outside what is possible here.',
    },
    reviewer: { 'zh-CN': '日期超出允许的范围。', en: 'The date is outside what is possible here.' },
    guidance: GUIDANCE.RETYPE_FIELD,
  },
  'country-unknown': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '国家或地区代码不存在。',
      en: 'There is no country or region of this code.',
    },
    reviewer: {
      'zh-CN': '国家或地区代码不存在。',
      en: 'There is no country or region of this code.',
    },
    guidance: GUIDANCE.RETYPE_FIELD,
  },
  'document-number-malformed': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '证件号码的格式与证件类型不符。',
      en: 'The number does not have the form that this type of document has.',
    },
    reviewer: {
      'zh-CN': '证件号码的格式与证件类型不符。',
      en: 'The number does not have the form that this type of document has.',
    },
    guidance: GUIDANCE.RETYPE_FIELD,
  },
  'field-value-not-accepted': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '填写的内容不符合要求。',
      en: 'What was entered is not accepted for this entry.',
    },
    reviewer: {
      'zh-CN': '填写的内容不符合要求。',
      en: 'What was entered is not accepted for this entry.',
    },
    guidance: GUIDANCE.RETYPE_FIELD,
  },
  'face-mismatch': {
    mendable: true,
    pointer: 'material',
    applicant: {
      'zh-CN': '照片中的人像与证件不一致。',
      en: 'The face in the picture does not match the document.',
    },
    reviewer: {
      'zh-CN': '照片中的人像与证件不一致。',
      en: 'The face in the picture does not match the document.',
    },
    guidance: GUIDANCE.RETAKE_SELFIE,
  },
  'information-not-confirmed': {
    mendable: true,
    pointer: 'either',
    applicant: {
      'zh-CN': '我们未能核实您提供的信息。',
      en: 'We could not confirm the information you gave.',
    },
    reviewer: {
      'zh-CN': '信息未能核实（中性代码）。',
      en: 'The information could not be confirmed (the neutral code).',
    },
    guidance: GUIDANCE.CHECK_ALL,
  },
  'suspected-fraud': {
    mendable: false,
    pointer: 'either',
    neutral: 'information-not-confirmed',
    applicant: {
      'zh-CN': '我们未能核实您提供的信息。',
      en: 'We could not confirm the information you gave.',
    },
    reviewer: { 'zh-CN': '疑似欺诈。', en: 'Fraud is suspected.' },
    guidance: GUIDANCE.APPEAL_IF_WRONG,
  },
  'suspected-forgery': {
    mendable: false,
    pointer: 'material',
    neutral: 'document-not-usable',
    applicant: { 'zh-CN': '提供的文件无法使用。', en: 'The document cannot be used.' },
    reviewer: {
      'zh-CN': '文件疑似伪造或被篡改。',
      en: 'The document is suspected to be forged or altered.',
    },
    guidance: GUIDANCE.APPEAL_IF_WRONG,
  },
  'sanctions-hit': {
    mendable: false,
    pointer: 'none',
    neutral: 'information-not-confirmed',
    applicant: {
      'zh-CN': '我们未能核实您提供的信息。',
      en: 'We could not confirm the information you gave.',
    },
    reviewer: { 'zh-CN': '命中制裁名单。', en: 'A sanctions list names this subject.' },
    guidance: GUIDANCE.APPEAL_IF_WRONG,
  },
  'adverse-information': {
    mendable: false,
    pointer: 'none',
    neutral: 'information-not-confirmed',
    applicant: {
      'zh-CN': '我们未能核实您提供的信息。',
      en: 'We could not confirm the information you gave.',
    },
    reviewer: { 'zh-CN': '存在负面信息。', en: 'There is adverse information about this subject.' },
    guidance: GUIDANCE.APPEAL_IF_WRONG,
  },
} as const satisfies ReasonEntries;
