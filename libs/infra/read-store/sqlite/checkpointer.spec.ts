import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Position } from '#kernel/position';
import { type AnyView } from '#kernel/view';
import { Checkpointer } from './checkpointer.ts';
import { openSqliteReadStore } from './sqlite-read-store.ts';

const BATCHES = 20;
const ROWS = 500;
const MB = 1024 * 1024;

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'casetrail-checkpoints-'));
  file = join(folder, 'views.sqlite');
});
afterEach(() => rmSync(folder, { recursive: true }));

const view = { name: 'notes', version: 1, indexes: [] } as unknown as AnyView;

describe('what was committed', () => {
  it('comes into the file while the store is open, and no log is left when it is closed', async () => {
    const store = openSqliteReadStore({ file });
    await store.prepare(view);
    const documents = store.exact<{ text: string }>(view);
    for (let batch = 1; batch <= BATCHES; batch++) {
      const position = String(batch).padStart(16, '0') as Position;
      const writes = Array.from({ length: ROWS }, (_, n) => ({
        key: `${batch}-${n}`,
        document: { text: 'n'.repeat(400) },
        position,
      }));
      await documents.write(writes, position);
    }
    // Far below where SQLite would do it by itself.
    while (statSync(file).size < 3 * MB) await sleep(10);
    expect(await documents.count()).toBe(BATCHES * ROWS);
    await store.close();
    expect(existsSync(`${file}-wal`)).toBe(false);
  }, 30_000);
});

describe('a thread that cannot do it', () => {
  it('holds up nobody, and another is started for the next one', async () => {
    const checkpointer = new Checkpointer({ file: join(folder, 'nowhere', 'x'), lockWaitMs: 10 });
    for (let round = 0; round < 2; round++) {
      checkpointer.committed(500);
      checkpointer.committed(20_000);
      const room = checkpointer.room();
      expect(room).toBeInstanceOf(Promise);
      await room;
      expect(checkpointer.room()).toBeUndefined();
    }
    await checkpointer.close();
  });
});
