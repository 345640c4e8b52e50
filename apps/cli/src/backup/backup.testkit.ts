/** A data folder with some notes, its backup and what is restored of it, in a folder of its own. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type EventStoreSetting } from '#infra/config/settings';
import { openSqliteEventStore } from '#infra/event-store/sqlite/sqlite-event-store';
import { systemClock } from '#kernel/clock';
import { type RecordedEvent } from '#kernel/envelope';
import { randomIds } from '#kernel/ids';
import {
  closeStores,
  createDataFolder,
  openStores,
  type Stores,
} from '../../../server/src/stores.ts';
import { type Manifest } from './manifest.ts';
import { restoreBackup, type RestoreOptions } from './restore-backup.ts';
import { type BackupOptions, takeBackup } from './take-backup.ts';

export const NOTES = 5;
const never = new AbortController().signal;
const EMBEDDED: EventStoreSetting = { kind: 'embedded' };

export class BackupRig {
  readonly root: string;
  readonly places: { readonly dataFolder: string; readonly keyFile: string };
  readonly restored: string;

  readonly #eventStore: EventStoreSetting;

  /** @param root of another rig, perhaps */
  constructor(
    root = mkdtempSync(join(tmpdir(), 'casetrail-backup-')),
    eventStore: EventStoreSetting = EMBEDDED,
  ) {
    this.root = root;
    this.#eventStore = eventStore;
    this.places = { dataFolder: join(root, 'one', 'data'), keyFile: join(root, 'one', 'root.key') };
    this.restored = join(root, 'restored', 'data');
  }

  dispose(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  target(name = 'backup'): string {
    return join(this.root, name);
  }

  manifest(name = 'backup'): Manifest {
    return JSON.parse(readFileSync(join(this.target(name), 'manifest.json'), 'utf8')) as Manifest;
  }

  backup(options: Partial<BackupOptions> = {}): Promise<Manifest> {
    const { dataFolder } = this.places;
    return takeBackup({
      dataFolder,
      target: this.target(),
      clock: systemClock,
      signal: never,
      ...options,
    });
  }

  restore(options: Partial<RestoreOptions> = {}) {
    return restoreBackup({
      backup: this.target(),
      dataFolder: this.restored,
      keyFile: this.places.keyFile,
      eventStore: this.#eventStore,
      clock: systemClock,
      ids: randomIds,
      signal: never,
      ...options,
    });
  }

  open(dataFolder = this.places.dataFolder): Promise<Stores> {
    const eventStore = this.#eventStore;
    return openStores({
      ...this.places,
      dataFolder,
      eventStore,
      clock: systemClock,
      ids: randomIds,
    });
  }

  /** The data folder with some notes, open as a server has it. */
  async opened(): Promise<Stores> {
    createDataFolder(this.places);
    const stores = await this.open();
    for (let at = 0; at < NOTES; at++) await note(stores, at);
    return stores;
  }

  async filled(): Promise<void> {
    await closeStores(await this.opened());
  }

  /** What one of the files is made to say by nobody who should. */
  alter(path: string, sql: string): void {
    const db = new DatabaseSync(path);
    db.exec(sql);
    db.close();
  }

  /** The manifest of the backup says of the file what it is by now: for damage that no hash shows. */
  vouch(name: string, change: (manifest: Manifest) => void = () => undefined): void {
    const manifest = this.manifest();
    const content = readFileSync(join(this.target(), name));
    const sha256 = createHash('sha256').update(content).digest('hex');
    const entry = manifest.files.find((file) => file.name === name)!;
    Object.assign(entry, { bytes: content.length, sha256 });
    change(manifest);
    writeFileSync(join(this.target(), 'manifest.json'), JSON.stringify(manifest));
  }

  async events(dataFolder = this.places.dataFolder): Promise<RecordedEvent[]> {
    const file = join(dataFolder, 'events.sqlite');
    const store = await openSqliteEventStore({ file, worker: false });
    const events: RecordedEvent[] = [];
    for await (const event of store.readAll()) events.push(event);
    await store.close();
    return events;
  }
}

/** A note, as a request leaves it: its text in the vault, then its event. */
export async function note({ vault, eventStore }: Stores, at: number): Promise<void> {
  const ref = `ref-${at}`;
  const text = { kind: 'text', value: `Text ${at}.` } as const;
  await vault.put([{ ref, platform: 'demo', subjectId: `subject-${at}`, ...text }]);
  const now = systemClock.now();
  const event = {
    id: randomIds.next(),
    type: 'NoteAdded',
    schemaVersion: 1,
    data: { noteId: `note-${at}`, textRef: ref, commitment: 'x' },
    metadata: {
      platform: 'demo',
      actor: { kind: 'system', id: 'system' },
      occurredAt: now,
      recordedAt: now,
      commandId: `command-${at}`,
      correlationId: `command-${at}`,
      causationId: `command-${at}`,
    },
  } as const;
  await eventStore.append(`case-${at}`, 'no-stream', [event]);
}
