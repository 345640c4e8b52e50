/**
 * Every process killed by SIGKILL between every two of its steps, and run again: it finishes, does
 * nothing twice, and what is there at the end is what is there when nobody was killed. Each victim is a
 * process of the operating system, on a copy of the same data folder; one victim runs all processes, and
 * each of them stands before its n-th step when it is killed. The full run has every scenario, and kills
 * the one that takes over as well, before each of its own steps.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describeInFull, isFullRun } from '#kernel/testing/full-run';
import { SCENARIOS, type Scenario } from './scenarios.testkit.ts';
import { HALF_AN_HOUR_LATER, newFolder, TWO_HOURS_LATER, World } from './world.testkit.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const STEPS_MAX = 60;
/** Victims at once: more gain nothing on two cores. */
const AT_ONCE = 2;

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function folderLike(template: string): string {
  const folder = newFolder();
  folders.push(folder);
  cpSync(template, folder, { recursive: true });
  return folder;
}

/** @returns the steps that it was killed before, `process step` each; none where it came to its end. */
async function killedAfter(steps: number, folder: string): Promise<readonly string[]> {
  const child = spawn(
    process.execPath,
    [
      '--conditions=source',
      '--disable-warning=ExperimentalWarning',
      '--import',
      './apps/server/src/from-sources.testkit.ts',
      'test/crash/victim.testkit.ts',
      ...[folder, TWO_HOURS_LATER, String(steps)],
    ],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  await once(child, 'close');
  if (child.signalCode === 'SIGKILL') return output.trim().split('\n');
  if (child.exitCode !== 0) throw new Error(`It ended with ${child.exitCode}: ${errors}`);
  return [];
}

interface Ending {
  readonly snapshot: object;
  readonly events: Readonly<Record<string, number>>;
  readonly identity: object | undefined;
}

/** What comes of it where the next process is left in peace. */
async function endOf(folder: string): Promise<Ending> {
  const world = await World.open(folder, { now: TWO_HOURS_LATER });
  try {
    await world.runProcesses();
    const events: Record<string, number> = {};
    for (const { type } of await world.events()) events[type] = (events[type] ?? 0) + 1;
    return { snapshot: await world.snapshot(), events, identity: await world.identityOf('wei') };
  } finally {
    await world.close();
  }
}

async function templateOf({ before, setsOff }: Scenario): Promise<string> {
  const folder = newFolder();
  folders.push(folder);
  const world = await World.open(folder);
  try {
    await world.found();
    await before(world);
    await world.runProcesses();
    world.now = HALF_AN_HOUR_LATER;
    await setsOff(world);
    return folder;
  } finally {
    await world.close();
  }
}

function isKilled(scenario: Scenario): void {
  it('is brought to its end, once, whenever the server is killed', async () => {
    const template = await templateOf(scenario);
    const undisturbed = await endOf(folderLike(template));
    expect(undisturbed.events).toMatchObject(scenario.events);
    expect(undisturbed.identity).toEqual(scenario.identity);

    const seen = new Set<string>();
    let last = STEPS_MAX;
    const points = Array.from({ length: STEPS_MAX }, (_, steps) => steps).values();
    const lane = async (): Promise<void> => {
      for (const steps of points) {
        if (steps > last) return;
        const folder = folderLike(template);
        const killed = await killedAfter(steps, folder);
        if (killed.length === 0) last = Math.min(last, steps);
        for (const step of killed) seen.add(step);
        if (isFullRun && killed.length > 0) {
          for (let more = 0; (await killedAfter(more, folder)).length > 0; more++);
        }
        expect(await endOf(folder)).toEqual(undisturbed);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    expect(last).toBeLessThan(STEPS_MAX);
    const expected = Object.entries(scenario.steps).flatMap(([name, kinds]) =>
      kinds.map((kind) => `${name} ${kind}`),
    );
    expect([...seen]).toEqual(expect.arrayContaining(expected));
  }, 600_000);
}

const [first, ...others] = SCENARIOS as readonly [Scenario, ...Scenario[]];
describe(first.what, () => isKilled(first));
for (const scenario of others) describeInFull(scenario.what, () => isKilled(scenario));
