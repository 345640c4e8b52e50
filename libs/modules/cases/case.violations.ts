/** Which rules of a case say no, by stable code, with what to do about it in both languages. */
import { violationsOf, type ViolationCatalogue } from '#kernel/violation';

export const CASE_VIOLATIONS = {
  'case-not-found': {
    kind: 'missing',
    en: 'There is no such case.',
    zhCN: '没有此案件。',
  },
  'case-already-open': {
    kind: 'state',
    en: 'The case exists already.',
    zhCN: '该案件已存在。',
  },
  'case-closed': {
    kind: 'state',
    en: 'The case is closed ({status}) and takes no further action of this kind.',
    zhCN: '案件已结束（{status}），无法再进行此操作。',
  },
  'case-suspended': {
    kind: 'state',
    en: 'The account is frozen or banned, and the case suspended. It goes on where it was once a freeze is lifted; after a ban it does not.',
    zhCN: '账户已被冻结或停用，案件暂停。账户被冻结的，解冻后案件将从原处继续；账户已停用的，案件不再继续。',
  },
  'not-in-this-state': {
    kind: 'state',
    en: 'The case is in state {status}, where this cannot be done.',
    zhCN: '案件目前处于 {status} 状态，无法进行此操作。',
  },
  'account-not-in-good-standing': {
    kind: 'state',
    en: "The account is {standing}. A frozen one goes on once its freeze is lifted: contact the platform's support. One that is banned or closed does not.",
    zhCN: '账户状态为 {standing}。账户被冻结的，解除冻结后可以继续，请联系平台客服；已停用或已注销的账户无法继续。',
  },
  'wrong-kind-of-account': {
    kind: 'form',
    en: 'This policy verifies accounts of the kind {kind}.',
    zhCN: '该认证政策仅适用于 {kind} 类型的账户。',
  },
  'not-the-account-holder': {
    kind: 'forbidden',
    en: 'Only the holder of the account may do this.',
    zhCN: '只有账户本人可以进行此操作。',
    action: {
      en: 'Sign in as the holder of the account.',
      zhCN: '请以账户本人身份登录。',
    },
  },
  'policy-not-in-force': {
    kind: 'state',
    en: 'No version of this policy is in force.',
    zhCN: '该认证政策目前没有生效的版本。',
  },
  'draft-is-current': {
    kind: 'state',
    en: 'The draft is already under the version of the policy in force.',
    zhCN: '草稿已适用当前生效的政策版本。',
  },
  'unknown-material': {
    kind: 'form',
    en: 'The policy asks for no material of this key.',
    zhCN: '认证政策中没有此材料。',
  },
  'field-not-in-policy': {
    kind: 'form',
    en: 'The material has no field of this key.',
    zhCN: '该材料没有此字段。',
  },
  'field-not-of-document-type': {
    kind: 'form',
    en: 'A document of the type {documentType} has no such field.',
    zhCN: '{documentType} 类型的证件没有此字段。',
  },
  'unknown-document-type': {
    kind: 'form',
    en: 'The material does not take this type of document. It takes: {accepted}.',
    zhCN: '该材料不接受此证件类型。可接受：{accepted}。',
  },
  'media-type-not-accepted': {
    kind: 'form',
    en: 'Files of this type are not accepted here. Accepted are: {accepted}.',
    zhCN: '此处不接受该类型的文件。可接受：{accepted}。',
  },
  'too-many-files': {
    kind: 'form',
    en: 'The material takes at most {max} files. Remove one first.',
    zhCN: '该材料最多可上传 {max} 个文件，请先删除一个。',
  },
  'nothing-provided': {
    kind: 'form',
    en: 'Give at least one field or one file.',
    zhCN: '请至少提供一个字段或一个文件。',
  },
  'material-not-provided': {
    kind: 'form',
    en: 'Nothing of the kind was provided, so there is nothing to remove.',
    zhCN: '尚未提供此内容，无可删除。',
  },
  'submission-refused': {
    kind: 'form',
    en: 'The submission lacks what the policy asks for, and did not count. Add what is listed, then submit again: {reasons}.',
    zhCN: '提交的内容不完整，本次提交不计入。请补全以下内容后重新提交：{reasons}。',
  },
  'materials-lacking': {
    kind: 'state',
    en: 'What the case holds now lacks what its policy asks for, or breaks its formats: {reasons}. Ask for a supplement, or reject.',
    zhCN: '案件现有内容缺少政策所要求的材料，或不符合其格式：{reasons}。请要求补充材料，或予以驳回。',
  },
  'declaration-outdated': {
    kind: 'form',
    en: 'Declare the truthfulness with the text version in force: {version}.',
    zhCN: '请使用当前版本的真实性声明：{version}。',
  },
  'rounds-used-up': {
    kind: 'state',
    en: 'The policy allows {max} rounds, and all are used.',
    zhCN: '该政策最多允许提交 {max} 轮，现已用完。',
  },
  'resubmission-not-possible': {
    kind: 'state',
    en: 'The rejection is final: it can be appealed, not resubmitted.',
    zhCN: '该驳回为最终决定：可以申诉，不能重新提交。',
  },
  'supplement-deadline-passed': {
    kind: 'state',
    en: 'The deadline for the supplement was {until}.',
    zhCN: '补充材料的截止时间为 {until}，现已过期。',
  },
  'another-review': {
    kind: 'state',
    en: 'That review is over or not yet asked for; the open one is number {review} (0: none).',
    zhCN: '该审核已结束或尚未发起；当前审核编号为 {review}（0 表示没有）。',
  },
  'review-claimed': {
    kind: 'state',
    en: '{by} holds this review until {until}.',
    zhCN: '该审核已由 {by} 领取，有效至 {until}。',
  },
  'no-review-to-take': {
    kind: 'state',
    en: 'Nothing waits that you may take. Ask again later.',
    zhCN: '目前没有您可以领取的审核，请稍后再试。',
  },
  'review-not-claimed': {
    kind: 'state',
    en: 'Nobody holds this review. Claim it first.',
    zhCN: '该审核尚未被领取，请先领取。',
  },
  'review-not-held-by-you': {
    kind: 'forbidden',
    en: 'Only the holder of the claim may do this; it is held by {by} until {until}.',
    zhCN: '只有领取人可以进行此操作；目前由 {by} 领取，有效至 {until}。',
    action: {
      en: 'Wait until the claim ends, or ask a lead to reassign the review.',
      zhCN: '请等待领取到期，或请组长改派该审核。',
    },
  },
  'lease-ended': {
    kind: 'state',
    en: 'Your claim ended at {until}. Claim the review again.',
    zhCN: '您的领取已于 {until} 到期，请重新领取。',
  },
  'renewed-too-soon': {
    kind: 'state',
    en: 'A claim can be renewed once in half its length; the next time from {from} on.',
    zhCN: '每半个领取期只能续期一次；{from} 之后方可再次续期。',
  },
  'renewals-used-up': {
    kind: 'state',
    en: 'A claim can be renewed {max} times, and all are used.',
    zhCN: '每次领取最多可续期 {max} 次，现已用完。',
  },
  'review-snoozed': {
    kind: 'state',
    en: 'The review is snoozed until {until}. Wake it first.',
    zhCN: '该审核已暂缓至 {until}，请先唤醒。',
  },
  'review-not-snoozed': {
    kind: 'state',
    en: 'The review is not snoozed.',
    zhCN: '该审核未被暂缓。',
  },
  'snooze-out-of-range': {
    kind: 'form',
    en: 'Snooze until an instant in the future, at most {days} days from now.',
    zhCN: '暂缓时间须晚于当前时间，且不超过 {days} 天。',
  },
  'wrong-level': {
    kind: 'state',
    en: 'A review of level {level} does not end in this way.',
    zhCN: '{level} 级审核不能以此方式结束。',
  },
  'staff-not-active': {
    kind: 'forbidden',
    en: 'The staff registry knows no active member of this name.',
    zhCN: '员工名册中没有此在职人员。',
    action: {
      en: 'Ask an admin of the platform to enrol or reinstate this person.',
      zhCN: '请联系平台管理员登记此人员或恢复其身份。',
    },
  },
  'role-required': {
    kind: 'forbidden',
    en: 'This needs one of the roles {roles}.',
    zhCN: '此操作需要以下角色之一：{roles}。',
  },
  'skill-required': {
    kind: 'forbidden',
    en: 'This review needs the skill {skill}.',
    zhCN: '该审核需要 {skill} 技能。',
    action: {
      en: 'Leave it to somebody who has the skill, or ask an admin to add it to yours.',
      zhCN: '请交由具备该技能的人员处理，或请管理员为您添加该技能。',
    },
  },
  'only-people-decide': {
    kind: 'forbidden',
    en: 'Only people review and decide; API keys and AI assistants do not.',
    zhCN: '只有自然人可以审核和决定；API 密钥和 AI 助手不可以。',
    action: {
      en: 'Leave it to a person on the staff.',
      zhCN: '请交由员工本人处理。',
    },
  },
  'own-account': {
    kind: 'forbidden',
    en: 'Nobody on the staff works on their own account, or looks into it as the staff do.',
    zhCN: '员工不得处理自己的账户，也不得以员工身份查看。',
    action: {
      en: 'Leave it to somebody else; as its applicant you see your case where every applicant does.',
      zhCN: '请交由他人处理；您可以以申请人身份查看自己的案件。',
    },
  },
  'conflict-declared': {
    kind: 'forbidden',
    en: 'A conflict of interest is declared with this account.',
    zhCN: '已申报与该账户存在利益冲突。',
    action: {
      en: 'Leave it to somebody without a conflict of interest. A lead or an admin withdraws one that no longer stands.',
      zhCN: '请交由没有利益冲突的人员处理；利益冲突不再存在的，由组长或管理员撤销。',
    },
  },
  'decided-before': {
    kind: 'forbidden',
    en: 'Who decided in a case neither second-reviews it nor hears its appeal; nor reviews it again where an appeal overturned what they decided.',
    zhCN: '已对该案件作出过决定的人员，不得进行复核或审理其申诉；其决定被申诉推翻的，也不得重新审核该案件。',
    action: {
      en: 'Leave it to somebody who has decided nothing in this case.',
      zhCN: '请交由未曾对该案件作出决定的人员处理。',
    },
  },
  'reasons-required': {
    kind: 'form',
    en: 'Name at least one reason.',
    zhCN: '请至少说明一个原因。',
  },
  'unknown-reason': {
    kind: 'form',
    en: 'The reason catalogue has no code {code}.',
    zhCN: '原因目录中没有代码 {code}。',
  },
  'pointer-names-nothing': {
    kind: 'form',
    en: 'A pointer names a material that the case has, and a field that its type of document has.',
    zhCN: '指向的材料或字段在本案件中不存在，或不属于该证件类型。',
  },
  'items-required': {
    kind: 'form',
    en: 'Ask for at least one item.',
    zhCN: '请至少列出一项需要补充的内容。',
  },
  'no-proposal': {
    kind: 'state',
    en: 'No approval is proposed.',
    zhCN: '目前没有待复核的通过提议。',
  },
  'identity-taken': {
    kind: 'state',
    en: 'Another account on this platform is verified, or about to be, with the same identity.',
    zhCN: '本平台上另一账户已使用或正在使用相同身份完成认证。',
  },
  'identity-not-provided': {
    kind: 'state',
    en: 'The case holds no identity that could be verified.',
    zhCN: '案件中没有可供核验的身份信息。',
  },
  'appeal-not-possible': {
    kind: 'state',
    en: 'Only a final rejection that was not appealed before can be appealed.',
    zhCN: '只有未曾申诉过的最终驳回可以申诉。',
  },
  'no-appeal-open': {
    kind: 'state',
    en: 'No appeal is open that evidence could be given to.',
    zhCN: '目前没有可补充证据的申诉。',
  },
  'too-many-appeal-files': {
    kind: 'state',
    en: 'An appeal takes at most {max} files, and so many were given.',
    zhCN: '每次申诉最多可上传 {max} 个文件，已达上限。',
  },
  'appeal-window-closed': {
    kind: 'state',
    en: 'The appeal was possible until {until}.',
    zhCN: '申诉期限为 {until}，现已过期。',
  },
  'not-closed': {
    kind: 'state',
    en: 'Only a closed case can be reopened.',
    zhCN: '只有已结束的案件可以重新打开。',
  },
  'no-rules-recorded': {
    kind: 'state',
    en: 'The case was never submitted here (a draft, or imported), so there are no rules to review it by.',
    zhCN: '该案件从未在此提交（草稿或导入），没有可供审核的规则。',
  },
  'not-due-yet': {
    kind: 'state',
    en: 'That is due at {dueAt}, not before.',
    zhCN: '该时限为 {dueAt}，尚未到期。',
  },
  'assignee-not-eligible': {
    kind: 'form',
    en: '{to} may not take this review: {why}.',
    zhCN: '{to} 不能承接该审核：{why}。',
  },
  'assignee-unknown': {
    kind: 'form',
    en: 'The staff registry knows nobody called {to}. Name somebody on the staff.',
    zhCN: '员工名册中没有 {to}。请指定一名员工。',
  },
  'assignee-is-holder': {
    kind: 'form',
    en: 'They hold these reviews themselves. Name somebody else.',
    zhCN: '这些审核本就由该员工领取。请指定其他人员。',
  },
  'freeze-not-lifted': {
    kind: 'state',
    en: 'The account is {standing}; its cases stay suspended.',
    zhCN: '账户状态为 {standing}，其案件保持暂停。',
  },
} as const satisfies ViolationCatalogue;

export const caseViolation = violationsOf(CASE_VIOLATIONS);
