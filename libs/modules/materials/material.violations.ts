import { violationsOf, type ViolationCatalogue } from '#kernel/violation';

/** What can be wrong with a file before anybody asks which material it belongs to. */
export const MATERIAL_VIOLATIONS = {
  'file-empty': {
    kind: 'form',
    en: 'The file is empty. Choose it again and look at it before uploading.',
    zhCN: '文件为空，请重新选择并在上传前查看。',
  },
  'file-content-differs': {
    kind: 'form',
    en: 'What the file contains is not of the type that is said of it. Save it as that type, or say which it is.',
    zhCN: '文件内容与所注明的类型不符，请按该类型保存，或注明实际类型。',
  },
  'file-name-unusable': {
    kind: 'form',
    en: 'The file needs a name of at most {bytesMax} bytes, with at least one character that can be read.',
    zhCN: '文件须有名称，最长 {bytesMax} 字节，且至少含一个可读字符。',
  },
} as const satisfies ViolationCatalogue;

export const materialViolation = violationsOf(MATERIAL_VIOLATIONS);
