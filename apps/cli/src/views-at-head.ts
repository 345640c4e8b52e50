/** The server's views, kept by a command for as long as it runs. */
import { Projector } from '#infra/projector/projector';
import { systemClock } from '#kernel/clock';
import { catalogue, views } from '../../server/src/catalogue.ts';
import { pause } from '../../server/src/pause.ts';
import { type Stores } from '../../server/src/stores.ts';

export const VIEW_NAMES: readonly string[] = views.map(({ name }) => name);

/** How often views may fail to go on before a command gives up: some 20 seconds. */
const TROUBLE_MAX = 22;
/** The longest that a timer of Node waits: about 25 days. */
const FOR_EVER_MS = 2 ** 31 - 1;

/** Runs the projector around the work. @throws what keeps the views from getting on */
export async function withProjector<T>(
  { eventStore, readStore }: Stores,
  err: (text: string) => void,
  work: (projector: Projector, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  let trouble = 0;
  let last: unknown;
  const projector = new Projector({
    eventStore,
    readStore,
    views,
    catalogue,
    clock: systemClock,
    pause,
    onTrouble: ({ views: names, error }) => {
      last = error;
      err(`The views ${names.join(', ')} wait: ${(error as Error).message}\n`);
      if (++trouble >= TROUBLE_MAX) abort.abort();
    },
  });
  await projector.start();
  try {
    const result = await work(projector, abort.signal);
    if (abort.signal.aborted) throw last;
    return result;
  } finally {
    await projector.stop();
  }
}

/** Resolves when every view has folded all that is in the log now, or when the user ends it. */
export async function bringViewsUpToDate(
  stores: Stores,
  surroundings: { readonly err: (text: string) => void; readonly signal: AbortSignal },
): Promise<void> {
  const head = await stores.eventStore.head();
  await withProjector(stores, surroundings.err, async (projector, trouble) => {
    const signal = AbortSignal.any([trouble, surroundings.signal]);
    try {
      for (const view of VIEW_NAMES) {
        await projector.waitFor(view, head, { deadlineMs: FOR_EVER_MS, signal });
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  });
}
