/**
 * The power is cut while processes write: what was not synced is there, is not, or is there in part. All
 * that somebody was told of is there all the same, and no cut leaves anything by halves. The controls sync
 * less, and are found out: else the cuts would prove nothing. A run that fails says the seed of each cut;
 * the recording is another one each time, as threads are.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cutsIn, leftBy } from './cuts.testkit.ts';
import { layOut } from './left.testkit.ts';
import { type Life } from './lives.testkit.ts';
import { describeRecorded, say } from './recorded-here.testkit.ts';
import { pathsIn, type Recording, recordingOf, toldBy } from './recording.testkit.ts';
import { type Finding, findingsIn } from './survivors.testkit.ts';

const STORED_SEED = 20_261_129;
const { CASETRAIL_SEED } = process.env;
const SEED = Number(CASETRAIL_SEED ?? STORED_SEED);
const CUTS = 300;
/** First cuts that a second one follows, and how many follow each. */
const [FIRST_CUTS, SECOND_CUTS] = [5, 20];
/** Of the cuts of a control, that lose something: far below what they do. */
const CONTROL_SHARE_MIN = 0.1;
const TIMEOUT_MS = 900_000;
/** In memory: nobody waits here for a disk that is only read again at once. */
const LAID_OUT_IN = '/dev/shm';

/** A folder that is made, left by a kill, taken up again, and written to until the log was checkpointed often. */
const LIVES: readonly Omit<Life, 'folder'>[] = [
  { name: 'first', work: 'all', writers: 8, rounds: 48 },
  { name: 'killed', work: 'all', writers: 32, rounds: 48, killed: true },
  { name: 'next', work: 'all', writers: 1, rounds: 144 },
  { name: 'long', work: 'log', writers: 4, rounds: 720 },
];
/** Of the log, at the least: those of a close, and those that come when its WAL is long. */
const CHECKPOINTS_MIN = 5;

interface Outcome {
  readonly seed: number;
  readonly after: number;
  readonly findings: readonly Finding[];
}

const seedsOf = (cuts: number) => Array.from({ length: cuts }, (_, n) => SEED + n);

async function outcomesOf(recording: Recording, cuts = CUTS): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const left of leftBy(recording, cutsIn(recording, seedsOf(cuts)))) {
    const place = mkdtempSync(join(LAID_OUT_IN, 'casetrail-cut-'));
    try {
      const folder = join(place, 'root');
      layOut(left, folder);
      const findings = await findingsIn(folder, left.told);
      outcomes.push({ seed: left.seed, after: left.after, findings });
    } finally {
      rmSync(place, { recursive: true });
    }
  }
  return outcomes;
}

/** Cuts after which at least one thing is of this kind. */
const cutsWith = (outcomes: readonly Outcome[], kind: Finding['kind']) =>
  outcomes.filter(({ findings }) => findings.some((finding) => finding.kind === kind)).length;

function sayOf(name: string, outcomes: readonly Outcome[]): void {
  const kinds = (['lost', 'unopened', 'broken'] as const).map(
    (kind) => `${cutsWith(outcomes, kind)} ${kind}`,
  );
  say(`${name}: ${outcomes.length} cuts from seed ${SEED} on, ${kinds.join(', ')}`);
}

/** Checkpoints end with a sync of the database, after what they wrote to it. */
function checkpointsIn({ root, lives }: Recording, file: string): number {
  let checkpoints = 0;
  for (const life of lives) {
    const paths = pathsIn(life);
    let hasWritten = false;
    life.forEach(({ call, phase }, at) => {
      if (paths[at] !== `${root}/data/${file}`) return;
      if (call.name === 'pwrite64') hasWritten = true;
      if (!/^f(data)?sync$/.test(call.name) || phase !== 'done' || !hasWritten) return;
      checkpoints++;
      hasWritten = false;
    });
  }
  return checkpoints;
}

describeRecorded('a cut of the power', () => {
  let recording: Recording;
  beforeAll(async () => {
    recording = await recordingOf(LIVES);
  }, TIMEOUT_MS);

  const isAmiss = ({ findings }: Outcome) => findings.length > 0;

  it(
    `loses nothing that was acknowledged, and leaves nothing by halves: ${CUTS} cuts`,
    async () => {
      const checkpoints = checkpointsIn(recording, 'events.sqlite');
      const outcomes = await outcomesOf(recording);
      sayOf(`As the stores sync (${checkpoints} checkpoints of the log)`, outcomes);
      expect(checkpoints).toBeGreaterThanOrEqual(CHECKPOINTS_MIN);
      expect(outcomes).toHaveLength(CUTS);
      expect(outcomes.filter(isAmiss)).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it(
    'loses nothing where a second one follows, after a first one left the files in part',
    async () => {
      const moments = recording.lives.flat();
      const opened = moments.findIndex(({ call }) => toldBy(call)?.told === 'opened');
      const firsts = cutsIn(recording, seedsOf(CUTS)).filter(({ after }) => after > opened);
      const everyNth = Math.floor(firsts.length / FIRST_CUTS);
      const chosen = firsts.filter((_, n) => n % everyNth === everyNth - 1);
      const outcomes: Outcome[] = [];
      for (const first of leftBy(recording, chosen)) {
        const again = { name: 'again', work: 'all', writers: 4, rounds: 24 } as const;
        const second = await recordingOf([again], { on: first });
        outcomes.push(...(await outcomesOf(second, SECOND_CUTS)));
      }
      sayOf('Second cuts', outcomes);
      expect(outcomes.length).toBeGreaterThanOrEqual(FIRST_CUTS * SECOND_CUTS);
      expect(outcomes.filter(isAmiss)).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it.each([
    ['NORMAL', 100],
    ['OFF', CUTS],
  ] as const)(
    'would be found to lose what was acknowledged with synchronous=%s',
    async (synchronous, cuts) => {
      const control = await recordingOf(LIVES, { synchronous });
      const outcomes = await outcomesOf(control, cuts);
      sayOf(`With synchronous=${synchronous}`, outcomes);
      // What does not open has lost all of it.
      const losing = cutsWith(outcomes, 'lost') + cutsWith(outcomes, 'unopened');
      expect(losing).toBeGreaterThan(cuts * CONTROL_SHARE_MIN);
    },
    TIMEOUT_MS,
  );
});
