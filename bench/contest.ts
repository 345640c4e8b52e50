/**
 * What is measured here, and how: a figure of ours and its yardstick in the same run, in turns, because
 * a machine that is slower today is so for both. Only the ratio says anything; the figures stand beside
 * it so that one sees what it is a ratio of.
 */

/** Two things that are measured in turns. Each call measures once, on data of its own. */
export interface Contest {
  ours(): Promise<number>;
  yardstick(): Promise<number>;
  /** What else the measuring has shown: sizes of batches, memory. */
  facts?(): Readonly<Record<string, number | string>>;
  /** What neither side may exceed for the goal to be reached, whatever the ratio; in the part's unit. */
  most?(): Most;
  close(): Promise<void>;
}

export interface Most {
  readonly allowed: number;
  readonly was: number;
}

/** What the ratio (ours to the yardstick's) is to reach. */
export type Goal = { readonly atLeast: number } | { readonly atMost: number };

export interface Part {
  readonly name: string;
  readonly ours: string;
  readonly yardstick: string;
  /** Of both figures: `events/s`, `ms`. */
  readonly unit: string;
  /** None where the ratio is only reported. */
  readonly goal?: Goal;
  /** Its server is that of the build: without one, or with one of other sources, it fails. */
  readonly ofBuild?: true;
  /** The most rounds that what it opens has work for; any number where it says none. */
  readonly roundsMax?: number;
  /** Why it cannot be measured here; it is skipped then, and said to be. */
  readonly missing?: () => string | undefined;
  open(): Promise<Contest>;
}

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export interface Result {
  readonly part: string;
  readonly unit: string;
  readonly ours: Spread;
  readonly yardstick: Spread;
  readonly ratio: Spread;
  readonly goal?: Goal;
  readonly most?: Most;
  readonly reached?: boolean;
  readonly facts?: Readonly<Record<string, number | string>>;
  /** Ours and the yardstick's, in the order of the rounds. */
  readonly rounds: readonly (readonly [number, number])[];
}

/** Ours first in every other round, so that neither always finds the machine as the other left it. */
export async function measure(part: Part, rounds: number): Promise<Result> {
  const contest = await part.open();
  const pairs: (readonly [number, number])[] = [];
  try {
    for (let round = 0; round < rounds; round++) {
      if (round % 2 === 0) {
        const ours = await contest.ours();
        pairs.push([ours, await contest.yardstick()]);
      } else {
        const yardstick = await contest.yardstick();
        pairs.push([await contest.ours(), yardstick]);
      }
    }
    return resultOf(part, pairs, contest);
  } finally {
    await contest.close();
  }
}

function resultOf(
  { name, unit, goal }: Part,
  rounds: Result['rounds'],
  contest: Pick<Contest, 'facts' | 'most'>,
): Result {
  const ratio = spreadOf(rounds.map(([ours, yardstick]) => ours / yardstick));
  const facts = contest.facts?.();
  const most = contest.most?.();
  return {
    part: name,
    unit,
    ours: spreadOf(rounds.map(([ours]) => ours)),
    yardstick: spreadOf(rounds.map(([, yardstick]) => yardstick)),
    ratio,
    ...(goal && { goal, reached: isReached(ratio.median, goal, most) }),
    ...(most && { most }),
    ...(facts && { facts }),
    rounds,
  };
}

function isReached(ratio: number, goal: Goal, most?: Most): boolean {
  if (most !== undefined && most.was > most.allowed) return false;
  return 'atLeast' in goal ? ratio >= goal.atLeast : ratio <= goal.atMost;
}

export function spreadOf(figures: readonly number[]): Spread {
  const sorted = [...figures].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const median =
    sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { median, min: sorted[0]!, max: sorted.at(-1)! };
}

/** Does something again and again for that long. @returns how often it was done in a second */
export async function ratePerSecond(
  ms: number,
  step: () => Promise<number> | number,
): Promise<number> {
  const begun = performance.now();
  let done = 0;
  while (performance.now() - begun < ms) done += await step();
  return (done * 1_000) / (performance.now() - begun);
}

/** @returns milliseconds that the work took */
export async function msOf(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}
