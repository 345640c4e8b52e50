/** From the start of the process until it says that it is ready: on a log of a real size, against an empty one. */
import { type DataPlaces } from '../../apps/server/src/data-folder.ts';
import { startServerAlone } from '../child.ts';
import { type Contest, type Part } from '../contest.ts';
import { importLog, newDataFolder } from '../data-folder.ts';
import { benchFolder } from '../folder.ts';
import { missingRealLog, REAL_EVENTS, realLog } from '../real-log.ts';

export const startPart: Part = {
  name: 'start',
  ours: `start to ready with the real log imported, ${REAL_EVENTS.toLocaleString('en-US')} events of it`,
  yardstick: 'the same with an empty log',
  unit: 'ms',
  goal: { atMost: 1.5 },
  ofBuild: true,
  missing: missingRealLog,
  open: async (): Promise<Contest> => {
    const [full, empty] = [benchFolder(), benchFolder()];
    const places = [newDataFolder(full.path), newDataFolder(empty.path)] as const;
    await importLog(places[0], realLog());
    // Each has been started before: the processes follow the log from its beginning only once.
    for (const one of places) await startedOnce(one);
    return {
      ours: () => msToReady(places[0]),
      yardstick: () => msToReady(places[1]),
      close: async () => {
        for (const folder of [full, empty]) folder.remove();
      },
    };
  },
};

async function startedOnce(places: DataPlaces): Promise<void> {
  const server = await startServerAlone(places);
  await server.settled();
  await server.stop();
}

async function msToReady(places: DataPlaces): Promise<number> {
  const begun = performance.now();
  const server = await startServerAlone(places);
  try {
    const { status } = await fetch(`${server.url}/health/ready`);
    if (status !== 200) throw new Error(`It listens, and is not ready: ${status}.`);
    return performance.now() - begun;
  } finally {
    await server.stop();
  }
}
