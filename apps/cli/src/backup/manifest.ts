/** What a backup says of itself, in manifest.json: STORED FORMAT, added to and never changed. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CallAborted } from '#infra/event-store/event-store.errors';
import { FILES, MARKER } from '../../../server/src/data-folder.ts';

/** Nothing was taken, or made: the message says why, and what to do. */
export class BackupRefused extends Error {
  override readonly name = 'BackupRefused';
}

const MANIFEST = 'manifest.json';
const FORMAT = 'casetrail-backup';
const VERSION = 1;
const NOTE =
  'A backup of Casetrail, to be restored by: casetrail restore. The key file is not in here and must ' +
  'not be: keep it in another place, as without it no personal data can be read, and with it all can.';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().min(0);
const manifestSchema = z.object({
  format: z.literal(FORMAT),
  version: z.int().positive(),
  note: z.string(),
  takenAt: z.string(),
  log: z.discriminatedUnion('place', [
    z.object({
      place: z.literal('embedded'),
      storeId: z.string(),
      /** Of the last event; empty for an empty log. */
      lastPosition: z.string(),
      events: count,
      streams: count,
      /** Over every event with its stream and revision, in order; a moved log has the same. */
      sha256,
    }),
    /** Not in here: it is backed up by the means of its server. */
    z.object({ place: z.literal('eventstoredb'), storeId: z.string() }),
  ]),
  vault: z.object({
    records: count,
    /** Subjects whose keys were destroyed: what events name of them is gone, as it should be. */
    erasedSubjects: count,
    /** Records that the events in here name, and those of them that the vault in here lacks; null without events. */
    named: count.nullable(),
    lacking: count.nullable(),
  }),
  files: z.array(z.object({ name: z.string(), bytes: count, sha256 })),
});

export type Manifest = Omit<z.infer<typeof manifestSchema>, 'format' | 'version' | 'note'>;
export type FileEntry = Manifest['files'][number];

export function filesOf(place: Manifest['log']['place']): readonly string[] {
  const irreplaceable = [FILES.vault, FILES.keys];
  return place === 'embedded' ? [FILES.events, ...irreplaceable] : irreplaceable;
}

export function writeManifest(folder: string, manifest: Manifest): void {
  const whole = { format: FORMAT, version: VERSION, note: NOTE, ...manifest };
  const path = join(folder, MANIFEST);
  writeFileSync(path, `${JSON.stringify(whole, undefined, 2)}\n`, { mode: 0o600, flush: true });
}

/** @throws BackupRefused */
export function readManifest(folder: string): Manifest {
  const path = join(folder, MANIFEST);
  if (!existsSync(path)) {
    throw new BackupRefused(
      `There is no ${MANIFEST} in ${folder}: it is no backup, or one that never came to its end. Give another one.`,
    );
  }
  const manifest = manifestSchema.safeParse(jsonOrUndefined(readFileSync(path, 'utf8')));
  const damaged = new BackupRefused(
    `${path} is damaged, or no manifest of ours. Give another backup.`,
  );
  if (!manifest.success) throw damaged;
  const { version, log, files } = manifest.data;
  if (version > VERSION) {
    throw new BackupRefused(
      `The backup ${folder} was taken by a newer version of Casetrail (format ${version}; this build ` +
        `knows ${VERSION}). Restore it with that version, or a newer one.`,
    );
  }
  const names = new Set(files.map(({ name }) => name));
  if ([...filesOf(log.place), MARKER].some((name) => !names.delete(name)) || names.size > 0)
    throw damaged;
  return manifest.data;
}

export async function entryOf(
  folder: string,
  name: string,
  signal: AbortSignal,
): Promise<FileEntry> {
  const path = join(folder, name);
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) {
    if (signal.aborted) throw new CallAborted('The reading was ended.');
    hash.update(chunk as Buffer);
  }
  return { name, bytes: statSync(path).size, sha256: hash.digest('hex') };
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
