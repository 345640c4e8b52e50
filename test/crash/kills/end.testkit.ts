/** The end of a life: the clients end what they began, the processes and the timers do all that follows, and then all of it has to be there. */
import { setTimeout as sleep } from 'node:timers/promises';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '#kernel/clock';
import { type Instant } from '#kernel/instants';
import { type Effects, effectsIn } from './effects-checker.testkit.ts';
import { type Fleet } from './fleet.testkit.ts';
import { faultsOf, type Request, rowsOf } from './log-checker.testkit.ts';
import { processFaultsOf, unfinishedIn } from './processes-checker.testkit.ts';
import { overdueIn } from './timers-checker.testkit.ts';
import { vaultFaultsOf } from './vault-checker.testkit.ts';
import { type Places, viewFaultsOf } from './views-checker.testkit.ts';

const LOOK_EVERY_MS = 100;
/** Until each command has been acknowledged: the slowest waits for half a lease, and chance picks some rarely. */
const COMMANDS_LOOKS_MAX = 3_000;
/** Until nothing is unfinished: a timer that was fired in vain is fired again after half a minute. */
const REST_LOOKS_MAX = 600;

export interface Rest {
  /** When there was nothing left to do, or nobody waited for it any longer. */
  readonly at: Instant;
  /** In words, what had not come by then. */
  readonly unmet: readonly string[];
}

/** While a server serves: the next one goes on with it where that one ends. */
export async function untilAtRest(fleet: Fleet, dataFolder: string): Promise<Rest> {
  const unsent = await leftAfter(COMMANDS_LOOKS_MAX, () => fleet.unmet());
  await fleet.stopped();
  let at = systemClock.now();
  const undone = await leftAfter(REST_LOOKS_MAX, () => {
    at = systemClock.now();
    return [...unfinishedIn(dataFolder), ...overdueIn(dataFolder, at)];
  });
  return { at, unmet: [...unsent, ...undone] };
}

/** Looks until nothing is left. @returns what is left all the same */
async function leftAfter(looks: number, look: () => string[]): Promise<readonly string[]> {
  let left = look();
  for (let looked = 1; left.length > 0 && looked < looks; looked++) {
    await sleep(LOOK_EVERY_MS);
    left = look();
  }
  return left;
}

/** @param places of a server that was killed when all was at rest, `at` that moment */
export async function endFaultsOf(
  places: Places,
  requests: readonly Request[],
  scratch: string,
  at: Instant,
): Promise<Effects & { readonly events: number }> {
  const rows = rowsOf(join(places.dataFolder, 'events.sqlite'));
  const copy = { ...places, dataFolder: join(scratch, 'effects') };
  cpSync(places.dataFolder, copy.dataFolder, { recursive: true });
  const effects = await effectsIn(copy, at);
  rmSync(copy.dataFolder, { recursive: true });
  const faults = [
    ...requests
      .filter(({ answers }) => answers.length === 0)
      .map(({ key, path }) => `${key} (POST ${path}): it was never answered`),
    ...faultsOf(rows, requests),
    ...(await vaultFaultsOf(rows, places)),
    ...effects.faults,
    ...(await processFaultsOf(places.dataFolder)),
    ...(await viewFaultsOf(places, scratch)),
  ];
  return { ...effects, faults, events: rows.length };
}
