/** A thin shell: moves what the write-ahead log holds into the file, whenever it is asked, beside the main thread. */
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

const { file, lockWaitMs } = workerData as { file: string; lockWaitMs: number };
const db = new DatabaseSync(file, { timeout: lockWaitMs });
const checkpoint = db.prepare('PRAGMA wal_checkpoint(PASSIVE)');

parentPort!.on('message', (ask: 'checkpoint' | 'end') => {
  if (ask === 'end') {
    db.close();
    parentPort!.close();
    return;
  }
  checkpoint.get();
  parentPort!.postMessage('done');
});
