/**
 * `npm run bench [-- part ...] [--rounds n]`: measures each part beside its yardstick, prints the
 * medians with their spread and the ratio, and adds one line of JSON to bench/results.jsonl. It ends with
 * 1 where a part failed or what was asked for was skipped, and with 2 where it makes no sense. How to
 * read it: docs/benchmarks.md.
 */
import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { BenchRefused, type Choice, choiceOf } from './arguments.ts';
import { ROOT } from './build.ts';
import { heedSignals } from './endings.ts';
import { PARTS } from './parts.ts';
import { addLine } from './results-file.ts';
import { askedForNothing, nothingYet, runParts } from './run-parts.ts';
import { figure } from './told.ts';

const RESULTS = join(ROOT, 'bench/results.jsonl');
const EXIT = { done: 0, failed: 1, usage: 2 } as const;

function git(...args: string[]): string | undefined {
  try {
    return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}

function commit(): string {
  const head = git('rev-parse', '--short', 'HEAD');
  if (head === undefined) return 'unknown';
  // But for what the bench itself has written down there.
  const changes = git('status', '--porcelain', '--', '.', ':!bench/results.jsonl');
  return changes ? `${head} and changes` : head;
}

/** @returns the exit code */
async function run({ parts, rounds, asked }: Choice): Promise<number> {
  const about = {
    at: new Date().toISOString(),
    commit: commit(),
    node: process.version,
    machine: `${availableParallelism()} x ${cpus()[0]?.model ?? 'unknown'}`,
    load: loadavg()[0]!,
    rounds,
  };
  const { machine, node, load } = about;
  console.log(`${machine} (load ${figure(load)}), Node ${node}, ${about.commit}, ${rounds} rounds`);
  const outcome = nothingYet();
  let isOver = false;
  heedSignals();
  // What was measured is written down, also where a signal ends the run.
  process.once('exit', () => {
    const stopped = isOver ? {} : { stopped: true };
    if (isOver || outcome.results.length > 0)
      addLine(RESULTS, { ...about, ...outcome, ...stopped });
  });
  await runParts(parts, rounds, outcome, console.log);
  isOver = true;
  const nothing = askedForNothing(asked, outcome);
  for (const word of nothing) {
    console.error(`Nothing was measured of ${JSON.stringify(word)}: all of it was skipped.`);
  }
  const failed = Object.keys(outcome.failed);
  if (failed.length > 0) console.error(`Failed: ${failed.join(', ')}.`);
  return nothing.length + failed.length > 0 ? EXIT.failed : EXIT.done;
}

/** @returns the exit code */
async function main(words: readonly string[]): Promise<number> {
  try {
    const choice = choiceOf(words, PARTS, process.env);
    if (!choice.list) return await run(choice);
    for (const { name, ours } of PARTS) console.log(`${name}: ${ours}`);
    return EXIT.done;
  } catch (error) {
    if (!(error instanceof BenchRefused)) throw error;
    console.error(error.message);
    return EXIT.usage;
  }
}

// By hand: a part that failed may have left something open that would keep the process from its end.
process.exit(await main(process.argv.slice(2)));
