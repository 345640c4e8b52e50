/** A command on a case, where the store holds little and where it holds a hundred times as much. */
import { Casework, type CaseAt } from '../casework.ts';
import { type Listening, startServer, writtenToDisk } from '../child.ts';
import { type Contest, msOf, type Part } from '../contest.ts';
import { importLog, newDataFolder } from '../data-folder.ts';
import { benchFolder } from '../folder.ts';
import { inParallel } from '../http-client.ts';
import { ServerCpu } from '../server-cpu.ts';
import { cutRealLog, IMPORTED_EVENTS, missingRealLog, realLog } from '../real-log.ts';

const EVENTS = 1_000_000;
const FEW_EVENTS = 10_000;
const CONNECTIONS = 32;
const NOTES_A_CASE = 23;

const figure = (count: number): string => count.toLocaleString('en-US');

export const commandPart: Part = {
  name: 'command',
  ours: `${CONNECTIONS * NOTES_A_CASE} notes over HTTP, ${CONNECTIONS} connections, a case each, in a store of ${figure(EVENTS)} events`,
  yardstick: `the same in a store of ${figure(FEW_EVENTS)}`,
  unit: 'ms',
  goal: { atMost: 1.2 },
  ofBuild: true,
  missing: missingRealLog,
  open: async (): Promise<Contest> => {
    const many = await openWith(EVENTS);
    const few = await openWith(FEW_EVENTS);
    let rounds = 0;
    return {
      ours: () => noteMs(many, `round-${++rounds}`),
      yardstick: () => noteMs(few, `round-${++rounds}`),
      facts: () => ({
        'CPU of the server, ms a note': many.cpu.perPiece,
        'CPU of the server, ms a note of the yardstick': few.cpu.perPiece,
      }),
      close: async () => {
        await many.close();
        await few.close();
      },
    };
  },
};

interface Filled {
  readonly server: Listening;
  readonly work: Casework;
  readonly cpu: ServerCpu;
  close(): Promise<void>;
}

/** A server on about so many events: the real log, as often as it takes, each time of another platform. */
async function openWith(events: number): Promise<Filled> {
  const folder = benchFolder();
  const places = newDataFolder(folder.path);
  const times = events / IMPORTED_EVENTS;
  for (let n = 0; n < Math.floor(times); n++) await importLog(places, realLog(), `elsewhere-${n}`);
  const rest = cutRealLog(times % 1, folder.file('rest.xes.gz'));
  await importLog(places, rest, 'elsewhere');
  const { dataFolder, keyFile } = places;
  const server = await startServer(folder.path, {
    CASETRAIL_DATA_FOLDER: dataFolder,
    CASETRAIL_KEY_FILE: keyFile,
  });
  const work = await Casework.on(server);
  await server.settled();
  writtenToDisk();
  const close = async () => {
    work.close();
    await server.stop();
    folder.remove();
  };
  return { server, work, cpu: new ServerCpu(server), close };
}

async function noteMs({ server, work, cpu }: Filled, label: string): Promise<number> {
  const cases = await work.claimedCases(CONNECTIONS, 0, label);
  await server.settled();
  const addNotes = async ({ caseId }: CaseAt) => {
    for (let note = 0; note < NOTES_A_CASE; note++) await work.note(caseId);
  };
  return cpu.of(CONNECTIONS * NOTES_A_CASE, () =>
    msOf(() => inParallel(cases, CONNECTIONS, addNotes)),
  );
}
