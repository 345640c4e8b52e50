/** Views folded from the beginning of a log into a fresh read store, as a start without views.sqlite does. */
import { type EventStore } from '#infra/event-store/event-store.port';
import { Projector } from '#infra/projector/projector';
import { openSqliteReadStore } from '#infra/read-store/sqlite/sqlite-read-store';
import { systemClock } from '#kernel/clock';
import { type EventCatalogue } from '#kernel/event-definition';
import { type AnyView } from '#kernel/view';
import { pause } from '../apps/server/src/pause.ts';
import { msOf } from './contest.ts';

const DEADLINE_MS = 3_600_000;

export interface Folding {
  readonly eventStore: EventStore;
  readonly views: readonly AnyView[];
  readonly catalogue: EventCatalogue;
}

/** @returns milliseconds until all of them serve, and have seen the end of the log */
export async function foldedMs({ eventStore, views, catalogue }: Folding, file: string) {
  const readStore = openSqliteReadStore({ file });
  let trouble: unknown;
  const projector = new Projector({
    eventStore,
    readStore,
    views,
    catalogue,
    clock: systemClock,
    pause,
    onTrouble: ({ error }) => (trouble = error),
  });
  try {
    const head = await eventStore.head();
    const ms = await msOf(async () => {
      await projector.start();
      for (const { name } of views) {
        await projector.waitFor(name, head, { deadlineMs: DEADLINE_MS });
      }
    });
    if (trouble !== undefined) throw trouble;
    return ms;
  } finally {
    await projector.stop();
    await readStore.close();
  }
}
