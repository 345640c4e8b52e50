/**
 * `npm run test:crash -- --kills <n> [--seed <s>] [--verbose]`: servers under load are killed so many
 * times, and after each kill all that must hold is held against what the clients were told
 * (test/crash/kills). Says the seed first, so that whatever ends the run can be repeated.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { killed } from '../test/crash/kills/run.testkit.ts';

const SEED_MAX = 2 ** 31;

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    seed: { type: 'string', default: String(randomInt(SEED_MAX)) },
    verbose: { type: 'boolean', default: false },
  },
});
const kills = Number(values.kills);
const seed = Number(values.seed);
console.log(`To repeat this run: npm run test:crash -- --kills ${kills} --seed ${seed}`);
const begun = performance.now();
const { tally, faults } = await killed(kills, seed, (line) => {
  if (values.verbose) console.log(line);
});
const table = (counts: ReadonlyMap<string, number>) =>
  [...counts]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, count]) => `  ${String(count).padStart(6)}  ${name}`)
    .join('\n');
const seconds = Math.round((performance.now() - begun) / 1_000);
console.log(`Kills, by where:\n${table(tally.kills)}`);
console.log(`Acknowledged commands, by kind:\n${table(tally.commands)}`);
console.log(`The checker has named each of these, made on a copy:`);
for (const damage of tally.controls) console.log(`  ${damage}`);
console.log(`Refused commands, by kind and code:\n${table(tally.refused)}`);
const sum = (counts: ReadonlyMap<string, number>) =>
  [...counts.values()].reduce((all, count) => all + count, 0);
console.log(
  `${kills} kills in ${seconds} s: of ${tally.requests} requests ${sum(tally.commands)} acknowledged and ` +
    `${sum(tally.refused)} refused; ${tally.events} events; views held against a rebuild ${tally.viewChecks} times.`,
);
for (const fault of faults) console.error(fault);
console.log(
  faults.length === 0
    ? 'Nothing lost, nothing doubled, no gap, no view off, every process finished.'
    : `${faults.length} lives of data folders did not hold, or did not show what they should.`,
);
process.exitCode = faults.length === 0 ? 0 : 1;
