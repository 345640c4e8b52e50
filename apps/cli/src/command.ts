/** What a command of the command line is, and how its words are taken apart. */
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The report: what was asked for. */
  readonly out: (text: string) => void;
  /** Progress and trouble. */
  readonly err: (text: string) => void;
  /** Whether whoever reads `err` sees a line being rewritten. */
  readonly errIsTerminal: boolean;
  /** Aborted when the user asks for the end; what is in hand is finished. */
  readonly signal: AbortSignal;
}

export interface Arguments {
  readonly positionals: readonly string[];
  /** The value of an option, or `undefined`. */
  readonly value: (option: string) => string | undefined;
  readonly has: (flag: string) => boolean;
}

export interface OptionSpec {
  /** What its value is called in the help; absent for a flag. */
  readonly value?: string;
  readonly help: string;
}

export interface Command {
  readonly name: string;
  /** The words after the name, as in `<log> --mapping <file>`. */
  readonly usage: string;
  readonly summary: string;
  readonly options: Readonly<Record<string, OptionSpec>>;
  readonly positionals: { readonly min: number; readonly max: number };
  /** @returns the exit code. */
  run(args: Arguments, surroundings: Surroundings): Promise<number>;
}

export const EXIT = {
  done: 0,
  /** It was understood, and could not be done, or not wholly. */
  failed: 1,
  /** It was not understood. */
  usage: 2,
  /** The user ended it: 128 and SIGINT's number, as shells have it. */
  stopped: 130,
} as const;

/** The words make no sense; the message says which, and what would. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Where the data is; settings of the environment and of a file hold otherwise. */
export const PLACE_OPTIONS = {
  'data-folder': { value: 'folder', help: 'the data folder (CASETRAIL_DATA_FOLDER)' },
  'key-file': { value: 'file', help: 'the key file (CASETRAIL_KEY_FILE)' },
  config: { value: 'file.json', help: 'a settings file, as the server reads it' },
} as const satisfies Record<string, OptionSpec>;

/** @throws UsageError */
export function argumentsOf(command: Command, words: readonly string[]): Arguments {
  const options: ParseArgsOptionsConfig = { help: { type: 'boolean', short: 'h' } };
  for (const [name, { value }] of Object.entries(command.options)) {
    options[name] = { type: value === undefined ? 'boolean' : 'string' };
  }
  const { values, positionals } = parsed(words, options);
  const { min, max } = command.positionals;
  const isAnswerable =
    positionals.length >= min &&
    positionals.length <= max &&
    // Of a variable of the shell that is not set: as a path it would be the folder one is in.
    !positionals.includes('');
  if (values['help'] !== true && !isAnswerable) {
    const given = positionals.map((word) => (word === '' ? "''" : word)).join(' ') || 'nothing';
    throw new UsageError(`Given: ${given}. It is: casetrail ${command.name} ${command.usage}`);
  }
  return {
    positionals,
    value: (option) => {
      const value = values[option];
      return typeof value === 'string' ? value : undefined;
    },
    has: (flag) => values[flag] === true,
  };
}

function parsed(words: readonly string[], options: ParseArgsOptionsConfig) {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

export function helpOf({ name, usage, summary, options }: Command): string {
  const rows = Object.entries(options).map(([option, { value, help }]) => [
    value === undefined ? `--${option}` : `--${option} <${value}>`,
    help,
  ]);
  return [`casetrail ${name} ${usage}`.trimEnd(), '', summary, '', ...table(rows), ''].join('\n');
}

/** Two columns. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const width = Math.max(...rows.map(([left = '']) => left.length));
  return rows.map(([left = '', right = '']) => `  ${left.padEnd(width)}  ${right}`);
}
