/**
 * Reads an upload: one file, with those short fields that the route knows, as multipart/form-data (RFC 7578), into memory
 * up to the limit. Nothing is written to disk, where an erased subject's file could stay behind.
 */
import '@fastify/multipart';
import { type FastifyRequest } from 'fastify';
import { shownName } from './json-body.ts';
import { HttpProblem } from './problem.ts';

export interface Upload {
  readonly fileName: string;
  /** As the client says; whoever takes the file looks at its bytes. */
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  readonly fields: Readonly<Record<string, string>>;
}

/** Other fields than the file: how many, and how long each may be. */
export const UPLOAD_FIELDS_MAX = 20;
export const UPLOAD_FIELD_BYTES_MAX = 8_192;

const FILE_FIELD = 'file';

const bytesMaxOf = new WeakMap<object, number>();

/**
 * @param server the Fastify instance that the uploads come through.
 * @param bytes most bytes of one file, on every route.
 */
export function setFileLimit(server: object, bytes: number): void {
  bytesMaxOf.set(server, bytes);
}

/**
 * @param known names of the fields that may come with the file.
 * @throws HttpProblem file-too-large, upload-malformed, unsupported-media-type; invalid-field where
 * the field `file` is missing, unknown-field for one that is neither that nor known
 */
export async function readUpload(
  request: FastifyRequest,
  known: readonly string[] = [],
): Promise<Upload> {
  const bytesMax = bytesMaxOf.get(request.server) ?? 0;
  if (!request.isMultipart()) throw new HttpProblem('unsupported-media-type');
  const fields: Record<string, string> = Object.create(null) as Record<string, string>;
  let file: Omit<Upload, 'fields'> | undefined;
  try {
    for await (const part of request.parts({ limits: { fileSize: bytesMax } })) {
      if (part.type === 'file') {
        const bytes = await part.toBuffer();
        if (file || part.fieldname !== FILE_FIELD) throw malformed(part.fieldname);
        file = { fileName: part.filename, mediaType: part.mimetype, bytes };
      } else {
        if (part.fieldname in fields || part.valueTruncated || typeof part.value !== 'string')
          throw malformed(part.fieldname);
        if (!known.includes(part.fieldname)) throw unknownField(part.fieldname);
        fields[part.fieldname] = part.value;
      }
    }
  } catch (error) {
    throw problemOf(error, bytesMax);
  }
  if (!file)
    throw new HttpProblem('invalid-field', { fields: [{ field: FILE_FIELD, rule: 'isDefined' }] });
  return { ...file, fields };
}

const malformed = (name: string) => new HttpProblem('upload-malformed', { field: shownName(name) });

function unknownField(name: string): HttpProblem {
  const fields = [{ field: shownName(name), rule: 'unknown' }];
  return new HttpProblem('unknown-field', { fields });
}

function problemOf(error: unknown, bytesMax: number): unknown {
  if (error instanceof HttpProblem) return error;
  const code = (error as { code?: unknown }).code;
  if (code === 'FST_REQ_FILE_TOO_LARGE')
    return new HttpProblem('file-too-large', { params: { bytesMax } });
  // The parser of parts throws errors without a code for whatever is cut off or misspelt.
  return new HttpProblem('upload-malformed', { cause: error });
}
