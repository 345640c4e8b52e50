/**
 * Reads a log and appends what its traces mean to the streams of their cases, several at a time, so
 * that one sync of the disk serves them all. Memory is bounded by the cases in hand.
 *
 * Nothing is remembered beside the log: each append names its exact place and ids, so a second import
 * is answered as the first was, and one that was killed goes on where it stopped (specs here and in
 * apps/cli). Imported facts arm no timers and set off no processes: `metadata.imported`.
 */
import { type Clock } from '#kernel/clock';
import { type Position } from '#kernel/position';
import { TraceMapper } from '../xes/map-trace.ts';
import { type LogMapping } from '../xes/mapping.ts';
import { digestOf } from '../xes/xes-bytes.ts';
import { readXes, type XesReading } from '../xes/xes-reader.ts';
import { XesError, type XesLimits } from '../xes/xes.ts';
import { type AppendPorts } from './append-in-parts.ts';
import { historyOf } from './case-history.ts';
import { CaseWriter } from './case-writer.ts';
import { ImportTally, type TallyReport } from './import-tally.ts';
import { mappingDigestOf } from './mapping-digest.ts';

export interface LogImporterOptions extends AppendPorts {
  readonly clock: Clock;
  readonly limits?: Partial<XesLimits>;
}

export interface ImportRequest {
  /** Path of the log. */
  readonly log: string;
  readonly mapping: LogMapping;
  /** Ends the reading; what is in hand is finished. */
  readonly signal?: AbortSignal;
}

export interface ImportProgress {
  readonly bytesRead: number;
  readonly bytesTotal: number | undefined;
  readonly traces: number;
  readonly logEvents: number;
}

export interface ImportResult extends TallyReport {
  readonly file: string;
  /** SHA-256 of the file, in hex. */
  readonly digest: string;
  readonly platform: string;
  /** By the signal, before the log's end. */
  readonly stopped: boolean;
  /** Why the log could not be read to its end. Everything before that place is imported. */
  readonly error?: XesError;
  /** Of the last event that the log has in the store; START where it has none. */
  readonly position: Position;
}

export class LogImporter {
  readonly #options: LogImporterOptions;
  #reading: XesReading | undefined;
  #tally = new ImportTally();

  constructor(options: LogImporterOptions) {
    this.#options = options;
  }

  get progress(): ImportProgress {
    return {
      bytesRead: this.#reading?.bytesRead ?? 0,
      bytesTotal: this.#reading?.bytesTotal,
      traces: this.#tally.traces,
      logEvents: this.#tally.logEvents,
    };
  }

  /**
   * @throws XesError when the file cannot be read at all; ImportedOtherwise; what the event store throws
   *   when it stays unavailable. What was appended stays, and a repetition goes on from there.
   */
  async run({ log, mapping, signal }: ImportRequest): Promise<ImportResult> {
    const { limits, clock, eventStore } = this.#options;
    const { timeZone, platform } = mapping.settings;
    const digest = await digestOf(log);
    const mappingDigest = mappingDigestOf(mapping);
    const origin = { mapping, mappingDigest, fileDigest: digest };
    const tally = new ImportTally();
    this.#tally = tally;
    const headBefore = await eventStore.head();
    const writer = new CaseWriter({ ...this.#options, tally, mappingDigest, headBefore });
    const mapper = new TraceMapper(mapping);
    const reading = readXes(log, { timeZone, digest, ...(limits && { limits }) });
    this.#reading = reading;
    let error: XesError | undefined;
    try {
      for await (const trace of reading) {
        const mapped = mapper.map(trace);
        await writer.add(mapped, historyOf(mapped, origin, clock.now()));
        if (signal?.aborted) break;
      }
    } catch (thrown) {
      if (!(thrown instanceof XesError)) throw thrown;
      error = thrown;
    }
    await writer.finished();
    const { position } = writer;
    const ended = { stopped: signal?.aborted ?? false, ...(error && { error }) };
    return { file: log, digest, platform, ...ended, position, ...tally.report() };
  }
}
