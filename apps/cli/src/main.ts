#!/usr/bin/env -S node --max-semi-space-size=8
/** The operator's commands: `casetrail <command>`. A small young generation, as an import makes much garbage fast. */
import { readFileSync } from 'node:fs';
import { startFault } from '../../server/src/start-fault.ts';
import { backupCommand } from './backup.command.ts';
import { argumentsOf, type Command, EXIT, helpOf, table, UsageError } from './command.ts';
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

async function run(words: readonly string[]): Promise<number> {
  const [first, ...rest] = words;
  const say = (text: string) => process.stdout.write(text);
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
  return command.run(args, {
    env: process.env,
    out: say,
    err: (text) => process.stderr.write(text),
    errIsTerminal: process.stderr.isTTY === true,
    signal: endSignal(),
  });
}

/** The first signal asks for the end; a second one ends at once, as nothing holds it any more. */
function endSignal(): AbortSignal {
  const abort = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => abort.abort());
  }
  return abort.signal;
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  const told =
    error instanceof UsageError ? error.message : (startFault(error) ?? saidFully(error));
  console.error(told ?? error);
  process.exitCode = error instanceof UsageError ? EXIT.usage : EXIT.failed;
}
