/** `casetrail restore`: a data folder of a backup, proved before a server may open it. */
import { resolve } from 'node:path';
import { CallAborted } from '#infra/event-store/event-store.errors';
import { systemClock } from '#kernel/clock';
import { randomIds } from '#kernel/ids';
import { type RestoreProgress } from './backup/proof.ts';
import { type Restored, restoreBackup } from './backup/restore-backup.ts';
import { type Command, EXIT, PLACE_OPTIONS } from './command.ts';
import { duration, figure } from './figures.ts';
import { configOf } from './places.ts';
import { tellProgress } from './progress.ts';

export const restoreCommand: Command = {
  name: 'restore',
  usage: '<backup> [--data-folder <empty folder>] [--key-file <file>]',
  summary: 'Makes a data folder of a backup, and proves that all of it is there and opens.',
  options: PLACE_OPTIONS,
  positionals: { min: 1, max: 1 },
  run: async (args, surroundings) => {
    const { out, err, errIsTerminal, signal } = surroundings;
    const { dataFolder, keyFile, eventStore } = configOf(args, surroundings);
    let at: RestoreProgress = { step: 'checking' };
    const told = tellProgress({ err, errIsTerminal, line: () => lineOf(at) });
    const begun = performance.now();
    try {
      const restored = await restoreBackup({
        backup: resolve(args.positionals[0]!),
        dataFolder: resolve(dataFolder),
        keyFile: resolve(keyFile),
        eventStore,
        clock: systemClock,
        ids: randomIds,
        signal,
        onProgress: (progress) => (at = progress),
      }).finally(told);
      out(report(resolve(dataFolder), restored, performance.now() - begun));
      return EXIT.done;
    } catch (error) {
      if (!(signal.aborted && error instanceof CallAborted)) throw error;
      err('Stopped. Nothing is restored; the same command begins anew.\n');
      return EXIT.stopped;
    }
  },
};

const STEPS: Readonly<Record<RestoreProgress['step'], string>> = {
  checking: 'Checking',
  copying: 'Copying',
  reading: 'Reading the log, events',
  opening: 'Opening what events name, records',
};

function lineOf({ step, file, done }: RestoreProgress): string {
  const what = file ?? (done === undefined ? '' : figure(done));
  return `${STEPS[step]} ${what}`.trimEnd();
}

function report(dataFolder: string, { manifest, log, proved }: Restored, tookMs: number): string {
  const files = `  files    ${manifest.files.length}, each with the SHA-256 that the backup says`;
  const vault = '  vault    opens with the key file';
  return [
    `Restored: ${dataFolder}, as of ${manifest.takenAt}, in ${duration(tookMs)}. Proved:`,
    files,
    vault,
    ...(proved.log
      ? [
          `  events   ${figure(proved.log.events)} in ${figure(proved.log.streams)} streams, SHA-256 ${proved.log.sha256}` +
            (log.place === 'embedded' ? ', as the backup says' : ', read from the server'),
          `  records  ${figure(proved.opened)}: all that events name is there and opens` +
            butFor(proved.lacking, manifest),
        ]
      : [
          'NOT proved: that the vault holds what events name, as the events lie on a server. Restore them to what was',
          'copied before this backup, and give the address (CASETRAIL_EVENT_STORE) to have it proved as well.',
        ]),
    'What happened after the backup has not happened: tell whoever was given an answer.',
    ...(log.place === 'embedded'
      ? [
          `The log has a new name (${log.log}), so that positions which clients hold are refused; they begin again from the start.`,
        ]
      : []),
    'The views are folded anew at the next start.',
    '',
  ].join('\n');
}

function butFor(lacking: number, { vault }: Restored['manifest']): string {
  if (lacking === 0) return '';
  const why = vault.erasedSubjects > 0 ? 'of subjects that were erased' : 'that were lost before';
  return `, but for ${figure(lacking)} ${why}`;
}
