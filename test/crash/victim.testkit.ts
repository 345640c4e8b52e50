/**
 * The worker of a server, to be killed: runs the processes on a data folder until each has either taken n
 * steps or nothing left to do, then ends itself with no chance to tidy up. Each process is thus killed
 * right before its next step, whatever the others do. Where none has so many steps, it ends well. Prints
 * which steps were not taken. Arguments: folder, instant, n.
 */
import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { instant } from '#kernel/instants';
import { processes } from '../../apps/server/src/catalogue.ts';
import { World } from './world.testkit.ts';

const [folder = '', now = '', n = ''] = process.argv.slice(2);
const world = await World.open(folder, { now: instant(now) });
const taken = new Map<string, number>();
const stopped = new Map<string, string>();

async function killedWhenAllStand(): Promise<never> {
  for (;;) {
    let standing = 0;
    for (const { name } of processes) {
      if (stopped.has(name) || (await world.hasSeenAll(name))) standing++;
    }
    if (standing === processes.length && stopped.size > 0) {
      for (const [name, step] of stopped) writeSync(1, `${name} ${step}\n`);
      process.kill(process.pid, 'SIGKILL');
    }
    await sleep(2);
  }
}

const ended = world.runProcesses(undefined, async (name, step) => {
  const before = taken.get(name) ?? 0;
  taken.set(name, before + 1);
  if (before < Number(n)) return;
  if (!stopped.has(name)) stopped.set(name, step);
  await new Promise(() => undefined);
});
await Promise.race([ended, killedWhenAllStand()]);
await world.close();
process.exit(0);
