/** A page of the queue, and take-next, where many reviews wait, against where a thousand do. */
import { Casework } from '../casework.ts';
import { type Listening, startServer, writtenToDisk } from '../child.ts';
import { type Contest, msOf, type Part } from '../contest.ts';
import { benchFolder } from '../folder.ts';
import { ServerCpu } from '../server-cpu.ts';
import { copied, folderWith, REAL_REVIEWS } from '../full-queue.ts';

const SIZES = [100_000, 1_000_000] as const;
const { BENCH_QUEUE_MAX: LARGEST = String(SIZES.at(-1)) } = process.env;

/** Pages come in pairs: the first, and by its cursor the next. */
const PAIRS = 100;
const TAKEN = 60;

/** What no review has, so that all would have to be looked through for it. */
const FEW = ['level=second', 'skill=japanese', 'overdue=true'] as const;
/** What all have: what is due before the year 2100 is all of it. */
const MANY = [
  'level=first&sort=due',
  'queue=bench',
  'priorityMin=5',
  'dueBefore=2100-01-01T00:00:00Z',
] as const;
const FILTERED = 20;

const figure = (count: number): string => count.toLocaleString('en-US');

interface Doing {
  readonly name: string;
  readonly what: string;
  /** How many requests it is. */
  readonly requests: number;
  /** How many reviews it claims: of real cases, of which there are only so many. */
  readonly claims: number;
  run(work: Casework): Promise<void>;
}

async function twoPages(work: Casework, filter: string): Promise<void> {
  const { next } = await work.get<{ next: string }>('rui', `/v1/queues?${filter}`);
  await work.get('rui', `/v1/queues?${filter}&cursor=${encodeURIComponent(next)}`);
}

const PAGE: Doing = {
  name: 'page',
  requests: 2 * PAIRS,
  claims: 0,
  what: `${2 * PAIRS} pages of the queue over HTTP, the first and the next`,
  run: async (work) => {
    for (let pair = 0; pair < PAIRS; pair++) await twoPages(work, '');
  },
};

const FILTER: Doing = {
  name: 'filters',
  requests: (FEW.length + 2 * MANY.length) * FILTERED,
  claims: 0,
  what: `${FILTERED} times a page of the queue over HTTP by each of ${FEW.length} filters that few match, and two by each of ${MANY.length} that all match`,
  run: async (work) => {
    for (let time = 0; time < FILTERED; time++) {
      for (const filter of FEW) await work.get('rui', `/v1/queues?${filter}`);
      for (const filter of MANY) await twoPages(work, filter);
    }
  },
};

const TAKE: Doing = {
  name: 'next',
  requests: TAKEN,
  claims: TAKEN,
  what: `${TAKEN} times take-next over HTTP, one after the other`,
  run: async (work) => {
    for (let taken = 0; taken < TAKEN; taken++) await work.post('rui', '/v1/queues/next', {});
  },
};

function queuePart(doing: Doing, waiting: number): Part {
  const { name, what } = doing;
  return {
    name: `queue-${name}-${waiting}`,
    ours: `${what}, with ${figure(waiting)} reviews waiting`,
    yardstick: `the same with ${figure(REAL_REVIEWS)}`,
    unit: 'ms',
    goal: { atMost: 1.5 },
    ofBuild: true,
    ...(doing.claims > 0 ? { roundsMax: Math.floor(REAL_REVIEWS / doing.claims) } : {}),
    missing: () => (waiting > Number(LARGEST) ? `BENCH_QUEUE_MAX is ${LARGEST}` : undefined),
    open: async (): Promise<Contest> => {
      const many = await openWith(waiting);
      const few = await openWith(REAL_REVIEWS);
      return {
        ours: () => many.msOf(doing),
        yardstick: () => few.msOf(doing),
        facts: () => ({
          'CPU of the server, ms a request': many.cpu.perPiece,
          'CPU of the server, ms a request of the yardstick': few.cpu.perPiece,
        }),
        close: async () => {
          await many.close();
          await few.close();
        },
      };
    },
  };
}

interface Filled {
  readonly cpu: ServerCpu;
  msOf(doing: Doing): Promise<number>;
  close(): Promise<void>;
}

async function openWith(waiting: number): Promise<Filled> {
  const folder = benchFolder();
  const server: Listening = await startServer(copied(await folderWith(waiting), folder.path));
  const work = await Casework.on(server);
  await server.settled();
  writtenToDisk();
  const cpu = new ServerCpu(server);
  return {
    cpu,
    msOf: ({ requests, run }) => cpu.of(requests, () => msOf(() => run(work))),
    close: async () => {
      work.close();
      await server.stop();
      folder.remove();
    },
  };
}

export const queueParts: readonly Part[] = SIZES.flatMap((waiting) =>
  [PAGE, FILTER, TAKE].map((doing) => queuePart(doing, waiting)),
);
