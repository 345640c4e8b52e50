import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { listOf, someEvents } from '../contract/rig.contract.ts';
import { summaryOf } from '../copy-log.ts';
import { CallAborted } from '../event-store.errors.ts';
import { logOfFile, nameOfLogFile, renameLogFile } from './log-file.ts';
import { openSqliteEventStore } from './sqlite-event-store.ts';

const never = new AbortController().signal;
/** More than a page of the reader. */
const EVENTS = 700;

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'casetrail-log-file-'));
  file = join(folder, 'copy.sqlite');
});
afterEach(() => rmSync(folder, { recursive: true }));

const open = (name: string) => openSqliteEventStore({ file: join(folder, name), worker: false });

/** What is in the log, and a whole copy of it by itself. */
async function copied() {
  const store = await open('live.sqlite');
  await store.append('case-1', 'no-stream', someEvents(EVENTS));
  await store.append('case-2', 'no-stream', someEvents(1));
  const live = { events: await listOf(store.readAll()), id: store.storeId };
  const summary = await summaryOf(store, never);
  await store.close();
  copyFileSync(join(folder, 'live.sqlite'), file);
  const db = new DatabaseSync(file);
  db.exec('PRAGMA journal_mode = DELETE');
  db.close();
  return { ...live, summary };
}

it('a copy of a log says what the log said, and stays as it was', async () => {
  const { events, id, summary } = await copied();
  const before = readFileSync(file);
  expect(await listOf(logOfFile(file).readAll())).toEqual(events);
  expect(await summaryOf(logOfFile(file), never)).toEqual(summary);
  expect(nameOfLogFile(file)).toBe(id);
  expect(readFileSync(file).equals(before)).toBe(true);
  expect(readdirSync(folder).filter((name) => name.startsWith('copy'))).toEqual(['copy.sqlite']);
});

it('a copy that is renamed holds the same events under another name', async () => {
  const { events, id } = await copied();
  renameLogFile(file, 'another');
  const store = await open('copy.sqlite');
  expect([store.storeId, id]).toEqual(['another', expect.not.stringContaining('another')]);
  expect(await listOf(store.readAll())).toEqual(events);
  await store.close();
});

it('a reading of it that is aborted ends with that', async () => {
  await copied();
  const abort = new AbortController();
  const reading = summaryOf(logOfFile(file), abort.signal, () => abort.abort());
  await expect(reading).rejects.toThrow(CallAborted);
});
