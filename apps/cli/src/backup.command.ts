/** `casetrail backup`: log, vault and keys as of one moment, also while the server writes them. */
import { resolve } from 'node:path';
import { CallAborted } from '#infra/event-store/event-store.errors';
import { systemClock } from '#kernel/clock';
import { type Manifest } from './backup/manifest.ts';
import { type BackupProgress, takeBackup } from './backup/take-backup.ts';
import { type Command, EXIT, PLACE_OPTIONS } from './command.ts';
import { duration, figure } from './figures.ts';
import { configOf } from './places.ts';
import { tellProgress } from './progress.ts';

const { 'data-folder': dataFolderOption, config: configOption } = PLACE_OPTIONS;

export const backupCommand: Command = {
  name: 'backup',
  usage: '<folder> [--data-folder <folder>]',
  summary:
    'Copies the data as of one moment into a folder that is not there yet; the server may run. Never the key file.',
  options: { 'data-folder': dataFolderOption, config: configOption },
  positionals: { min: 1, max: 1 },
  run: async (args, surroundings) => {
    const { out, err, errIsTerminal, signal } = surroundings;
    const target = resolve(args.positionals[0]!);
    const { dataFolder } = configOf(args, surroundings);
    let at: BackupProgress | undefined;
    const told = tellProgress({ err, errIsTerminal, line: () => (at ? lineOf(at) : 'Pinning') });
    const begun = performance.now();
    try {
      const onProgress = (progress: BackupProgress) => (at = progress);
      const options = { dataFolder: resolve(dataFolder), target, clock: systemClock, signal };
      const manifest = await takeBackup({ ...options, onProgress }).finally(told);
      out(report(target, manifest, performance.now() - begun));
      const lost = warning(manifest);
      if (lost !== undefined) err(lost);
      return lost === undefined ? EXIT.done : EXIT.failed;
    } catch (error) {
      if (!(signal.aborted && error instanceof CallAborted)) throw error;
      err('Stopped. There is no backup; the same command begins anew.\n');
      return EXIT.stopped;
    }
  },
};

function lineOf({ step, file, share, events }: BackupProgress): string {
  if (step === 'hashing') return `Reading ${file} again`;
  if (step === 'reading') return `Reading ${file} again: ${figure(events ?? 0)} events`;
  return `Copying ${file}: ${Math.floor((share ?? 0) * 100)} %`;
}

function report(target: string, { takenAt, log, vault, files }: Manifest, tookMs: number): string {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return [
    `Backup: ${target}, of ${takenAt}, in ${duration(tookMs)}: ${figure(Math.ceil(bytes / 1_024))} KiB, for its owner alone.`,
    ...(log.place === 'embedded'
      ? [
          `  events   ${figure(log.events)} in ${figure(log.streams)} streams, SHA-256 ${log.sha256}`,
          `  records  ${figure(vault.records)}, of which events name ${figure(vault.named! - vault.lacking!)}`,
        ]
      : [
          `  records  ${figure(vault.records)}`,
          `NOT in it are the events: they lie on a server (log ${log.storeId}). Back them up by its own means, and`,
          'BEFORE this: a vault that is older than an event may lack what the event names (docs/operations.md).',
        ]),
    'NOT in it is the key file: keep a copy of it in another place. Views need no backup.',
    `To restore: casetrail restore ${target} --data-folder <an empty folder> --key-file <the key file>`,
    '',
  ].join('\n');
}

/** Of what no erasure can have taken. */
function warning({ vault: { lacking, erasedSubjects } }: Manifest): string | undefined {
  if (lacking === null || lacking === 0 || erasedSubjects > 0) return undefined;
  return (
    `Events name ${figure(lacking)} records that the vault does not hold, and nobody was erased. The backup is ` +
    'what there is; look for the newest older backup of vault.sqlite and keys.sqlite that holds them.\n'
  );
}
