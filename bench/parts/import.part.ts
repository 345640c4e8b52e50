/** The import of a real log with all views, against only parsing it; and what memory it takes. */
import { type Contest, type Part } from '../contest.ts';
import { importLog, newDataFolder } from '../data-folder.ts';
import { benchFolder } from '../folder.ts';
import { type Ended, ranToEnd } from '../process.ts';
import { cutRealLog, missingRealLog, REAL_EVENTS, realLog } from '../real-log.ts';

const PEAK_MB_MAX = 400;
/** What two runs over one file differ by. */
const GROWTH_MAX = 1.1;

const importPart: Part = {
  name: 'import',
  ours: `casetrail import of the real log, ${REAL_EVENTS.toLocaleString('en-US')} events, with all views`,
  yardstick: 'a process that only parses the same file as it streams, by saxes',
  unit: 'ms',
  goal: { atMost: 6 },
  missing: missingRealLog,
  open: async (): Promise<Contest> => {
    const parse = new URL('../yardsticks/bare-parse.ts', import.meta.url).pathname;
    return {
      ours: async () => (await importedAfresh(realLog())).ms,
      yardstick: async () => (await ranToEnd([parse, realLog()])).ms,
      close: async () => undefined,
    };
  },
};

const memoryPart: Part = {
  name: 'import-memory',
  ours: 'the most resident memory of casetrail import of the real log, with all views',
  yardstick: 'the same of the first half of its cases',
  unit: 'MB',
  goal: { atMost: GROWTH_MAX },
  missing: missingRealLog,
  open: async (): Promise<Contest> => {
    const folder = benchFolder();
    const half = cutRealLog(1 / 2, folder.file('half.xes.gz'));
    let peak = 0;
    const peakOf = async (log: string) => {
      const { peakMb } = await importedAfresh(log);
      peak = Math.max(peak, peakMb);
      return peakMb;
    };
    return {
      ours: () => peakOf(realLog()),
      yardstick: () => peakOf(half),
      most: () => ({ allowed: PEAK_MB_MAX, was: peak }),
      close: async () => folder.remove(),
    };
  },
};

async function importedAfresh(log: string): Promise<Ended> {
  const folder = benchFolder();
  try {
    return await importLog(newDataFolder(folder.path), log);
  } finally {
    folder.remove();
  }
}

export const importParts: readonly Part[] = [importPart, memoryPart];
