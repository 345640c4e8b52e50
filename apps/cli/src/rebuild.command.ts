import { type Command, EXIT, PLACE_OPTIONS, UsageError } from './command.ts';
import { duration } from './figures.ts';
import { configOf, withStores } from './places.ts';
import { tellProgress } from './progress.ts';
import { VIEW_NAMES, withProjector } from './views-at-head.ts';

export const rebuildCommand: Command = {
  name: 'rebuild',
  usage: '[<view> ...]',
  summary:
    'Folds views anew from the log, beside what serves: all of them, or those that are named.',
  options: PLACE_OPTIONS,
  positionals: { min: 0, max: VIEW_NAMES.length },
  run: async ({ positionals, ...args }, surroundings) => {
    const unknown = positionals.find((name) => !VIEW_NAMES.includes(name));
    if (unknown !== undefined) {
      throw new UsageError(
        `There is no view ${JSON.stringify(unknown)}. There are: ${VIEW_NAMES.join(', ')}.`,
      );
    }
    const { out, err, signal } = surroundings;
    const asked = positionals.length === 0 ? VIEW_NAMES : [...new Set(positionals)];
    await withStores(configOf({ positionals, ...args }, surroundings), (stores) =>
      withProjector(stores, err, async (projector, trouble) => {
        for (const name of asked) {
          if (signal.aborted) return;
          const begun = performance.now();
          const line = (elapsedMs: number) => `${name}: ${duration(elapsedMs)}`;
          const told = tellProgress({ ...surroundings, line });
          const stopped = aborted(AbortSignal.any([signal, trouble]));
          const done = projector.rebuild(name).then(() => true);
          const rebuilt = await Promise.race([done, stopped]).finally(told);
          // What was begun goes on with the next start of whoever keeps the views.
          if (!rebuilt) return;
          out(`${name}: rebuilt in ${duration(performance.now() - begun)}.\n`);
        }
      }),
    );
    return signal.aborted ? EXIT.stopped : EXIT.done;
  },
};

function aborted(signal: AbortSignal): Promise<false> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(false), { once: true });
  });
}
