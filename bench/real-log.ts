/** A real event log, where it is on this machine (CONTRIBUTING.md says where it is looked for). */
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import {
  BPIC2012,
  BPIC2012_MAPPING,
  findBpic2012,
} from '../libs/modules/exchange/xes/bpic2012.testkit.ts';

export const MAPPING = BPIC2012_MAPPING;
export const REAL_EVENTS = 262_200;
/** What an import makes of them. */
export const IMPORTED_EVENTS = 279_358;
const REAL_TRACES = 13_087;

export const missingRealLog = (): string | undefined =>
  findBpic2012() === undefined ? `there is no ${BPIC2012}` : undefined;

/** @throws Error where it is missing */
export function realLog(): string {
  const path = findBpic2012();
  if (path === undefined) throw new Error(`There is no ${BPIC2012}.`);
  return path;
}

/** Writes the log with the first of its traces alone. @param share of the traces, at most 1 */
export function cutRealLog(share: number, file: string): string {
  const text = gunzipSync(readFileSync(realLog())).toString('utf8');
  const end = '</trace>';
  let at = 0;
  for (let left = Math.round(REAL_TRACES * share); left > 0; left--) {
    at = text.indexOf(end, at) + end.length;
  }
  writeFileSync(file, gzipSync(`${text.slice(0, at)}\n</log>\n`));
  return file;
}
