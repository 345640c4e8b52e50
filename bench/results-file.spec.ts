import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addLine } from './results-file.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'casetrail-results-'));
  file = join(folder, 'results.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true }));

const lines = () => readFileSync(file, 'utf8');

it('a run is a line of its own', () => {
  addLine(file, { run: 1 });
  addLine(file, { run: 2 });
  expect(lines()).toBe('{"run":1}\n{"run":2}\n');
});

it.each([
  ['{"run":0}', '{"run":0}\n{"run":1}\n'],
  ['{"run":0}\n', '{"run":0}\n{"run":1}\n'],
  ['', '{"run":1}\n'],
])('is a line of its own also after %j', (before, after) => {
  writeFileSync(file, before);
  addLine(file, { run: 1 });
  expect(lines()).toBe(after);
});
