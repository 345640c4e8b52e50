/** All that is measured, in the order of docs/benchmarks.md. */
import { type Part } from './contest.ts';
import { appendParts } from './parts/append.part.ts';
import { approvePart } from './parts/approve.part.ts';
import { clonePart } from './parts/clone.part.ts';
import { commandPart } from './parts/command.part.ts';
import { emmettParts } from './parts/emmett.part.ts';
import { eventStoreDbParts } from './parts/eventstoredb.part.ts';
import { importParts } from './parts/import.part.ts';
import { queueParts } from './parts/queue.part.ts';
import { rebuildPart } from './parts/rebuild.part.ts';
import { startPart } from './parts/start.part.ts';
import { submitPart } from './parts/submit.part.ts';

export const PARTS: readonly Part[] = [
  ...appendParts,
  approvePart,
  submitPart,
  rebuildPart,
  ...queueParts,
  ...importParts,
  startPart,
  commandPart,
  clonePart,
  ...emmettParts,
  ...eventStoreDbParts,
];
