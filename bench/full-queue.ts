/**
 * Data folders with as many waiting reviews as are asked for. A thousand are of real cases, led there over
 * HTTP, and are the most urgent; the others are documents of the queue's view alone, as the projection
 * would have left them, written by the read store in bulk and indexed as at the end of a rebuild.
 */
import { randomUUID } from 'node:crypto';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import {
  type DocumentWrite,
  type StoredDocument,
  type ViewStore,
} from '#infra/read-store/read-store.port';
import { openSqliteReadStore } from '#infra/read-store/sqlite/sqlite-read-store';
import { type Instant, plusMs } from '#kernel/instants';
import { type QueuedReview, reviewQueueView } from '#modules/cases/views/review-queue.view';
import { Casework, POLICY } from './casework.ts';
import { startServer } from './child.ts';
import { benchFolder } from './folder.ts';

export const REAL_REVIEWS = 1_000;
const DOCUMENTS_A_WRITE = 1_000;
/** Between the due times of reviews that follow each other. */
const APART_MS = 1_000;

/** Made once a run, and removed at its end: the largest takes minutes. */
const made = new Map<number, Promise<string>>();

/** @returns the folder of that many waiting reviews, which is not to be changed: `copied` gives one that may be */
export function folderWith(waiting: number): Promise<string> {
  const known = made.get(waiting);
  if (known) return known;
  const { path } = benchFolder();
  const making = waiting === REAL_REVIEWS ? withRealOnes(path) : withMore(path, waiting);
  made.set(waiting, making);
  return making;
}

export function copied(from: string, to: string): string {
  cpSync(from, to, { recursive: true });
  return to;
}

async function withRealOnes(folder: string): Promise<string> {
  const server = await startServer(folder);
  const work = await Casework.on(server);
  await work.waitingCases(REAL_REVIEWS, 'waiting');
  await server.settled();
  work.close();
  await server.stop();
  return folder;
}

async function withMore(folder: string, waiting: number): Promise<string> {
  copied(await folderWith(REAL_REVIEWS), folder);
  const readStore = openSqliteReadStore({ file: join(folder, 'data', 'views.sqlite') });
  const before = (await readStore.serving<QueuedReview>(reviewQueueView.name))!;
  const checkpoint = await before.checkpoint();
  const real = await allOf(before);
  await readStore.reset(reviewQueueView);
  const store = readStore.exact<QueuedReview>(reviewQueueView);
  await store.write(real, checkpoint);
  for (let more = waiting - REAL_REVIEWS, next = moreLike(real); more > 0;) {
    const writes = Array.from({ length: Math.min(more, DOCUMENTS_A_WRITE) }, next);
    await store.write(writes, checkpoint);
    more -= writes.length;
  }
  await readStore.promote(reviewQueueView);
  await readStore.close();
  return folder;
}

async function allOf(store: ViewStore<QueuedReview>): Promise<StoredDocument<QueuedReview>[]> {
  const all: StoredDocument<QueuedReview>[] = [];
  for (let after: string | undefined, more = true; more;) {
    const page = await store.find({ limit: DOCUMENTS_A_WRITE, ...(after && { after }) });
    all.push(...page.documents);
    after = page.next;
    more = after !== undefined;
  }
  return all;
}

/** Each is due later than all before it, of a case and an account of its own. */
function moreLike(real: readonly StoredDocument<QueuedReview>[]): () => DocumentWrite {
  const ofPolicy = real.filter(({ document }) => document.policyKey === POLICY);
  const { document: like, position } = ofPolicy[0]!;
  let dueAt = ofPolicy
    .map(({ document }) => document.dueAt!)
    .sort()
    .at(-1)!;
  let requestedAt = like.requestedAt!;
  const later = (at: Instant): Instant => plusMs(at, APART_MS);
  return () => {
    [dueAt, requestedAt] = [later(dueAt), later(requestedAt)];
    const key = randomUUID();
    const document = { ...like, caseId: key, accountId: randomUUID(), dueAt, requestedAt };
    return { key, document, position };
  };
}
