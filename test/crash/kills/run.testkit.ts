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

/** @throws Error with all that does not hold, and where its data is kept */
export async function killed(
  kills: number,
  seed: number,
  say: (line: string) => void,
): Promise<Tally> {
  const tally = new Tally();
  const lives = Math.ceil(kills / KILLS_OF_A_LIFE);
  let begun = 0;
  let failed = false;
  const lane = async (): Promise<void> => {
    while (begun < lives && !failed) {
      const number = begun++;
      const its = Math.min(KILLS_OF_A_LIFE, kills - number * KILLS_OF_A_LIFE);
      const life = new Life(`life${number + 1}`, new Plan(seed + number, number * 7), tally, say);
      let isOver = false;
      try {
        await life.of(its, seed + number * 10_000);
        if (number === 0) tally.controls = await life.controls();
        isOver = true;
      } finally {
        failed ||= !isOver;
        await life.dispose(!isOver);
      }
    }
  };
  const lanes = await Promise.allSettled(Array.from({ length: AT_ONCE }, lane));
  const reasons = lanes.flatMap((one) => (one.status === 'rejected' ? [one.reason as Error] : []));
  if (reasons.length > 0) throw new AggregateError(reasons, reasons.map(String).join('\n'));
  if (kills >= KILLS_OF_ALL) refuseUnmet(tally);
  return tally;
}

/** @throws Error where nothing was killed at a point, or no such command was acknowledged: then it shows nothing of them */
function refuseUnmet({ kills, commands }: Tally): void {
  const points = [...SERVER_POINTS, ...SWAP_POINTS, ...IMPORT_POINTS, FIRST_START_POINT];
  const met = [...kills.keys()];
  const unmet = points.filter((point) => !met.some((name) => name.startsWith(point)));
  if (unmet.length > 0) throw new Error(`Nothing was killed ${unmet.join(', nor ')}.`);
  const unsent = COMMANDS.filter((kind) => !commands.has(kind));
  if (unsent.length > 0) throw new Error(`Never acknowledged: ${unsent.join(', ')}.`);
}
