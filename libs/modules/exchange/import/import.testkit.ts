/** A small log, what it means, and a store of its own to import it to. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventStore } from '#infra/event-store/event-store.port';
import { type RecordedEvent } from '#kernel/envelope';
import { instant, type Instant } from '#kernel/instants';
import { type CaseEvent } from '#modules/cases/index';
import { type LogMapping, parseMapping } from '../xes/mapping.ts';
import { type EventSpec, logXml, steps, traceXml, type Step } from '../xes/xes.testkit.ts';
import { LogImporter, type LogImporterOptions } from './log-importer.ts';

const reasons = ['information-not-confirmed'];

/** One activity for each meaning, and one for none. */
export const RULES: readonly object[] = [
  { activity: 'Submit', as: 'case-opened+submitted' },
  { activity: 'Screen', as: 'screening-completed', with: { outcome: 'attention' } },
  {
    activity: ['Check', 'Look'],
    transition: 'schedule',
    as: 'review-requested',
    with: { skill: 'ids' },
  },
  { activity: ['Check', 'Look'], transition: 'start', as: 'review-claimed' },
  { activity: ['Check', 'Look'], transition: 'complete', as: 'review-released' },
  {
    activity: 'Ask',
    as: 'supplement-requested',
    with: { items: ['licence'], reasons: ['material-missing'] },
  },
  { activity: 'Answer', as: 'supplemented' },
  { activity: 'Fraud', as: 'escalated', with: { cause: 'fraud-suspected' } },
  { activity: 'Yes', as: 'approved' },
  { activity: 'No', as: 'rejected', with: { reasons } },
  { activity: 'Not yet', as: 'rejected', with: { reasons, resubmittable: true } },
  { activity: 'Again', as: 'submitted' },
  { activity: 'Never mind', as: 'withdrawn' },
  { activity: 'Letter', as: 'history' },
  { activity: 'Test', refuse: 'test-data' },
];

export function mappingFor(settings: object = {}, rules: readonly object[] = RULES): LogMapping {
  const all = {
    platform: 'old-bank',
    policy: { key: 'loan', version: 3, label: 'as it was' },
    caseIdFrom: 'trace-name',
    timeZone: 'UTC',
    queues: { Check: 'checking', Look: 'looking' },
    systemResources: ['robot'],
    ...settings,
  };
  return parseMapping({ mappingVersion: 1, settings: all, rules }, 'small.mapping.json');
}

/** A whole life: asked for more, looked at by two, approved, and more events after it. */
export const APPROVED: readonly Step[] = [
  ['Submit', 'COMPLETE', 'robot'],
  ['Screen', 'COMPLETE', 'robot'],
  ['Check', 'SCHEDULE'],
  ['Check', 'START', 'ann'],
  ['Ask', 'COMPLETE', 'ann'],
  'Answer',
  'Screen',
  ['Look', 'SCHEDULE', 'robot'],
  ['Look', 'START', 'bob'],
  ['Look', 'COMPLETE', 'bob'],
  ['Look', 'START', 'eve'],
  ['Yes', 'COMPLETE', 'eve'],
  ['Look', 'COMPLETE', 'eve'],
  ['Letter', 'COMPLETE', 'ann'],
];

export const REJECTED: readonly Step[] = [
  'Submit',
  'Screen',
  ['Check', 'SCHEDULE'],
  ['Check', 'START', 'ann'],
  ['No', 'COMPLETE', 'ann'],
];

export const OPEN: readonly Step[] = ['Submit', 'Screen', ['Check', 'SCHEDULE'], 'Ring', 'Test'];

export const logOf = (traces: Readonly<Record<string, readonly Step[]>>): string =>
  logXml(...Object.entries(traces).map(([name, list]) => traceXml(name, eventsOf(list))));

export const eventsOf = (list: readonly Step[]): EventSpec[] => steps(...list);

/** What is told of an event, without what differs from one import to the next. */
export const lasting = ({ position: _place, ...event }: RecordedEvent) => ({
  ...event,
  metadata: { ...event.metadata, recordedAt: undefined },
});

export const NOW = instant('2026-11-25T12:00:00Z');

export class ImportRig {
  readonly folder = mkdtempSync(join(tmpdir(), 'casetrail-import-'));
  now: Instant = NOW;
  store!: EventStore;
  /** Milliseconds that were waited for. */
  readonly paused: number[] = [];

  /** @param open an adapter, on a file of its own. */
  async open(open: (file: string) => Promise<EventStore>): Promise<this> {
    this.store = await open(join(this.folder, 'events.sqlite'));
    return this;
  }

  async dispose(): Promise<void> {
    await this.store.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  write(log: string | Uint8Array, name = 'small.xes'): string {
    const path = join(this.folder, name);
    writeFileSync(path, log);
    return path;
  }

  importer(options: Partial<LogImporterOptions> = {}): LogImporter {
    return new LogImporter({
      eventStore: this.store,
      clock: { now: () => this.now },
      pause: async (ms) => void this.paused.push(ms),
      ...options,
    });
  }

  async events(): Promise<RecordedEvent<CaseEvent>[]> {
    const all: RecordedEvent<CaseEvent>[] = [];
    for await (const event of this.store.readAll()) all.push(event as RecordedEvent<CaseEvent>);
    return all;
  }
}
