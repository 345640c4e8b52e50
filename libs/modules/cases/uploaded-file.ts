/** A file as a request brought it: looked at before anything is sealed. */
import { type FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { Refusal } from '#infra/http/problem';
import { readUpload } from '#infra/http/upload';
import { checkFile } from '#modules/materials/index';
import { type IncomingFile } from './draft/material-intake.ts';

export interface UploadedFile {
  readonly file: IncomingFile;
  /** What a repetition of the request is known by. */
  readonly body: { readonly fileName: string; readonly mediaType: string; readonly digest: string };
}

/**
 * @throws HttpProblem file-too-large, upload-malformed, unsupported-media-type, invalid-field, unknown-field;
 *   Refusal file-empty, file-name-unusable, file-content-differs
 */
export async function uploadedFile(request: FastifyRequest): Promise<UploadedFile> {
  const { fileName, mediaType, bytes } = await readUpload(request);
  const fault = await checkFile(fileName, mediaType, bytes);
  if (fault) throw new Refusal(fault);
  const digest = createHash('sha256').update(bytes).digest('hex');
  return {
    file: { name: fileName, mediaType, content: bytes },
    body: { fileName, mediaType, digest },
  };
}
