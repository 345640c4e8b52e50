/** From whatever was thrown to the problem that the client is told. What is not listed is `internal`. */
import { HttpException } from '@nestjs/common';
import { RECORD_BYTES_MAX, VaultKeyUnusable, VaultRecordTooLarge } from '#infra/vault/vault.port';
import { type TechnicalCode } from './problem.catalogue.ts';
import { HttpProblem, type ProblemDetails, Refusal } from './problem.ts';

/** By the `code` of an error of ours, of Fastify or of a plugin, wherever it was thrown. */
const BY_CODE: Readonly<Record<string, TechnicalCode>> = {
  'store-unavailable': 'store-unavailable',
  'store-unusable': 'store-unusable',
  'deadline-exceeded': 'deadline',
  'call-aborted': 'deadline',
  'revision-conflict': 'concurrent-change',
  'append-too-large': 'body-too-large',
  'unknown-position': 'position-unknown',
  'event-of-newer-build': 'event-of-newer-build',
  'event-damaged': 'event-damaged',
  'bad-cursor': 'cursor-invalid',
  'view-behind': 'view-behind',
  // It is looked up anew when the request comes again.
  'view-version-gone': 'store-unavailable',
  FST_ERR_BAD_URL: 'malformed-url',
  FST_ERR_MAX_PARAM_LENGTH: 'url-part-too-long',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'body-incomplete',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed-json',
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed-json',
  FST_ERR_HANDLER_TIMEOUT: 'deadline',
  FST_REQ_FILE_TOO_LARGE: 'file-too-large',
  FST_PARTS_LIMIT: 'upload-malformed',
  FST_FILES_LIMIT: 'upload-malformed',
  FST_FIELDS_LIMIT: 'upload-malformed',
  FST_PROTO_VIOLATION: 'upload-malformed',
  FST_INVALID_JSON_FIELD_ERROR: 'upload-malformed',
  FST_MP_PREMATURE_CLOSE: 'upload-malformed',
  FST_INVALID_MULTIPART_CONTENT_TYPE: 'unsupported-media-type',
  ECONNRESET: 'body-incomplete',
};

/** By status, for exceptions of Nest that say no more than that. */
const BY_STATUS: Readonly<Record<number, TechnicalCode>> = {
  400: 'malformed-request',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not-found',
  405: 'method-not-allowed',
  408: 'receive-timeout',
  413: 'body-too-large',
  414: 'url-part-too-long',
  415: 'unsupported-media-type',
  429: 'rate-limited',
  431: 'headers-too-large',
  503: 'store-unavailable',
};

export type Told =
  | { readonly refusal: Refusal }
  | { readonly code: TechnicalCode; readonly details: ProblemDetails };

function codeOf(error: object): TechnicalCode | undefined {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' && Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : undefined;
}

export function tell(error: unknown): Told {
  if (error instanceof Refusal) return { refusal: error };
  if (error instanceof HttpProblem) return { code: error.code, details: error.details };
  if (typeof error !== 'object' || error === null) return { code: 'internal', details: {} };
  const known = codeOf(error);
  if (known) return { code: known, details: {} };
  if (error instanceof VaultKeyUnusable) return { code: 'store-unusable', details: {} };
  // Only a file can be so large: the body of a JSON request is read whole, up to less than that.
  if (error instanceof VaultRecordTooLarge)
    return { code: 'file-too-large', details: { params: { bytesMax: RECORD_BYTES_MAX } } };
  if (error instanceof HttpException) {
    const cause = error.cause;
    const byCause = typeof cause === 'object' && cause !== null ? codeOf(cause) : undefined;
    return { code: byCause ?? BY_STATUS[error.getStatus()] ?? 'internal', details: {} };
  }
  // AbortSignal.timeout and an aborted AbortController, from whatever call was given the signal.
  const name = (error as { name?: unknown }).name;
  if (name === 'TimeoutError' || name === 'AbortError') return { code: 'deadline', details: {} };
  return { code: 'internal', details: {} };
}
