/** What `npm run bench` was asked for. Whatever makes no sense is refused before anything is measured. */
import { statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Part } from './contest.ts';

export const ROUNDS_MIN = 5;

/** Its message is one line, and says what there is instead. */
export class BenchRefused extends Error {
  override readonly name = 'BenchRefused';
}

/** A word, and the parts that it names. */
export interface Asked {
  readonly word: string;
  readonly parts: readonly Part[];
}

export interface Choice {
  readonly list: boolean;
  readonly rounds: number;
  /** Each once, in the order in which they were asked for. */
  readonly parts: readonly Part[];
  /** Empty where all parts are measured. */
  readonly asked: readonly Asked[];
}

/** @throws BenchRefused */
export function choiceOf(
  words: readonly string[],
  known: readonly Part[],
  { BENCH_QUEUE_MAX: queueMax, BENCH_FOLDER: folder }: NodeJS.ProcessEnv,
): Choice {
  const { values, positionals } = parsed(words, known);
  const { rounds = String(ROUNDS_MIN), list = false } = values;
  if (!isWhole(rounds) || Number(rounds) < ROUNDS_MIN) {
    throw new BenchRefused(
      `--rounds ${rounds}: it takes a whole number, of at least ${ROUNDS_MIN}, as fewer say nothing.`,
    );
  }
  if (queueMax !== undefined && !isWhole(queueMax)) {
    throw new BenchRefused(
      `BENCH_QUEUE_MAX is ${JSON.stringify(queueMax)}: it takes a whole number, of reviews that wait.`,
    );
  }
  if (folder !== undefined && !statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new BenchRefused(
      `BENCH_FOLDER is ${JSON.stringify(folder)}: there is no such folder. Make it, or name another.`,
    );
  }
  const asked = positionals.map((word) => ({ word, parts: partsNamed(word, known) }));
  const parts = asked.length === 0 ? known : [...new Set(asked.flatMap((one) => one.parts))];
  for (const { name, roundsMax = Infinity } of parts) {
    if (Number(rounds) <= roundsMax) continue;
    throw new BenchRefused(`--rounds ${rounds}: ${name} has work for ${roundsMax} rounds at most.`);
  }
  return { list, rounds: Number(rounds), parts, asked };
}

const isWhole = (text: string): boolean => /^\d{1,9}$/.test(text);

function parsed(words: readonly string[], known: readonly Part[]) {
  try {
    return parseArgs({
      args: [...words],
      options: { rounds: { type: 'string' }, list: { type: 'boolean' } },
      allowPositionals: true,
    });
  } catch (error) {
    // Its first sentence says what; the others are of other programs.
    const [what] = (error as Error).message.split(/[.\n]/);
    throw new BenchRefused(
      `${what}. npm run bench [-- part ...] [--rounds n] [--list]. Parts: ${namesOf(known)}.`,
    );
  }
}

function partsNamed(word: string, known: readonly Part[]): readonly Part[] {
  const parts = known.filter(({ name }) => name === word || name.startsWith(`${word}-`));
  if (parts.length > 0) return parts;
  throw new BenchRefused(`There is no part ${JSON.stringify(word)}. There are: ${namesOf(known)}.`);
}

const namesOf = (parts: readonly Part[]): string => parts.map(({ name }) => name).join(', ');
