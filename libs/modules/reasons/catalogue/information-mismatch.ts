/**
 * The information given and the documents, registers or faces do not agree. Suspected
 * forgery, fraud, sanctions and other findings that are not for the applicant stand at the end; the
 * applicant sees a neutral code in their place.
 */
import { type ReasonEntries } from '../reason.types.ts';
import { GUIDANCE } from './guidance.ts';
import { NOT_CONFIRMED, NOT_USABLE } from './neutral.ts';

export const INFORMATION_MISMATCH = {
  'name-mismatch': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '您填写的姓名与证件上的不一致，请对照证件更正。',
      en: 'The name you entered differs from the one on the document. Please correct it.',
    },
    reviewer: {
      'zh-CN': '填写的姓名与证件不一致。',
      en: 'The name entered differs from the document.',
    },
    guidance: GUIDANCE.COMPARE_FIELD,
  },
  'id-number-mismatch': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '您填写的公民身份号码与证件上的不一致，请对照证件更正。',
      en: 'The ID number you entered differs from the one on the document. Please correct it.',
    },
    reviewer: {
      'zh-CN': '填写的公民身份号码与证件不一致。',
      en: 'The ID number entered differs from the document.',
    },
    guidance: GUIDANCE.RETYPE_ID_NUMBER,
  },
  'id-number-length': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '公民身份号码应为 18 位，请检查是否多填或漏填。',
      en: 'An ID number has 18 characters. Please see whether one is missing or too many.',
    },
    reviewer: {
      'zh-CN': '公民身份号码不是 18 位（GB 11643）。',
      en: 'The ID number does not have 18 characters (GB 11643).',
    },
    guidance: GUIDANCE.RETYPE_ID_NUMBER,
  },
  'id-number-old-form': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '15 位身份证号码已停止使用，请填写 18 位公民身份号码。',
      en: 'ID numbers of 15 digits are no longer in use. Please enter your number of 18 characters.',
    },
    reviewer: {
      'zh-CN': '填写的是已停用的 15 位号码。',
      en: 'The number is of the abolished 15-digit form.',
    },
    guidance: GUIDANCE.USE_NEW_ID_NUMBER,
  },
  'id-number-characters': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '公民身份号码只能由数字组成，末位可以是字母 X，请检查后更正。',
      en: 'An ID number consists of digits; only the last one may be the letter X. Please correct it.',
    },
    reviewer: {
      'zh-CN': '公民身份号码含有不允许的字符（GB 11643）。',
      en: 'The ID number holds characters that GB 11643 does not allow.',
    },
    guidance: GUIDANCE.RETYPE_ID_NUMBER,
  },
  'id-number-region': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '公民身份号码的前 6 位不是有效的地区代码，请逐位核对。',
      en: 'The first six digits of the ID number are not a region code. Please check them one by one.',
    },
    reviewer: {
      'zh-CN': '前 6 位不在 GB/T 2260 现行或历史代码中。',
      en: 'The first six digits are no code of GB/T 2260, present or past.',
    },
    guidance: GUIDANCE.RETYPE_ID_NUMBER,
  },
  'id-number-birth-date': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '公民身份号码中的出生日期（第 7 至 14 位）无效，请逐位核对。',
      en: 'The date of birth in the ID number (digits 7 to 14) is not valid. Please check it.',
    },
    reviewer: {
      'zh-CN': '号码中的出生日期不存在、在将来或早得不合理。',
      en: 'The date of birth in the number does not exist, lies in the future or implausibly far back.',
    },
    guidance: GUIDANCE.RETYPE_ID_NUMBER,
  },
  'id-number-check-digit': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '公民身份号码的校验位不符，可能有一位填错或两位填反，请逐位核对。',
      en: 'The ID number does not add up: a digit is probably wrong or two are swapped. Please check it digit by digit.',
    },
    reviewer: {
      'zh-CN': '校验码不符（ISO 7064 MOD 11-2）。',
      en: 'The check digit is wrong (ISO 7064 MOD 11-2).',
    },
    guidance: GUIDANCE.RETYPE_ID_NUMBER,
  },
  'birth-date-in-future': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '出生日期晚于今天，请对照证件核对。',
      en: 'The date of birth lies in the future. Please compare it with the document.',
    },
    reviewer: { 'zh-CN': '出生日期晚于今天。', en: 'The date of birth lies in the future.' },
    guidance: GUIDANCE.COMPARE_FIELD,
  },
  'birth-date-implausible': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '出生日期过早，请对照证件核对年份。',
      en: 'The date of birth lies too far back. Please compare the year with the document.',
    },
    reviewer: {
      'zh-CN': '出生日期距今超过 150 年。',
      en: 'The date of birth lies more than 150 years back.',
    },
    guidance: GUIDANCE.COMPARE_FIELD,
  },
  'birth-date-mismatch': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '您填写的出生日期与证件上的不一致，请对照证件更正。',
      en: 'The date of birth you entered differs from the one on the document. Please correct it.',
    },
    reviewer: {
      'zh-CN': '填写的出生日期与证件或号码不一致。',
      en: 'The date of birth entered differs from the document or from the ID number.',
    },
    guidance: GUIDANCE.COMPARE_FIELD,
  },
  'sex-mismatch': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '您填写的性别与证件上的不一致，请对照证件更正。',
      en: 'The sex you entered differs from the one on the document. Please correct it.',
    },
    reviewer: {
      'zh-CN': '填写的性别与证件或号码不一致。',
      en: 'The sex entered differs from the document or from the ID number.',
    },
    guidance: GUIDANCE.COMPARE_FIELD,
  },
  'nationality-mismatch': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '您填写的国籍或地区与证件上的不一致，请对照证件更正。',
      en: 'The nationality you entered differs from the one on the document. Please correct it.',
    },
    reviewer: {
      'zh-CN': '填写的国籍或地区与证件不一致。',
      en: 'The nationality entered differs from the document.',
    },
    guidance: GUIDANCE.COMPARE_FIELD,
  },
  'document-number-mismatch': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '您填写的证件号码与证件上的不一致，请对照证件更正。',
      en: 'The document number you entered differs from the one on the document. Please correct it.',
    },
    reviewer: {
      'zh-CN': '填写的证件号码与证件不一致。',
      en: 'The document number entered differs from the document.',
    },
    guidance: GUIDANCE.COMPARE_FIELD,
  },
  'document-number-malformed': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '证件号码的格式不符合所选证件类型，请核对号码和证件类型。',
      en: 'The number does not have the form of the chosen kind of document. Please check both.',
    },
    reviewer: {
      'zh-CN': '号码的长度或字符不符合所选证件类型。',
      en: 'Length or characters do not fit the chosen kind of document.',
    },
    guidance: GUIDANCE.COMPARE_FIELD,
  },
  'document-validity-mismatch': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '您填写的证件有效期与证件上的不一致，请对照证件更正。',
      en: 'The validity you entered differs from the one on the document. Please correct it.',
    },
    reviewer: {
      'zh-CN': '填写的有效期与证件不一致。',
      en: 'The validity entered differs from the document.',
    },
    guidance: GUIDANCE.COMPARE_FIELD,
  },
  'licence-number-mismatch': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '您填写的统一社会信用代码或执照号码与营业执照上的不一致，请对照更正。',
      en: 'The licence number you entered differs from the business licence. Please correct it.',
    },
    reviewer: {
      'zh-CN': '填写的执照号码与营业执照不一致。',
      en: 'The licence number entered differs from the business licence.',
    },
    guidance: GUIDANCE.RETYPE_CREDIT_CODE,
  },
  'credit-code-length': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '统一社会信用代码应为 18 位，请检查是否多填或漏填。',
      en: 'A unified social credit code has 18 characters. Please see whether one is missing or too many.',
    },
    reviewer: {
      'zh-CN': '统一社会信用代码不是 18 位（GB 32100）。',
      en: 'The credit code does not have 18 characters (GB 32100).',
    },
    guidance: GUIDANCE.RETYPE_CREDIT_CODE,
  },
  'credit-code-old-form': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '15 位的工商注册号已停止使用，请填写 18 位统一社会信用代码。',
      en: 'Registration numbers of 15 digits are no longer in use. Please enter the code of 18 characters.',
    },
    reviewer: {
      'zh-CN': '填写的是已停用的 15 位注册号。',
      en: 'The number is an abolished 15-digit registration number.',
    },
    guidance: GUIDANCE.USE_NEW_CREDIT_CODE,
  },
  'credit-code-characters': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '统一社会信用代码中含有不会出现的字符，请逐位核对。',
      en: 'The credit code holds a character that never occurs in one. Please check it character by character.',
    },
    reviewer: {
      'zh-CN': '含有 GB 32100 字符集以外的字符。',
      en: 'It holds a character outside the alphabet of GB 32100.',
    },
    guidance: GUIDANCE.RETYPE_CREDIT_CODE,
  },
  'credit-code-registration': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '统一社会信用代码的前两位无效，请对照营业执照核对。',
      en: 'The first two characters of the credit code are not valid. Please compare them with the licence.',
    },
    reviewer: {
      'zh-CN': '登记管理部门或机构类别代码无效（GB 32100）。',
      en: 'Registration department or category is not valid (GB 32100).',
    },
    guidance: GUIDANCE.RETYPE_CREDIT_CODE,
  },
  'credit-code-region': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '统一社会信用代码的第 3 至 8 位不是有效的地区代码，请对照营业执照核对。',
      en: 'Characters 3 to 8 of the credit code are not a region code. Please compare them with the licence.',
    },
    reviewer: {
      'zh-CN': '第 3 至 8 位不属于任何已知地区。',
      en: 'Characters 3 to 8 belong to no known region.',
    },
    guidance: GUIDANCE.RETYPE_CREDIT_CODE,
  },
  'credit-code-check-character': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '统一社会信用代码的校验位不符，可能有一位填错或两位填反，请逐位核对。',
      en: 'The credit code does not add up: a character is probably wrong or two are swapped. Please check it.',
    },
    reviewer: {
      'zh-CN': '主体标识码或统一代码的校验码不符（GB 11714、GB 32100）。',
      en: 'A check character is wrong (GB 11714 or GB 32100).',
    },
    guidance: GUIDANCE.RETYPE_CREDIT_CODE,
  },
  'company-name-mismatch': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '您填写的企业名称与营业执照上的不一致，请填写全称。',
      en: 'The company name you entered differs from the licence. Please enter the full name.',
    },
    reviewer: {
      'zh-CN': '填写的企业名称与营业执照不一致。',
      en: 'The company name entered differs from the licence.',
    },
    guidance: GUIDANCE.COMPARE_FIELD,
  },
  'legal-representative-mismatch': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '您填写的法定代表人与营业执照上的不一致，请更正；如已变更，请上传新执照。',
      en: 'The legal representative you entered differs from the licence. Please correct it, or upload the new licence if it changed.',
    },
    reviewer: {
      'zh-CN': '填写的法定代表人与营业执照或登记信息不一致。',
      en: 'The legal representative entered differs from the licence or the register.',
    },
    guidance: GUIDANCE.COMPARE_FIELD,
  },
  'address-mismatch': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '您填写的地址与材料上的不一致，请更正或上传最新的材料。',
      en: 'The address you entered differs from the document. Please correct it or upload an up-to-date document.',
    },
    reviewer: {
      'zh-CN': '填写的地址与材料不一致。',
      en: 'The address entered differs from the document.',
    },
    guidance: GUIDANCE.COMPARE_FIELD,
  },
  'contact-mismatch': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '您填写的联系方式与材料或已确认的联系方式不一致，请更正。',
      en: 'The contact you entered differs from the document or from the one you confirmed. Please correct it.',
    },
    reviewer: {
      'zh-CN': '填写的联系方式与材料或已确认的不一致。',
      en: 'The contact entered differs from the document or from the confirmed one.',
    },
    guidance: GUIDANCE.COMPARE_FIELD,
  },
  'tax-number-mismatch': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '您填写的纳税人识别号与税务登记材料上的不一致，请更正。',
      en: 'The tax number you entered differs from the tax registration. Please correct it.',
    },
    reviewer: {
      'zh-CN': '填写的纳税人识别号与材料不一致。',
      en: 'The tax number entered differs from the tax registration.',
    },
    guidance: GUIDANCE.COMPARE_FIELD,
  },
  'financial-figures-mismatch': {
    mendable: true,
    pointer: 'either',
    applicant: {
      'zh-CN': '您填写的财务数据与财务报表不一致，请核对期间、单位和金额。',
      en: 'The figures you entered differ from the financial statements. Please check period, unit and amount.',
    },
    reviewer: {
      'zh-CN': '填写的财务数据与报表不一致。',
      en: 'The figures entered differ from the financial statements.',
    },
    guidance: GUIDANCE.MATCH_DOCUMENTS,
  },
  'occupation-or-income-mismatch': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '您填写的职业或收入与材料不一致，请核对后更正。',
      en: 'The occupation or income you entered differs from the documents. Please correct it.',
    },
    reviewer: {
      'zh-CN': '填写的职业或收入与材料不一致。',
      en: 'The occupation or income entered differs from the documents.',
    },
    guidance: GUIDANCE.MATCH_DOCUMENTS,
  },
  'email-malformed': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '邮箱地址的格式不正确，请检查“@”前后是否完整。',
      en: 'The e-mail address is not complete. Please check both sides of the @.',
    },
    reviewer: {
      'zh-CN': '邮箱地址格式不正确（RFC 5321）。',
      en: 'The e-mail address is malformed (RFC 5321).',
    },
    guidance: GUIDANCE.RETYPE_FIELD,
  },
  'phone-malformed': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN':
        '电话号码的格式不正确：中国大陆手机号码为 11 位，其他国家或地区的号码请加“+”和国际区号。',
      en: 'The phone number is not complete: 11 digits for a mainland Chinese mobile, otherwise + and the country code first.',
    },
    reviewer: {
      'zh-CN': '电话号码格式不正确（E.164 或大陆手机号码规则）。',
      en: 'The phone number is malformed (E.164, or the mainland mobile plan).',
    },
    guidance: GUIDANCE.RETYPE_FIELD,
  },
  'date-malformed': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '日期无效，请按“年-月-日”填写实际存在的日期，例如 2026-01-31。',
      en: 'This is not a valid date. Please enter an existing day as year-month-day, such as 2026-01-31.',
    },
    reviewer: {
      'zh-CN': '日期格式不正确或当日不存在。',
      en: 'The date is malformed, or there is no such day.',
    },
    guidance: GUIDANCE.RETYPE_FIELD,
  },
  'date-out-of-range': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '日期不在允许的范围内，请对照材料检查年份。',
      en: 'The date is outside what is allowed. Please compare the year with the document.',
    },
    reviewer: {
      'zh-CN': '日期超出该字段允许的范围。',
      en: 'The date is outside the range of the field.',
    },
    guidance: GUIDANCE.RETYPE_FIELD,
  },
  'country-unknown': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '无法识别该国家或地区，请从列表中选择。',
      en: 'This country or region is not known. Please choose it from the list.',
    },
    reviewer: { 'zh-CN': '不是 ISO 3166-1 两位代码。', en: 'Not an ISO 3166-1 alpha-2 code.' },
    guidance: GUIDANCE.RETYPE_FIELD,
  },
  'field-value-not-accepted': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '这一项的内容不符合要求，请按示例重新填写。',
      en: 'This entry cannot be accepted as it is. Please enter it as the example shows.',
    },
    reviewer: {
      'zh-CN': '填写内容不符合该字段的格式。',
      en: 'The entry does not fit the format of its field.',
    },
    guidance: GUIDANCE.RETYPE_FIELD,
  },
  'documents-disagree': {
    mendable: true,
    pointer: 'either',
    applicant: {
      'zh-CN': '您上传的几份材料内容互相矛盾，请核对并替换有误的一份。',
      en: 'The documents you uploaded contradict one another. Please replace the one that is wrong.',
    },
    reviewer: { 'zh-CN': '各份材料之间内容不一致。', en: 'The documents contradict one another.' },
    guidance: GUIDANCE.MATCH_DOCUMENTS,
  },
  'document-of-another-person': {
    mendable: true,
    pointer: 'material',
    applicant: {
      'zh-CN': '这份材料上的姓名或名称不是您本人或您的企业，请上传自己的材料。',
      en: "This document names somebody else. Please upload your own or your company's.",
    },
    reviewer: {
      'zh-CN': '材料属于另一人或另一企业。',
      en: 'The document belongs to another person or company.',
    },
    guidance: GUIDANCE.PROVIDE_OTHER,
  },
  'not-found-in-register': {
    mendable: true,
    pointer: 'either',
    applicant: {
      'zh-CN': '在官方登记系统中未查到与您填写的内容相符的记录，请核对。',
      en: 'No record in the official register matches what you entered. Please check it.',
    },
    reviewer: {
      'zh-CN': '官方登记系统中查无相符记录。',
      en: 'No matching record in the official register.',
    },
    guidance: GUIDANCE.UPDATE_REGISTER,
  },
  'business-not-active': {
    mendable: false,
    pointer: 'either',
    applicant: {
      'zh-CN': '登记系统显示该企业已注销、吊销或停业，暂时无法通过认证。',
      en: 'The register shows the company as dissolved, revoked or inactive, so it cannot be verified.',
    },
    reviewer: {
      'zh-CN': '企业登记状态为注销、吊销或停业。',
      en: 'The company is dissolved, revoked or inactive in the register.',
    },
    guidance: GUIDANCE.UPDATE_REGISTER,
  },
  'age-requirement-not-met': {
    mendable: false,
    pointer: 'field',
    applicant: {
      'zh-CN': '根据证件上的出生日期，您尚未达到这项认证的年龄要求。',
      en: 'By the date of birth on your document you do not meet the age that this verification asks for.',
    },
    reviewer: { 'zh-CN': '未达到政策规定的年龄。', en: 'Below the age that the policy asks for.' },
    guidance: GUIDANCE.APPEAL_IF_WRONG,
  },
  'face-mismatch': {
    mendable: true,
    pointer: 'material',
    applicant: {
      'zh-CN': '照片中的面容与证件照无法比对一致，请本人重新拍摄。',
      en: 'The face in your picture could not be matched with the document. Please take a new picture of yourself.',
    },
    reviewer: {
      'zh-CN': '人像与证件照比对不一致。',
      en: "The face does not match the document's photo.",
    },
    guidance: GUIDANCE.RETAKE_SELFIE,
  },
  'information-not-confirmed': {
    mendable: true,
    pointer: 'either',
    ...NOT_CONFIRMED,
    reviewer: {
      'zh-CN': '现有材料不足以确认信息；也用作不对申请人公开的原因的中性说法。',
      en: 'What was given does not confirm the information. Also shown in place of reasons kept from the applicant.',
    },
  },
  'suspected-forgery': {
    mendable: false,
    pointer: 'material',
    neutral: 'document-not-usable',
    ...NOT_USABLE,
    reviewer: {
      'zh-CN': '怀疑材料系伪造；不得告知申请人。',
      en: 'The document is suspected to be forged. Not for the applicant.',
    },
  },
  'document-alteration-suspected': {
    mendable: false,
    pointer: 'material',
    neutral: 'document-not-usable',
    ...NOT_USABLE,
    reviewer: {
      'zh-CN': '怀疑材料或图像经过篡改；不得告知申请人。',
      en: 'The document or its picture is suspected to be altered. Not for the applicant.',
    },
  },
  'stolen-identity-suspected': {
    mendable: false,
    pointer: 'either',
    neutral: 'information-not-confirmed',
    ...NOT_CONFIRMED,
    reviewer: {
      'zh-CN': '怀疑冒用他人身份；不得告知申请人。',
      en: "The identity is suspected to be another person's. Not for the applicant.",
    },
  },
  'presentation-attack-suspected': {
    mendable: false,
    pointer: 'material',
    neutral: 'document-not-usable',
    ...NOT_USABLE,
    reviewer: {
      'zh-CN': '怀疑人像为翻拍、面具或合成；不得告知申请人。',
      en: 'The face picture is suspected to be a replay, a mask or synthetic. Not for the applicant.',
    },
  },
  'sanctions-hit': {
    mendable: false,
    pointer: 'either',
    neutral: 'information-not-confirmed',
    ...NOT_CONFIRMED,
    reviewer: {
      'zh-CN': '命中制裁名单；不得告知申请人。',
      en: 'A hit on a sanctions list. Not for the applicant.',
    },
  },
  'politically-exposed-person': {
    mendable: false,
    pointer: 'either',
    neutral: 'information-not-confirmed',
    ...NOT_CONFIRMED,
    reviewer: {
      'zh-CN': '政治公众人物，须加强尽职调查；不得告知申请人。',
      en: 'A politically exposed person; enhanced diligence is due. Not for the applicant.',
    },
  },
  'adverse-information': {
    mendable: false,
    pointer: 'none',
    neutral: 'information-not-confirmed',
    ...NOT_CONFIRMED,
    reviewer: {
      'zh-CN': '存在重大负面信息；不得告知申请人。',
      en: 'Grave adverse information about the subject. Not for the applicant.',
    },
  },
  blocklisted: {
    mendable: false,
    pointer: 'either',
    neutral: 'information-not-confirmed',
    ...NOT_CONFIRMED,
    reviewer: {
      'zh-CN': '命中平台内部名单；不得告知申请人。',
      en: "A hit on the platform's own block list. Not for the applicant.",
    },
  },
  'suspected-fraud': {
    mendable: false,
    pointer: 'either',
    neutral: 'information-not-confirmed',
    ...NOT_CONFIRMED,
    reviewer: {
      'zh-CN': '怀疑欺诈；不得告知申请人。',
      en: 'Fraud is suspected. Not for the applicant.',
    },
  },
  'multiple-accounts-suspected': {
    mendable: false,
    pointer: 'none',
    neutral: 'information-not-confirmed',
    ...NOT_CONFIRMED,
    reviewer: {
      'zh-CN': '怀疑同一人操控多个账户；不得告知申请人。',
      en: 'One person is suspected behind several accounts. Not for the applicant.',
    },
  },
  'investigation-open': {
    mendable: false,
    pointer: 'none',
    neutral: 'information-not-confirmed',
    ...NOT_CONFIRMED,
    reviewer: {
      'zh-CN': '主管机关或内部调查进行中；不得告知申请人。',
      en: "An authority's or an internal investigation is open. Not for the applicant.",
    },
  },
} as const satisfies ReasonEntries;
