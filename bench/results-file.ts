/** bench/results.jsonl: a line of JSON a run, added to and never changed. */
import { appendFileSync, closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';

/** Also where somebody has left the last line without its end. */
export function addLine(file: string, line: object): void {
  const before = existsSync(file) && !endsALine(file) ? '\n' : '';
  appendFileSync(file, `${before}${JSON.stringify(line)}\n`);
}

/** As an empty file does. */
function endsALine(file: string): boolean {
  const handle = openSync(file, 'r');
  try {
    const { size } = fstatSync(handle);
    const last = Buffer.alloc(1);
    return size === 0 || (readSync(handle, last, 0, 1, size - 1) === 1 && last[0] === 0x0a);
  } finally {
    closeSync(handle);
  }
}
