/** A thin shell: runs statements over the file beside the main thread, and ends. */
import { DatabaseSync } from 'node:sqlite';
import { workerData } from 'node:worker_threads';

const { file, lockWaitMs, statements } = workerData as {
  file: string;
  lockWaitMs: number;
  statements: readonly string[];
};
const db = new DatabaseSync(file, { timeout: lockWaitMs });
try {
  for (const statement of statements) db.exec(statement);
} finally {
  db.close();
}
