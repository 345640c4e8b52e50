/**
 * A material, page, side or field is missing, or cannot be used as it is.
 */
import { type ReasonEntries } from '../reason.types.ts';
import { GUIDANCE } from './guidance.ts';
import { NOT_USABLE } from './neutral.ts';

export const INCOMPLETE_MATERIALS = {
  'material-missing': {
    mendable: true,
    pointer: 'material',
    applicant: {
      'zh-CN': '缺少一份必需的材料，请按材料清单补充。',
      en: 'A required document is missing. Please add it as the checklist says.',
    },
    reviewer: { 'zh-CN': '缺少必需材料。', en: 'A required material is missing.' },
    guidance: GUIDANCE.ADD_MISSING,
  },
  'page-missing': {
    mendable: true,
    pointer: 'material',
    applicant: {
      'zh-CN': '这份材料缺页，请上传完整的全部页面。',
      en: 'A page of this document is missing. Please upload all pages.',
    },
    reviewer: { 'zh-CN': '材料缺页。', en: 'A page of the material is missing.' },
    guidance: GUIDANCE.ADD_MISSING,
  },
  'side-missing': {
    mendable: true,
    pointer: 'material',
    applicant: {
      'zh-CN': '这份证件缺少一面，请同时上传正面和背面。',
      en: 'One side of this document is missing. Please upload both sides.',
    },
    reviewer: { 'zh-CN': '证件缺少正面或背面。', en: 'One side of the document is missing.' },
    guidance: GUIDANCE.ADD_MISSING,
  },
  'file-missing': {
    mendable: true,
    pointer: 'material',
    applicant: {
      'zh-CN': '这一项材料的文件数量不足，请补充上传。',
      en: 'This document has fewer files than are asked for. Please upload the rest.',
    },
    reviewer: { 'zh-CN': '文件数量少于政策要求。', en: 'Fewer files than the policy asks for.' },
    guidance: GUIDANCE.ADD_MISSING,
  },
  'field-missing': {
    mendable: true,
    pointer: 'either',
    applicant: {
      'zh-CN': '有必填项未填写，请补充后提交。',
      en: 'A required entry is missing. Please fill it in.',
    },
    reviewer: { 'zh-CN': '必填字段为空。', en: 'A required field is empty.' },
    guidance: GUIDANCE.ADD_MISSING,
  },
  illegible: {
    mendable: true,
    pointer: 'material',
    applicant: {
      'zh-CN': '材料图像不清晰，部分内容无法辨认，请重新拍摄或扫描。',
      en: 'Parts of this document cannot be read. Please photograph or scan it again.',
    },
    reviewer: {
      'zh-CN': '图像模糊、反光或过暗，无法辨认。',
      en: 'The picture is blurred, glaring or too dark to be read.',
    },
    guidance: GUIDANCE.RETAKE_PICTURE,
  },
  cropped: {
    mendable: true,
    pointer: 'material',
    applicant: {
      'zh-CN': '材料没有完整入镜，请露出四角和全部边缘后重新拍摄。',
      en: 'The document is not wholly in the picture. Please show all corners and edges.',
    },
    reviewer: { 'zh-CN': '图像边缘被裁切。', en: 'The picture is cropped.' },
    guidance: GUIDANCE.RETAKE_PICTURE,
  },
  'material-obscured': {
    mendable: true,
    pointer: 'material',
    applicant: {
      'zh-CN': '材料上有内容被遮挡，请移开遮挡物后重新拍摄。',
      en: 'Part of the document is covered. Please uncover it and take a new picture.',
    },
    reviewer: {
      'zh-CN': '手指、水印或其他物品遮挡内容。',
      en: 'Fingers, a watermark or another object covers content.',
    },
    guidance: GUIDANCE.RETAKE_PICTURE,
  },
  'material-not-original': {
    mendable: true,
    pointer: 'material',
    applicant: {
      'zh-CN': '请拍摄或扫描原件，翻拍、截屏和复印件不能使用。',
      en: 'Please photograph or scan the original: pictures of screens, screenshots and photocopies cannot be used.',
    },
    reviewer: {
      'zh-CN': '材料为翻拍、截屏或复印件。',
      en: 'The material is a screen picture, a screenshot or a photocopy.',
    },
    guidance: GUIDANCE.RETAKE_PICTURE,
  },
  'resolution-too-low': {
    mendable: true,
    pointer: 'material',
    applicant: {
      'zh-CN': '图像分辨率过低，请上传更清晰的图像。',
      en: 'The picture is too small to be read. Please upload a larger one.',
    },
    reviewer: {
      'zh-CN': '图像分辨率低于要求。',
      en: "The picture's resolution is below the requirement.",
    },
    guidance: GUIDANCE.RETAKE_PICTURE,
  },
  'document-expired': {
    mendable: true,
    pointer: 'material',
    applicant: {
      'zh-CN': '这份证件或材料已过有效期，请上传有效的。',
      en: 'This document has expired. Please upload a valid one.',
    },
    reviewer: { 'zh-CN': '材料已过有效期。', en: 'The material has expired.' },
    guidance: GUIDANCE.PROVIDE_CURRENT,
  },
  'material-expires-soon': {
    mendable: true,
    pointer: 'material',
    applicant: {
      'zh-CN': '这份证件的剩余有效期不足，请换领后上传新证件。',
      en: 'This document expires too soon. Please renew it and upload the new one.',
    },
    reviewer: {
      'zh-CN': '剩余有效期短于政策要求。',
      en: 'Its remaining validity is shorter than the policy asks for.',
    },
    guidance: GUIDANCE.PROVIDE_CURRENT,
  },
  'material-too-old': {
    mendable: true,
    pointer: 'material',
    applicant: {
      'zh-CN': '这份材料的出具日期过早，请上传近期出具的。',
      en: 'This document was issued too long ago. Please upload a recent one.',
    },
    reviewer: {
      'zh-CN': '出具日期早于政策允许的时限。',
      en: 'It was issued earlier than the policy allows.',
    },
    guidance: GUIDANCE.PROVIDE_CURRENT,
  },
  'material-wrong-type': {
    mendable: true,
    pointer: 'material',
    applicant: {
      'zh-CN': '上传的材料类型不符合这一项的要求，请更换。',
      en: 'This is not the kind of document asked for here. Please replace it.',
    },
    reviewer: { 'zh-CN': '材料类型不符。', en: 'The material is of the wrong type.' },
    guidance: GUIDANCE.PROVIDE_OTHER,
  },
  'material-repeated': {
    mendable: true,
    pointer: 'material',
    applicant: {
      'zh-CN': '同一份文件被用于多项材料，请为每一项上传各自的材料。',
      en: 'The same file was given for several items. Please upload the right one for each.',
    },
    reviewer: { 'zh-CN': '同一文件重复用于多项。', en: 'One file was given for several items.' },
    guidance: GUIDANCE.PROVIDE_OTHER,
  },
  'document-not-usable': {
    mendable: true,
    pointer: 'material',
    ...NOT_USABLE,
    reviewer: {
      'zh-CN': '材料不适用于本次认证；也用作不对申请人公开的原因的中性说法。',
      en: 'The document cannot be used. Also shown in place of reasons kept from the applicant.',
    },
  },
  'signature-or-seal-missing': {
    mendable: true,
    pointer: 'material',
    applicant: {
      'zh-CN': '材料上缺少签名或公章，请补齐后重新上传。',
      en: 'A signature or seal is missing on this document. Please add it and upload it again.',
    },
    reviewer: { 'zh-CN': '缺少签名或公章。', en: 'Signature or seal is missing.' },
    guidance: GUIDANCE.ADD_MISSING,
  },
  'translation-missing': {
    mendable: true,
    pointer: 'material',
    applicant: {
      'zh-CN': '这份外文材料需要附上中文或英文译本。',
      en: 'This document needs a translation into Chinese or English.',
    },
    reviewer: {
      'zh-CN': '外文材料缺少译本。',
      en: 'The foreign-language material has no translation.',
    },
    guidance: GUIDANCE.ADD_MISSING,
  },
  'face-not-visible': {
    mendable: true,
    pointer: 'material',
    applicant: {
      'zh-CN': '照片中看不清面容，请本人正对镜头重新拍摄。',
      en: 'Your face cannot be seen clearly. Please take a new picture, facing the camera.',
    },
    reviewer: {
      'zh-CN': '人像不清晰、被遮挡或多于一人。',
      en: 'The face is unclear, covered, or not alone.',
    },
    guidance: GUIDANCE.RETAKE_SELFIE,
  },
  'file-password-protected': {
    mendable: true,
    pointer: 'material',
    applicant: {
      'zh-CN': '文件设有密码，无法打开，请取消密码后重新上传。',
      en: 'The file is protected by a password. Please remove it and upload the file again.',
    },
    reviewer: { 'zh-CN': '文件受密码保护。', en: 'The file is protected by a password.' },
    guidance: GUIDANCE.FIX_FILE,
  },
  'file-damaged': {
    mendable: true,
    pointer: 'material',
    applicant: {
      'zh-CN': '文件无法打开，可能已损坏，请重新导出后上传。',
      en: 'The file cannot be opened and may be damaged. Please export and upload it again.',
    },
    reviewer: {
      'zh-CN': '文件损坏或内容与格式不符。',
      en: 'The file is damaged, or its content is not of its type.',
    },
    guidance: GUIDANCE.FIX_FILE,
  },
  'file-type-not-accepted': {
    mendable: true,
    pointer: 'material',
    applicant: {
      'zh-CN': '不支持这种文件格式，请转换为要求的格式后上传。',
      en: 'This type of file is not accepted. Please convert it to one that is.',
    },
    reviewer: {
      'zh-CN': '文件格式不在允许范围内。',
      en: "The file's type is not among those accepted.",
    },
    guidance: GUIDANCE.FIX_FILE,
  },
  'file-too-large': {
    mendable: true,
    pointer: 'material',
    applicant: {
      'zh-CN': '文件过大，请在保持清晰的前提下压缩后上传。',
      en: 'The file is too large. Please make it smaller while keeping it readable.',
    },
    reviewer: { 'zh-CN': '文件大小超过上限。', en: 'The file exceeds the size limit.' },
    guidance: GUIDANCE.FIX_FILE,
  },
  'file-unsafe': {
    mendable: true,
    pointer: 'material',
    applicant: {
      'zh-CN': '文件未通过安全检查，请在安全的设备上重新生成后上传。',
      en: 'The file did not pass the security scan. Please make it anew on a safe device.',
    },
    reviewer: { 'zh-CN': '安全扫描发现风险。', en: 'The security scan found a risk.' },
    guidance: GUIDANCE.FIX_FILE,
  },
  'contact-not-confirmed': {
    mendable: true,
    pointer: 'field',
    applicant: {
      'zh-CN': '您的手机号码或邮箱尚未确认，请先完成验证码确认。',
      en: 'Your phone number or e-mail address is not confirmed yet. Please confirm it with a code.',
    },
    reviewer: { 'zh-CN': '联系方式尚未确认。', en: 'The contact is not confirmed.' },
    guidance: GUIDANCE.CONFIRM_CONTACT,
  },
  'declaration-missing': {
    mendable: true,
    pointer: 'none',
    applicant: {
      'zh-CN': '尚未同意真实性声明，请阅读并同意后提交。',
      en: 'The declaration of truthfulness is missing. Please read it, agree and submit.',
    },
    reviewer: { 'zh-CN': '未附真实性声明。', en: 'The declaration of truthfulness is missing.' },
    guidance: GUIDANCE.DECLARE,
  },
  'supplement-incomplete': {
    mendable: true,
    pointer: 'either',
    applicant: {
      'zh-CN': '要求补充的内容还不齐全，请逐项补充。',
      en: 'Not everything that was asked for has been supplied. Please go through it item by item.',
    },
    reviewer: {
      'zh-CN': '补充材料未覆盖全部要求。',
      en: 'The supplement does not cover all that was asked for.',
    },
    guidance: GUIDANCE.ADD_MISSING,
  },
} as const satisfies ReasonEntries;
