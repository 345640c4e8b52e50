/** What the command line does with its words: which command they name, and what is said where they make no sense. */
import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { startFault } from '../../server/src/start-fault.ts';
import { backupCommand } from './backup.command.ts';
import {
  argumentsOf,
  type Command,
  EXIT,
  helpOf,
  type Surroundings,
  table,
  UsageError,
} from './command.ts';
import { importCommand } from './import.command.ts';
import { initCommand } from './init.command.ts';
import { migrateCommand } from './migrate.command.ts';
import { platformAddCommand } from './platform-add.command.ts';
import { platformListCommand } from './platform-list.command.ts';
import { rebuildCommand } from './rebuild.command.ts';
import { restoreCommand } from './restore.command.ts';
import { saidFully } from './said-fully.ts';
import { statusCommand } from './status.command.ts';

const COMMANDS: readonly Command[] = [
  initCommand,
  platformAddCommand,
  platformListCommand,
  importCommand,
  statusCommand,
  rebuildCommand,
  migrateCommand,
  backupCommand,
  restoreCommand,
];

function version(): string {
  // From the sources two levels up, from the build three.
  for (const path of ['../../../package.json', '../../../../package.json']) {
    try {
      const { name, version } = JSON.parse(
        readFileSync(new URL(path, import.meta.url), 'utf8'),
      ) as { name: string; version: string };
      return `${name} ${version}`;
    } catch {
      continue;
    }
  }
  return 'casetrail';
}

function overview(): string {
  const rows = COMMANDS.map(({ name, summary }) => [name, summary]);
  return [
    'casetrail <command> [options]',
    '',
    ...table(rows),
    '',
    'casetrail <command> --help says more. Settings are the server’s: CASETRAIL_DATA_FOLDER,',
    'CASETRAIL_KEY_FILE, or a settings file by --config.',
    '',
  ].join('\n');
}

const wordsOf = ({ name }: Command): readonly string[] => name.split(' ');

/** The command that the words begin with. */
function commandOf(words: readonly string[]): Command | undefined {
  return COMMANDS.find((command) => wordsOf(command).every((word, at) => word === words[at]));
}

/** @returns the exit code. Never rejects: what went wrong is told, and has a code of its own. */
export async function casetrail(
  words: readonly string[],
  surroundings: Surroundings,
): Promise<number> {
  try {
    return await run(words, surroundings);
  } catch (error) {
    const isUsage = error instanceof UsageError;
    const told = isUsage ? error.message : (startFault(error) ?? saidFully(error));
    surroundings.err(`${told ?? inspect(error)}\n`);
    return isUsage ? EXIT.usage : EXIT.failed;
  }
}

async function run(words: readonly string[], surroundings: Surroundings): Promise<number> {
  const [first, ...rest] = words;
  const say = surroundings.out;
  if (first === undefined || first === 'help' || first === '--help' || first === '-h') {
    const asked = commandOf(rest);
    say(asked ? helpOf(asked) : overview());
    return first === undefined ? EXIT.usage : EXIT.done;
  }
  if (first === '--version' || first === '-v') {
    say(`${version()}\n`);
    return EXIT.done;
  }
  const command = commandOf(words);
  if (!command) {
    const known = COMMANDS.map(({ name }) => name).join(', ');
    const isGroup = COMMANDS.some((one) => wordsOf(one).length > 1 && wordsOf(one)[0] === first);
    const said = JSON.stringify(words.slice(0, isGroup ? 2 : 1).join(' '));
    throw new UsageError(`There is no command ${said}. There are: ${known}.`);
  }
  const args = argumentsOf(command, words.slice(wordsOf(command).length));
  if (args.has('help')) {
    say(helpOf(command));
    return EXIT.done;
  }
  return command.run(args, surroundings);
}
