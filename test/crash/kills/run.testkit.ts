/** So many kills, over the lives of several data folders, and at the end what the checker says of damage. */
import { Life, type Tally } from './life.testkit.ts';
import { Plan } from './plan.testkit.ts';

/** Of one data folder: a long log makes each check slow, and a new folder has its own first start. */
const KILLS_OF_A_LIFE = 50;

export async function killed(
  kills: number,
  seed: number,
  say: (line: string) => void,
): Promise<Tally> {
  const tally: Tally = {
    kills: new Map(),
    commands: new Map(),
    requests: 0,
    refused: new Map(),
    events: 0,
    viewChecks: 0,
    controls: [],
  };
  const plan = new Plan(seed);
  for (let done = 0, life = 1; done < kills; life++) {
    const its = Math.min(KILLS_OF_A_LIFE, kills - done);
    const one = new Life(`life${life}`, plan, tally, say);
    try {
      await one.of(its, seed + life * 10_000);
      done += its;
      if (done === kills) tally.controls = await one.controls();
    } finally {
      await one.dispose();
    }
  }
  return tally;
}
