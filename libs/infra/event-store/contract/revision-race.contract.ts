/** Many writers at one revision of a stream, and what must come of it; proved able to fail by its spec. */
import { RevisionConflict } from '../event-store.errors.ts';
import { type EventStore } from '../event-store.port.ts';
import { anEvent, idsIn } from './rig.contract.ts';

const WRITERS = 64;

/** @returns in words what is wrong: none where one has won, the others know by how much they lost, and the log says so */
export async function raceFaultsAt(
  store: EventStore,
  stream: string,
  revision: number,
): Promise<readonly string[]> {
  const attempts = Array.from({ length: WRITERS }, () => anEvent());
  const expected = revision === 0 ? 'no-stream' : revision - 1;
  const outcomes = await Promise.allSettled(
    attempts.map((event) => store.append(stream, expected, [event])),
  );
  const faults: string[] = [];
  const winners: string[] = [];
  for (const [at, outcome] of outcomes.entries()) {
    const { id } = attempts[at]!;
    if (outcome.status === 'fulfilled') {
      winners.push(id);
      if (outcome.value.revision !== revision) {
        faults.push(`one is told of revision ${outcome.value.revision}, and asked for ${revision}`);
      }
    } else if (!(outcome.reason instanceof RevisionConflict)) {
      faults.push(`one is refused by ${String(outcome.reason)}`);
    } else if (outcome.reason.actual !== revision) {
      faults.push(`one is told that the stream is at ${outcome.reason.actual}`);
    }
  }
  if (winners.length !== 1) faults.push(`${winners.length} have won revision ${revision}`);
  const stored = (await idsIn(store.readStream(stream))).slice(revision);
  if (stored.join() !== winners.join()) {
    faults.push(`${winners.length} were told that they have won, and ${stored.length} are stored`);
  }
  return faults;
}
