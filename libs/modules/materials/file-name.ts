/**
 * The name under which an uploaded file is kept. Whoever downloads it opens it by its extension, so that
 * is the one of what its bytes say (docs/adr/0010).
 */
import { fileTypeFromBuffer } from 'file-type';

/** As file systems limit it (POSIX NAME_MAX on Linux). */
export const FILE_NAME_BYTES_MAX = 255;

/** Bidirectional marks hide what an extension is: `a<RLO>gnp.exe` reads as `aexe.png`. */
const BIDI = '\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069';
/** Of POSIX, Windows and its drives and streams. */
const OF_PATHS = '/\\\\:';
const TAKEN_OUT = new RegExp(`[\\p{Cc}\\p{Cs}${BIDI}${OF_PATHS}]`, 'gu');

/** Other extensions that open the same; the first one is given where a name has none of them. */
const EXTENSIONS: ReadonlyMap<string, readonly string[]> = new Map([
  ['image/jpeg', ['jpg', 'jpeg']],
  ['image/tiff', ['tif', 'tiff']],
  ['text/csv', ['csv']],
]);
const OF_TEXT = ['txt'];

const encoder = new TextEncoder();
const bytesIn = (text: string): number => encoder.encode(text).byteLength;

/** Without what no name should hold; empty where nothing is left of it. */
export function cleanFileName(name: string): string {
  return name.replace(TAKEN_OUT, '').trim();
}

/**
 * The name with an extension that fits; another one is left before it, so that nothing of the name is
 * lost but what a file system has no room for. It is its own name: to ask again changes nothing.
 * @param mediaType for text alone, which has no signature.
 */
export async function keptFileName(
  name: string,
  mediaType: string,
  content: Uint8Array,
): Promise<string> {
  const clean = cleanFileName(name);
  const fitting = await extensionsOf(mediaType, content);
  const extension = /\.([^.]*)$/.exec(clean)?.[1];
  const fits = extension !== undefined && fitting.includes(extension.toLowerCase());
  const ending = `.${fits ? extension : fitting[0]!}`;
  const stem = fits ? clean.slice(0, -ending.length) : clean;
  return `${cut(stem, FILE_NAME_BYTES_MAX - bytesIn(ending))}${ending}`;
}

async function extensionsOf(mediaType: string, content: Uint8Array): Promise<readonly string[]> {
  const found = await fileTypeFromBuffer(content);
  if (!found) return EXTENSIONS.get(mediaType) ?? OF_TEXT;
  return EXTENSIONS.get(found.mime) ?? [found.ext];
}

function cut(text: string, bytesMax: number): string {
  const characters = [...text];
  while (bytesIn(characters.join('')) > bytesMax) characters.pop();
  return characters.join('');
}
