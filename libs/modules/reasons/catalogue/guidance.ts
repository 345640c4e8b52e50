/**
 * What an applicant can do, step by step. Several reasons share the same steps, so that the same advice
 * always reads the same. Each list is in the order in which the steps are to be taken.
 */
import { type Steps } from '../reason.types.ts';

export const GUIDANCE = {
  COMPARE_FIELD: {
    'zh-CN': [
      '打开您上传的证件，逐字核对这一项。',
      '按证件上的写法更正，留意形近字、数字和空格。',
      '如证件内容已经变更，请上传变更后的证件。',
      '更正后重新提交，其余内容无需重填。',
    ],
    en: [
      'Open the document you uploaded and compare this entry with it, character by character.',
      'Correct it as the document has it; mind similar characters, digits and spaces.',
      'If the document is no longer up to date, upload the current one.',
      'Submit again; you need not enter the rest anew.',
    ],
  },
  RETYPE_ID_NUMBER: {
    'zh-CN': [
      '对照居民身份证人像面，逐位核对 18 位公民身份号码。',
      '末位是字母 X 的，请照填 X。',
      '更正后重新提交，其余内容无需重填。',
    ],
    en: [
      'Compare the 18 characters with the side of your identity card that shows your photo, one by one.',
      'If the last one is the letter X, enter X.',
      'Correct it and submit again; you need not enter the rest anew.',
    ],
  },
  USE_NEW_ID_NUMBER: {
    'zh-CN': [
      '填写现行居民身份证上的 18 位公民身份号码。',
      '如仍持有旧证，请先到公安机关换领现行居民身份证。',
    ],
    en: [
      'Enter the 18-character number of your current resident identity card.',
      'If you still hold an old card, have it replaced at a public security office first.',
    ],
  },
  RETYPE_CREDIT_CODE: {
    'zh-CN': [
      '对照营业执照，逐位核对 18 位统一社会信用代码。',
      '代码中没有字母 I、O、S、V、Z，请留意是否应为数字 1、0、5、2。',
      '更正后重新提交，其余内容无需重填。',
    ],
    en: [
      'Compare the 18 characters with the business licence, one by one.',
      'The code never holds the letters I, O, S, V or Z: look whether it is the digit 1, 0, 5 or 2.',
      'Correct it and submit again; you need not enter the rest anew.',
    ],
  },
  USE_NEW_CREDIT_CODE: {
    'zh-CN': [
      '填写营业执照上的 18 位统一社会信用代码，而非 15 位注册号。',
      '如执照上没有该代码，请先到登记机关换领营业执照。',
    ],
    en: [
      'Enter the 18-character unified social credit code of the licence, not the 15-digit registration number.',
      'If the licence has none, have it replaced at the registration authority first.',
    ],
  },
  RETYPE_FIELD: {
    'zh-CN': ['对照页面上的填写示例，检查这一项。', '更正后重新提交，其余内容无需重填。'],
    en: [
      'Look at the example beside the field and check what you entered.',
      'Correct it and submit again; you need not enter the rest anew.',
    ],
  },
  UPDATE_REGISTER: {
    'zh-CN': [
      '在官方登记系统中查询您的登记信息。',
      '如登记信息有误或尚未更新，请先向登记机关办理更正。',
      '更新生效后重新提交。',
    ],
    en: [
      'Look your record up in the official register.',
      'If the record is wrong or not yet up to date, have the registration authority correct it first.',
      'Submit again once the correction shows.',
    ],
  },
  MATCH_DOCUMENTS: {
    'zh-CN': [
      '把各份材料放在一起，找出不一致的地方。',
      '替换过期或有误的那一份；如有正当原因，请附上说明。',
      '重新提交，其余材料会保留。',
    ],
    en: [
      'Lay the documents side by side and find where they differ.',
      'Replace the one that is wrong or out of date; if there is a good reason, add an explanation.',
      'Submit again; the other documents are kept.',
    ],
  },
  RETAKE_SELFIE: {
    'zh-CN': [
      '由本人正对镜头，在光线充足的地方拍摄。',
      '摘下帽子、墨镜和口罩，画面中只出现一个人。',
      '重新拍摄后提交。',
    ],
    en: [
      'Face the camera yourself, in good light.',
      'Take off hat, sunglasses and mask, and be alone in the picture.',
      'Take a new picture and submit again.',
    ],
  },
  CHECK_ALL: {
    'zh-CN': [
      '逐项核对填写的内容与上传的材料。',
      '如有其他可以证明这些信息的材料，请一并上传。',
      '如认为结果有误，可在申诉期内申诉并附上证据。',
    ],
    en: [
      'Go through your entries and documents one by one.',
      'Add any further document that proves the information.',
      'If you think the result is wrong, appeal within the time given and attach evidence.',
    ],
  },
  APPEAL_IF_WRONG: {
    'zh-CN': [
      '请先阅读结果说明。',
      '如认为结果有误，可在申诉期内申诉并附上证据。',
      '如有疑问，请联系客服。',
    ],
    en: [
      'Please read the explanation of the result first.',
      'If you think it is wrong, appeal within the time given and attach evidence.',
      'Contact support with any question.',
    ],
  },
  RESUME_UPLOAD: {
    'zh-CN': [
      '换用稳定的网络，避免使用公共 Wi-Fi。',
      '回到材料页面，从中断处继续上传。',
      '看到“上传完成”后再提交。',
    ],
    en: [
      'Use a stable network, not a public Wi-Fi.',
      'Go back to the material and continue the upload where it stopped.',
      'Submit once the upload is shown as complete.',
    ],
  },
  SUBMIT_ONCE_MORE: {
    'zh-CN': [
      '换用稳定的网络，避免使用公共 Wi-Fi。',
      '先查看申请状态，确认尚未提交成功。',
      '再次提交即可，已保存的内容不会丢失，也不会重复提交。',
    ],
    en: [
      'Use a stable network, not a public Wi-Fi.',
      'Look at the state of your application first, to see that it has not gone through.',
      'Submit again: what was saved is kept, and nothing is submitted twice.',
    ],
  },
  SIGN_IN_AGAIN: {
    'zh-CN': [
      '重新登录，打开已保存的草稿。',
      '核对最后填写的一项是否已保存。',
      '在稳定的网络下完成提交。',
    ],
    en: [
      'Sign in again and open the saved draft.',
      'Check that the last thing you entered was saved.',
      'Finish and submit on a stable network.',
    ],
  },
  REQUEST_CODE_AGAIN: {
    'zh-CN': [
      '确认手机号码或邮箱地址无误，并检查垃圾邮件。',
      '稍候片刻，重新获取验证码。',
      '在有效期内填写最新收到的验证码。',
    ],
    en: [
      'Make sure that the number or address is right, and look in the spam folder.',
      'Wait a moment and ask for a new code.',
      'Enter the newest code before it runs out.',
    ],
  },
  ADD_MISSING: {
    'zh-CN': [
      '打开材料清单，查看标为“缺少”的项目。',
      '补齐后预览一遍，确认正反面和页数完整。',
      '重新提交，已经合格的内容会保留。',
    ],
    en: [
      'Open the checklist and see what is marked as missing.',
      'Add it and look it through: both sides, all pages.',
      'Submit again; what was good is kept.',
    ],
  },
  RETAKE_PICTURE: {
    'zh-CN': [
      '将原件平放，在光线充足处拍摄或扫描，四角完整入镜。',
      '避免反光、阴影和遮挡，不要使用滤镜或截屏。',
      '上传前放大预览，确认每个字都清晰可读。',
    ],
    en: [
      'Lay the original flat and photograph or scan it in good light, with all four corners in view.',
      'Avoid glare, shadows and fingers; use no filter and no screenshot.',
      'Zoom in before uploading and make sure that every character can be read.',
    ],
  },
  PROVIDE_CURRENT: {
    'zh-CN': [
      '查看要求中对有效期或出具日期的说明。',
      '上传仍在有效期内、日期符合要求的材料；如已过期，请先办理换发。',
      '重新提交，其余材料会保留。',
    ],
    en: [
      'Read how recent or how long valid the document must be.',
      'Upload one that is valid and recent enough; if yours has expired, have it renewed first.',
      'Submit again; the other documents are kept.',
    ],
  },
  PROVIDE_OTHER: {
    'zh-CN': [
      '查看这一项接受的材料类型。',
      '上传属于您本人或您企业的另一份材料。',
      '重新提交，其余材料会保留。',
    ],
    en: [
      'See which kinds of document are accepted here.',
      "Upload another document that is your own or your company's.",
      'Submit again; the other documents are kept.',
    ],
  },
  FIX_FILE: {
    'zh-CN': [
      '查看这一项接受的文件格式和大小。',
      '取消密码保护，重新导出或扫描文件，并确认能正常打开。',
      '重新上传并提交。',
    ],
    en: [
      'See which file types and sizes are accepted here.',
      'Remove any password, export or scan the file again, and make sure that it opens.',
      'Upload it again and submit.',
    ],
  },
  CONFIRM_CONTACT: {
    'zh-CN': ['在联系方式页面获取验证码。', '在有效期内填写验证码完成确认。', '确认后重新提交。'],
    en: [
      'Ask for a code on the contact page.',
      'Enter it before it runs out.',
      'Submit again once the contact is confirmed.',
    ],
  },
  DECLARE: {
    'zh-CN': ['阅读最新的真实性声明。', '确认无误后勾选同意，再重新提交。'],
    en: [
      'Read the current declaration of truthfulness.',
      'Agree to it if it is right, and submit again.',
    ],
  },
  WAIT: {
    'zh-CN': [
      '您无需重新提交：申请已保存，审核计时已暂停。',
      '恢复后会自动继续，并通知您。',
      '如一个工作日后仍无进展，请联系客服。',
    ],
    en: [
      'You need not submit again: your application is kept and its clock has stopped.',
      'It goes on by itself once this is over, and you will be told.',
      'If nothing has moved after one business day, contact support.',
    ],
  },
  WAIT_LONGER: {
    'zh-CN': [
      '您无需重新提交，申请仍在排队，先后次序不变。',
      '请在申请页面查看新的预计时间。',
      '如到时仍无结果，请联系客服。',
    ],
    en: [
      'You need not submit again: your application keeps its place.',
      'See the new expected time on the page of your application.',
      'If there is no result by then, contact support.',
    ],
  },
  RESTORE_ACCOUNT: {
    'zh-CN': [
      '在账户页面查看限制的原因。',
      '请联系平台客服申请解除冻结，并按客服要求提供说明或材料。',
      '账户恢复后，申请会从原处继续，无需重填。',
    ],
    en: [
      'See on your account page why it is restricted.',
      "Ask the platform's support to have the freeze lifted, and give them what they ask for.",
      'Once the account is restored, the application goes on where it was.',
    ],
  },
  RESOLVE_COMPLAINT: {
    'zh-CN': [
      '在账户页面查看投诉内容并作出回应。',
      '投诉处理完毕后，申请会继续。',
      '如有疑问，请联系客服。',
    ],
    en: [
      'See the complaint on your account page and answer it.',
      'Once it is resolved, the application goes on.',
      'Contact support with any question.',
    ],
  },
  SECURE_ACCOUNT: {
    'zh-CN': [
      '立即修改密码，并开启两步验证。',
      '查看登录和交易记录，标出不是您本人的操作。',
      '完成后请联系平台客服解除冻结。',
    ],
    en: [
      'Change your password at once and turn two-factor sign-in on.',
      'Look through sign-ins and transactions and mark those that were not yours.',
      "Then ask the platform's support to have the freeze lifted.",
    ],
  },
  USE_FIRST_ACCOUNT: {
    'zh-CN': [
      '如您曾在本平台完成认证，请登录原账户使用。',
      '如无法登录原账户，请联系客服找回。',
      '如您从未认证过，请申诉并附上本人证件。',
    ],
    en: [
      'If you were verified on this platform before, sign in to that account.',
      'If you cannot, ask support to help you recover it.',
      'If you never were, appeal and attach your own document.',
    ],
  },
  CANCEL_CLOSURE: {
    'zh-CN': ['如仍要认证，请在冷静期内撤销注销申请。', '撤销后，申请可以继续。'],
    en: [
      'If you still want to be verified, cancel the closure within its cooling-off time.',
      'The application can go on after that.',
    ],
  },
  SEE_CHANGES: {
    'zh-CN': [
      '查看公告：变更了什么，从何时起生效。',
      '按新要求补充或替换材料。',
      '重新提交，仍符合要求的材料会保留。',
    ],
    en: [
      'Read the announcement: what changed, and since when.',
      'Add or replace what the new rules ask for.',
      'Submit again; what still meets the rules is kept.',
    ],
  },
  START_NEW_KIND: {
    'zh-CN': ['查看平台目前提供的认证类型。', '选择适合您的类型，已保存的材料可以继续使用。'],
    en: [
      'See which verifications the platform offers now.',
      'Choose the one that suits you; saved documents can be used again.',
    ],
  },
} as const satisfies Record<string, Steps>;
