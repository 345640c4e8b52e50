/**
 * What an uploaded file is, told by its bytes and not by its name: a reviewer opens it, and what says
 * that it is a picture must be one. It is no virus scan, and a file of the right type may be unreadable.
 */
import { fileTypeFromBuffer } from 'file-type';
import { type Violation } from '#kernel/violation';
import { cleanFileName, FILE_NAME_BYTES_MAX } from './file-name.ts';
import { materialViolation } from './material.violations.ts';

const encoder = new TextEncoder();

/** Null where the file is what it is said to be; the time it takes does not grow with its size, but for plain text. */
export async function checkFile(
  name: string,
  mediaType: string,
  content: Uint8Array,
): Promise<Violation | null> {
  if (content.byteLength === 0) return materialViolation('file-empty', { field: 'file' });
  const { byteLength } = encoder.encode(name);
  if (byteLength > FILE_NAME_BYTES_MAX || cleanFileName(name) === '') {
    const params = { bytesMax: FILE_NAME_BYTES_MAX };
    return materialViolation('file-name-unusable', { field: 'file', params });
  }
  return (await isOf(mediaType, content))
    ? null
    : materialViolation('file-content-differs', { field: 'file' });
}

async function isOf(mediaType: string, content: Uint8Array): Promise<boolean> {
  const found = await fileTypeFromBuffer(content);
  if (found) return found.mime === mediaType;
  return mediaType.startsWith('text/') && isText(content);
}

/** Text has no signature of its own: what is valid UTF-8 without a NUL passes as such. */
function isText(content: Uint8Array): boolean {
  if (content.includes(0)) return false;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(content);
    return true;
  } catch {
    return false;
  }
}
