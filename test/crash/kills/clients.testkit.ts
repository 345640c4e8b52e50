/** A process of clients at work (stories.testkit.ts), until they are told to stop. Each ends its story first. */
import { Client, Refused } from './client.testkit.ts';
import { Chances } from './random.testkit.ts';
import { STORIES } from './stories.testkit.ts';
import { type Beginning, type Order, type Told } from './talk.testkit.ts';

const tell = (told: Told): void => void process.send!(told);
let client: Client | undefined;
let stopped = false;

async function work(seed: number, story: (typeof STORIES)[number]): Promise<void> {
  const chances = new Chances(seed);
  while (!stopped) {
    try {
      await story(client!, chances);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (error.answer.status >= 500) throw error;
    }
  }
}

async function begin(beginning: Beginning): Promise<void> {
  client = new Client(beginning, tell);
  await Promise.all(STORIES.map((story, at) => work(beginning.seed + at, story)));
  tell({ what: 'stopped' });
}

process.on('message', (order: Order) => {
  if ('begin' in order) {
    begin(order.begin).catch((error: unknown) => {
      tell({ what: 'trouble', error: error instanceof Error ? error.stack! : String(error) });
    });
  } else if ('url' in order) client!.moveTo(order.url ?? undefined);
  else if ('mark' in order) tell({ what: 'mark', mark: order.mark });
  else stopped = true;
});
process.on('disconnect', () => process.exit());
