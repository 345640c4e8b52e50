/**
 * What recorded processes write. All of it follows from names, so that whoever looks at what a power cut
 * left knows what has to be there, to the byte.
 */
import { type NewEvent, type RecordedEvent } from '#kernel/envelope';
import { deriveId } from '#kernel/ids';
import { instant } from '#kernel/instants';
import { metadataFor } from '#kernel/testing/metadata';
import { type View } from '#kernel/view';
import { type NewVaultRecord } from '#infra/vault/vault.port';

export const PLATFORM = 'shop';
export const CLOCK = { now: () => instant('2026-03-02T01:00:00Z') };

/** The longest note runs over the pages of the file. */
const NOTE_LENGTHS = [40, 200, 600, 9_000];
const WITH_RECORD_EACH = 4;

export interface NoteAdded {
  readonly type: 'NoteAdded';
  readonly data: { readonly note: string; readonly ref?: string };
}

export const eventIdOf = (stream: string, revision: number) => deriveId('event', stream, revision);
export const refOf = (stream: string, revision: number) => deriveId('record', stream, revision);
export const subjectOf = (stream: string) => deriveId('subject', stream);

/** @param work of its life: where it is the log alone, no event names a record */
export const streamOf = (life: Pick<Life, 'name' | 'work'>, writer: number, nth: number) =>
  `${life.work === 'log' ? PLAIN : 'case'}-${life.name}-${writer}-${nth}`;

const PLAIN = 'plain';

/** Whether the event at this place names a record of the vault. */
export const namesRecord = (stream: string, revision: number): boolean =>
  !stream.startsWith(PLAIN) && revision % WITH_RECORD_EACH === 0;

export function eventOf(stream: string, revision: number): NewEvent<NoteAdded> {
  const id = eventIdOf(stream, revision);
  const length = NOTE_LENGTHS[Number.parseInt(id.slice(0, 2), 16) % NOTE_LENGTHS.length]!;
  const note = `${id} `.repeat(Math.ceil(length / (id.length + 1))).slice(0, length);
  const data = namesRecord(stream, revision) ? { note, ref: refOf(stream, revision) } : { note };
  const metadata = metadataFor(id, CLOCK.now());
  return { id, type: 'NoteAdded', schemaVersion: 1, data, metadata };
}

export function recordOf(stream: string, revision: number): NewVaultRecord {
  const ref = refOf(stream, revision);
  const value = `Value of ${ref}. `.repeat(20);
  return { ref, platform: PLATFORM, subjectId: subjectOf(stream), kind: 'text', value };
}

export const identityOf = (stream: string) =>
  ({ platform: PLATFORM, type: 'passport:xx', number: `number of ${stream}` }) as const;

/** How long each history is, and how it ends. */
export interface Length {
  readonly platform: string;
  readonly events: number;
  readonly last: string;
}

export const lengths: View<Length, NoteAdded> = {
  name: 'lengths',
  version: 1,
  handles: ['NoteAdded'],
  keys: ({ stream }) => [stream],
  evolve: (length, { id }: RecordedEvent<NoteAdded>) => ({
    platform: PLATFORM,
    events: (length?.events ?? 0) + 1,
    last: id,
  }),
  indexes: [['platform', 'events']],
};

/** What a recorded process tells, in the moment in which a caller would have its answer. */
export type Told =
  | { readonly told: 'made' | 'opened' | 'closed' }
  | { readonly told: 'stored'; readonly stream: string; readonly revision: number }
  | {
      readonly told: 'appended';
      readonly stream: string;
      readonly first: number;
      readonly count: number;
    }
  | { readonly told: 'reserved' | 'erasing' | 'erased'; readonly stream: string };

export interface Life {
  readonly folder: string;
  /** Of the streams: no two lives in a folder have the same. */
  readonly name: string;
  /** What its writers write; all of it is also seen by a view. */
  readonly work: 'log' | 'vault' | 'all';
  readonly writers: number;
  /** Appends, puts or both that each of them waits for. */
  readonly rounds: number;
  /** Whether it is killed when it has written all, and leaves its files as they are. */
  readonly killed?: boolean;
}

export const placesIn = (folder: string) => ({
  dataFolder: `${folder}/data`,
  keyFile: `${folder}/keys/root.json`,
});
