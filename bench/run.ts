/**
 * `npm run bench [-- part ...] [--rounds n]`: measures each part beside its yardstick, prints the
 * medians with their spread and the ratio, and adds one line of JSON to bench/results.jsonl. How to
 * read it: docs/benchmarks.md.
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Goal, measure, type Part, type Result, type Spread } from './contest.ts';
import { PARTS } from './parts.ts';

const ROUNDS_MIN = 5;
const RESULTS = fileURLToPath(new URL('results.jsonl', import.meta.url));

const { values, positionals } = parseArgs({
  options: { rounds: { type: 'string', default: String(ROUNDS_MIN) }, list: { type: 'boolean' } },
  allowPositionals: true,
});

function chosen(): readonly Part[] {
  if (positionals.length === 0) return PARTS;
  return positionals.flatMap((asked) => {
    const parts = PARTS.filter(({ name }) => name === asked || name.startsWith(`${asked}-`));
    if (parts.length > 0) return parts;
    const known = PARTS.map(({ name }) => name).join(', ');
    throw new Error(`There is no part ${JSON.stringify(asked)}. There are: ${known}.`);
  });
}

const figure = (value: number): string =>
  value >= 100
    ? Math.round(value).toLocaleString('en-US')
    : value.toLocaleString('en-US', { maximumSignificantDigits: 3 });

const spread = ({ median, min, max }: Spread, unit = ''): string =>
  `${figure(median)}${unit && ` ${unit}`} (${figure(min)} to ${figure(max)})`;

const goalOf = (goal: Goal): string =>
  'atLeast' in goal ? `at least ${goal.atLeast}` : `at most ${goal.atMost}`;

function tell(part: Part, result: Result): void {
  const { ours, yardstick, ratio, unit, goal, reached, facts } = result;
  console.log(`${part.name}: ${part.ours}`);
  console.log(`  ours       ${spread(ours, unit)}`);
  console.log(`  yardstick  ${spread(yardstick, unit)}: ${part.yardstick}`);
  const verdict = goal ? `; to reach: ${goalOf(goal)}: ${reached ? 'reached' : 'MISSED'}` : '';
  console.log(`  ratio      ${spread(ratio)}${verdict}`);
  for (const [name, value] of Object.entries(facts ?? {})) {
    console.log(`  ${name}: ${typeof value === 'number' ? figure(value) : value}`);
  }
}

function git(...args: string[]): string {
  try {
    return execFileSync('git', args, { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}

const rounds = Math.max(ROUNDS_MIN, Number(values.rounds) || 0);

const about = {
  at: new Date().toISOString(),
  commit: `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain') ? ' and changes' : ''}`,
  node: process.version,
  machine: `${availableParallelism()} x ${cpus()[0]?.model ?? 'unknown'}`,
  load: loadavg()[0]!,
  rounds,
};

/** What was measured is written down, also where a later part fails. */
async function run(parts: readonly Part[]): Promise<void> {
  const results: Result[] = [];
  const skipped: Record<string, string> = {};
  try {
    for (const part of parts) {
      const missing = part.missing?.();
      if (missing === undefined) {
        const result = await measure(part, rounds);
        results.push(result);
        tell(part, result);
      } else {
        skipped[part.name] = missing;
        console.log(`${part.name}: SKIPPED: ${missing}`);
      }
    }
  } finally {
    appendFileSync(RESULTS, `${JSON.stringify({ ...about, results, skipped })}\n`);
  }
}

if (values.list) {
  for (const { name, ours } of PARTS) console.log(`${name}: ${ours}`);
} else {
  const parts = chosen();
  const { machine, node, commit, load } = about;
  console.log(`${machine} (load ${figure(load)}), Node ${node}, ${commit}, ${rounds} rounds`);
  await run(parts);
}
