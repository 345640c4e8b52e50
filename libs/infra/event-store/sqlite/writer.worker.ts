/** A thin shell: the writing core in a thread of its own, one job at a time. */
import { parentPort, workerData } from 'node:worker_threads';
import { LogWriter } from './log-writer.ts';
import { StorageError } from './storage-fault.ts';
import type { WriterJob, WriterReply, WriterSettings } from './write-protocol.ts';

function replyOf(work: () => WriterReply): WriterReply {
  try {
    return work();
  } catch (error) {
    if (error instanceof StorageError) return { reply: 'failed', fault: error.fault };
    throw error;
  }
}

let writer: LogWriter | undefined;

const opened = replyOf(() => {
  writer = new LogWriter(workerData as WriterSettings);
  return { reply: 'opened', storeId: writer.storeId };
});

parentPort?.on('message', (job: WriterJob | 'close') => {
  if (job === 'close') {
    writer?.close();
    parentPort?.close();
    return;
  }
  parentPort?.postMessage(
    replyOf(() => {
      if (job.job === 'append') return { reply: 'appended', outcomes: writer!.apply(job.batch) };
      writer!.probe();
      return { reply: 'able' };
    }),
  );
});

parentPort?.postMessage(opened);
