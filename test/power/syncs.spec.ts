/**
 * What is acknowledged was synced before: by the order of the calls, not only by their number. A batch
 * counts as synced by a sync of its write-ahead log that began when all of it was written.
 */
import { eventIdOf, type Life, refOf, subjectOf, type Told } from './lives.testkit.ts';
import { describeRecorded, say } from './recorded-here.testkit.ts';
import { recordingOf, type RecordingOptions } from './recording.testkit.ts';
import { type Syncs, syncsBetween } from './syncs.testkit.ts';

const ROUNDS = 24;
const WRITERS = [1, 32];

const eventsOf = (one: Told): readonly string[] =>
  one.told === 'appended'
    ? Array.from({ length: one.count }, (_, at) => eventIdOf(one.stream, one.first + at))
    : [];
const recordsOf = (one: Told): readonly string[] =>
  one.told === 'stored' ? [refOf(one.stream, one.revision)] : [];
const keysOf = (one: Told): readonly string[] =>
  one.told === 'stored' ? [subjectOf(one.stream)] : [];

/** Each with what must lie in it before it is told of. */
const LOGS = [
  ['log', 'events.sqlite', eventsOf],
  ['vault', 'vault.sqlite', recordsOf],
  ['vault', 'keys.sqlite', keysOf],
] as const;

async function syncsOf(
  work: Life['work'],
  file: string,
  idsOf: (told: Told) => readonly string[],
  { writers, ...options }: RecordingOptions & { writers: number },
): Promise<Syncs> {
  const life = { name: 'counted', work, writers, rounds: ROUNDS };
  const { root, lives } = await recordingOf([life], options);
  return syncsBetween(lives[0]!, `${root}/data/${file}-wal`, idsOf);
}

describeRecorded('what is acknowledged', () => {
  describe.each(LOGS)('of the %s, in %s', (work, file, idsOf) => {
    it.each(WRITERS)('was synced before, with %d at once', async (writers) => {
      const { told, tooEarly, batches, syncs } = await syncsOf(work, file, idsOf, { writers });
      say(
        `${file}: ${told} answers at ${writers} writers came of ${batches} batches with ${syncs} syncs`,
      );
      expect(told).toBeGreaterThanOrEqual(writers * ROUNDS);
      expect(tooEarly).toEqual([]);
      expect(syncs).toBeGreaterThanOrEqual(batches);
    });

    it.each(['NORMAL', 'OFF'] as const)(
      'would be found to be told too early with synchronous=%s',
      async (synchronous) => {
        const options = { writers: 1, synchronous };
        const { told, tooEarly } = await syncsOf(work, file, idsOf, options);
        expect(tooEarly.length).toBeGreaterThan(told * 0.9);
      },
    );
  });
});
