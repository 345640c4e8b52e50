/** Moments of a recording in which the power is cut, and the folder that each of them leaves. */
import { Disk, type Moment } from './disk.testkit.ts';
import { type Cut, type Left } from './left.testkit.ts';
import { type Told } from './lives.testkit.ts';
import { Random } from './random.testkit.ts';
import { pathsIn, type Recording, toldBy } from './recording.testkit.ts';

/** How far from what is aimed at a cut may come. */
const MISS_MAX = 3;
const NAMING = new Set(['rename', 'unlink', 'mkdir', 'openat', 'open']);

/** One cut a seed: anywhere, or close to what is worth aiming at, which is rare. In the order of the recording. */
export function cutsIn(recording: Recording, seeds: readonly number[]): readonly Cut[] {
  const moments = recording.lives.flat();
  const paths = recording.lives.flatMap((life) => pathsIn(life));
  const all = moments.map((_, at) => at);
  const where = (is: (moment: Moment, path: string | undefined) => boolean) =>
    all.filter((at) => is(moments[at]!, paths[at]));
  const ofRoot = (path = '') => path.startsWith(recording.root);
  const targets = [
    where(({ call }, path) => NAMING.has(call.name) && ofRoot(path)),
    where(({ call }, path = '') => call.name === 'pwrite64' && path.endsWith('.sqlite')),
    where(({ call }) => toldBy(call) !== undefined),
    all,
  ];
  return seeds
    .map((seed) => {
      const random = new Random(seed);
      const target = random.oneOf(random.oneOf(targets));
      const after = target - MISS_MAX + random.below(2 * MISS_MAX + 1);
      return { seed, after: Math.min(Math.max(after, 0), all.length) };
    })
    .sort((a, b) => a.after - b.after);
}

/** @param cuts in the order of the recording */
export function* leftBy(recording: Recording, cuts: readonly Cut[]): Generator<Left> {
  const disk = new Disk(recording.root, recording.on?.remains);
  const told: Told[] = [...(recording.on?.told ?? [])];
  const waiting = [...cuts];
  let at = 0;
  for (const life of recording.lives) {
    disk.nextProcess();
    for (const moment of life) {
      while (waiting[0]?.after === at) yield left(disk, told, waiting.shift()!);
      disk.take(moment);
      const said = toldBy(moment.call);
      if (said) told.push(said);
      at++;
    }
  }
  for (const cut of waiting) yield left(disk, told, cut);
}

function left(disk: Disk, told: readonly Told[], cut: Cut): Left {
  // Another sequence than the one that chose the moment.
  const remains = disk.remains(new Random(~cut.seed));
  return { ...cut, remains, told: [...told] };
}
