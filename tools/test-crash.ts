/**
 * `npm run test:crash -- --kills <n> [--seed <s>] [--verbose]`: servers under load are killed so many
 * times, and after each kill all that must hold is held against what the clients were told
 * (test/crash/kills). Says the seed first, so that whatever ends the run can be repeated.
 *
 * Ends with 0 where all of them were done and all held, with 1 where not, and with 2 where it is not told
 * what to do. A signal ends it with all that it has started.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import '../apps/server/src/from-sources.testkit.ts';
import { leaveNothingBehind } from '../test/crash/kills/leftovers.testkit.ts';

// Only now: the server's own handlers are among what it imports, and have decorators.
const { killed } = await import('../test/crash/kills/run.testkit.ts');

const SEED_MAX = 2 ** 31;
const KILLS_MAX = 1_000_000;

function asked(): { kills: number; seed: number; verbose: boolean } {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '100' },
      seed: { type: 'string', default: String(randomInt(SEED_MAX)) },
      verbose: { type: 'boolean', default: false },
    },
  });
  const kills = wholeNumber('--kills', values.kills, 1, KILLS_MAX);
  // Also those that fast-check prints.
  const seed = wholeNumber('--seed', values.seed, -SEED_MAX, SEED_MAX);
  return { kills, seed, verbose: values.verbose };
}

function wholeNumber(name: string, text: string, min: number, max: number): number {
  const number = /^-?\d+$/.test(text) ? Number(text) : NaN;
  if (number >= min && number <= max) return number;
  throw new RangeError(`${name} takes a whole number from ${min} to ${max}, and not "${text}".`);
}

const table = (counts: ReadonlyMap<string, number>) =>
  [...counts]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, count]) => `  ${String(count).padStart(6)}  ${name}`)
    .join('\n');
const sum = (counts: ReadonlyMap<string, number>) =>
  [...counts.values()].reduce((all, count) => all + count, 0);

async function run({ kills, seed, verbose }: ReturnType<typeof asked>): Promise<number> {
  console.log(`To repeat this run: npm run test:crash -- --kills ${kills} --seed=${seed}`);
  const begun = performance.now();
  const { tally, faults } = await killed(kills, seed, (line) => {
    if (verbose) console.log(line);
  });
  const seconds = Math.round((performance.now() - begun) / 1_000);
  console.log(`Kills, by where:\n${table(tally.kills)}`);
  console.log(`Acknowledged commands, by kind:\n${table(tally.commands)}`);
  console.log(
    `Actions that follow from the log and are done, by process:\n${table(tally.demanded)}`,
  );
  console.log('The checker has named each of these, made on a copy:');
  for (const damage of tally.controls) console.log(`  ${damage}`);
  console.log(`Refused commands, by kind and code:\n${table(tally.refused)}`);
  for (const where of tally.interruptions) {
    console.log(`A server was ended by somebody else, and the next one went on: ${where}.`);
  }
  console.log(
    `${tally.done} of ${kills} kills in ${seconds} s: of ${tally.requests} requests ${sum(tally.commands)} acknowledged and ` +
      `${sum(tally.refused)} refused; ${tally.events} events; views held against a rebuild ${tally.viewChecks} times.`,
  );
  for (const fault of faults) console.error(fault);
  console.log(
    faults.length === 0
      ? 'Nothing lost, nothing doubled, no gap, no view off, every process finished, no timer overdue.'
      : `Not shown: ${faults.length} things did not hold or are missing, as said above.`,
  );
  return faults.length === 0 ? 0 : 1;
}

function askedOrToldWhy(): ReturnType<typeof asked> | undefined {
  try {
    return asked();
  } catch (error) {
    console.error((error as Error).message);
    return undefined;
  }
}

const order = askedOrToldWhy();
leaveNothingBehind((line) => console.error(line));
process.exitCode = order ? await run(order) : 2;
