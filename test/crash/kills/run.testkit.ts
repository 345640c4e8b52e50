/** So many kills, over the lives of several data folders, and at the end what the checker says of damage. */
import description from '../../../docs/reference/openapi.json' with { type: 'json' };
import { Life } from './life.testkit.ts';
import { Plan } from './plan.testkit.ts';
import { FIRST_START_POINT, IMPORT_POINTS, SERVER_POINTS, SWAP_POINTS } from './points.testkit.ts';
import { kindOf, Tally } from './tally.testkit.ts';

/** What is not sent, or never done: a token is no command, a claim is renewed after half its lease, and nothing ever waits for an operator. */
const NOT_SENT = /^\/dev\/|\/renewal$|^\/v1\/operations\//;
const NIL = '00000000-0000-0000-0000-000000000000';

/** Every route of the description by which something is done, as the tally names it. */
const COMMANDS: readonly string[] = Object.entries(description.paths)
  .filter(([path, methods]) => 'post' in methods && !NOT_SENT.test(path))
  .map(([path]) => kindOf(path.replace('{review}', '1').replace(/\{\w+Id\}/g, NIL)));

/** Of one data folder: a long log makes each check slow, and a new folder has its own first start. */
const KILLS_OF_A_LIFE = 50;
/** Lives at the same time: what starts waits for one core while the other serves. */
const AT_ONCE = 2;
/** From so many kills on, each point has come in one of its turns, and each command has been done, however slow the machine is. */
const KILLS_OF_ALL = 500;

export interface Run {
  readonly tally: Tally;
  /** What did not hold, and where its data is kept: of each life the first. */
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
      const life = new Life(`life${number + 1}`, new Plan(seed + number, number * 7), tally, say);
      let isOver = false;
      try {
        await life.of(its, seed + number * 10_000);
        tally.controls = await life.controls();
        isOver = true;
      } catch (error) {
        faults.push(String(error));
        say(String(error));
      } finally {
        await life.dispose(!isOver);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  if (kills >= KILLS_OF_ALL) faults.push(...unmetBy(tally));
  return { tally, faults };
}

/** Where nothing was killed, and what was never acknowledged: of that, it shows nothing. */
function unmetBy({ kills, commands }: Tally): string[] {
  const points = [...SERVER_POINTS, ...SWAP_POINTS, ...IMPORT_POINTS, FIRST_START_POINT];
  const met = [...kills.keys()];
  return [
    ...points
      .filter((point) => !met.some((name) => name.startsWith(point)))
      .map((point) => `Nothing was killed ${point}.`),
    ...COMMANDS.filter((kind) => !commands.has(kind)).map(
      (kind) => `Nothing was acknowledged of ${kind}.`,
    ),
  ];
}
