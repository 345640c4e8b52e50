/** So many kills, over the lives of several data folders, and at the end what the checker says of damage. */
import { Life } from './life.testkit.ts';
import { missed, Plan } from './plan.testkit.ts';
import { FIRST_START_POINT, IMPORT_POINTS, SERVER_POINTS, SWAP_POINTS } from './points.testkit.ts';
import { Tally } from './tally.testkit.ts';

/** Of one data folder: a long log makes each check slow, and a new folder has its own first start. */
const KILLS_OF_A_LIFE = 50;
/** Lives at the same time: what starts waits for one core while the other serves. */
const AT_ONCE = 2;
/** A point that the plan had so often was met at least once, however slow the machine is. */
const PLANNED_AND_MET = 3;
/** From so many kills on, each process has had something to do. */
const KILLS_OF_ALL_PROCESSES = 100;

export interface Run {
  readonly tally: Tally;
  /** What did not hold, and where its data is kept: of each life the first. Then what the run does not show. */
  readonly faults: readonly string[];
}

export async function killed(
  kills: number,
  seed: number,
  say: (line: string) => void,
): Promise<Run> {
  const tally = new Tally();
  const faults: string[] = [];
  const lives = Math.ceil(kills / KILLS_OF_A_LIFE);
  let begun = 0;
  const lane = async (): Promise<void> => {
    while (begun < lives) {
      const number = begun++;
      const its = Math.min(KILLS_OF_A_LIFE, kills - number * KILLS_OF_A_LIFE);
      const label = `life${number + 1}`;
      const life = new Life(label, new Plan(seed + number, number * 7), tally, say);
      let isOver = false;
      try {
        await life.of(its, seed + number * 10_000);
        tally.controls = await life.controls();
        isOver = true;
      } catch (error) {
        faults.push(`${label}, whose data is kept in ${life.folder}: ${String(error)}`);
        say(faults.at(-1)!);
      } finally {
        await life.dispose(!isOver);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return { tally, faults: [...faults, ...unmetBy(tally, kills)] };
}

/** What such a run has to show, and this one does not. */
function unmetBy({ kills, done, controls, demanded }: Tally, asked: number): string[] {
  const points = [...SERVER_POINTS, ...SWAP_POINTS, ...IMPORT_POINTS, FIRST_START_POINT];
  const met = [...kills.keys()];
  const idle = [...demanded].filter(([, actions]) => actions === 0);
  return [
    ...(done < asked ? [`${asked - done} of ${asked} kills are missing.`] : []),
    ...(controls.length === 0 ? ['The checker was never shown any damage.'] : []),
    ...points
      .filter((point) => (kills.get(missed(point)) ?? 0) >= PLANNED_AND_MET)
      .filter((point) => !met.some((name) => name.startsWith(point)))
      .map((point) => `Nothing was killed ${point}, which the plan has.`),
    ...(asked >= KILLS_OF_ALL_PROCESSES ? idle : []).map(
      ([process]) => `Nothing followed from the log by ${process}.`,
    ),
  ];
}
