/** `casetrail import` of a real log: killed midway, run again, and once more. */
import { join } from 'node:path';
import { openSqliteEventStore } from '#infra/event-store/sqlite/sqlite-event-store';
import { openSqliteReadStore } from '#infra/read-store/sqlite/sqlite-read-store';
import { type RecordedEvent } from '#kernel/envelope';
import { type Instant } from '#kernel/instants';
import { describeInFull } from '#kernel/testing/full-run';
import { caseDecider, type CaseEvent } from '#modules/cases/index';
import { type CaseDetail } from '#modules/cases/views/case-detail.view';
import { historyOf } from '../../../libs/modules/exchange/import/case-history.ts';
import { mappingDigestOf } from '../../../libs/modules/exchange/import/mapping-digest.ts';
import {
  BPIC2012,
  BPIC2012_MAPPING,
  BPIC2012_OUTCOMES,
  findBpic2012,
} from '../../../libs/modules/exchange/xes/bpic2012.testkit.ts';
import { TraceMapper } from '../../../libs/modules/exchange/xes/map-trace.ts';
import { loadMapping } from '../../../libs/modules/exchange/xes/mapping.ts';
import { digestOf } from '../../../libs/modules/exchange/xes/xes-bytes.ts';
import { readXes } from '../../../libs/modules/exchange/xes/xes-reader.ts';
import { CliRig } from './cli.testkit.ts';

const path = findBpic2012();

/** The event that stands for each meaning of the mapping. */
const EVENT_OF: Readonly<Record<string, CaseEvent['type']>> = {
  'case-opened': 'CaseOpened',
  submitted: 'CaseSubmitted',
  'screening-completed': 'ScreeningCompleted',
  'review-requested': 'ReviewRequested',
  'review-claimed': 'ReviewClaimed',
  'review-released': 'ReviewReleased',
  'supplement-requested': 'SupplementRequested',
  supplemented: 'CaseSupplemented',
  approved: 'CaseApproved',
  rejected: 'CaseRejected',
  withdrawn: 'CaseWithdrawn',
  escalated: 'CaseEscalated',
};

interface Report {
  readonly traces: number;
  readonly logEvents: object;
  readonly domainEvents: object;
  readonly cases: object;
  readonly refusals: object;
  readonly outcomes: readonly {
    readonly activity: string;
    readonly transition: string;
    readonly became: readonly string[];
    readonly reason: string | null;
    readonly events: number;
  }[];
}

const expectedRows = Object.entries(BPIC2012_OUTCOMES).map(([key, events]) => {
  const [activity, transition, outcome] = key.split(' | ') as [string, string, string];
  const cause = /^history \((.*)\)$/.exec(outcome)?.[1];
  const became = cause
    ? ['HistoryRecorded']
    : outcome.split('+').map((meaning) => EVENT_OF[meaning]!);
  return { activity, transition, became, reason: cause ?? null, events };
});

const worded = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).sort();

(path === undefined ? describe.skip : describeInFull)(
  `the import of ${BPIC2012}${path === undefined ? ' (skipped: it is absent)' : ''}`,
  () => {
    let rig: CliRig;
    const command = ['import', path!, '--mapping', BPIC2012_MAPPING, '--json'];
    let report: Report;
    beforeAll(async () => {
      rig = new CliRig();
      await rig.run(['init']);
      const midway = { file: 'events', bytes: 30_000_000 } as const;
      expect(await rig.signalledAt(command, midway, 'SIGKILL')).toMatchObject({ code: null });
      const { code, out } = await rig.run(command);
      expect(code).toBe(0);
      report = JSON.parse(out) as Report;
    }, 240_000);
    afterAll(() => rig.dispose());

    it('ends every event of the log as expected for its activity and transition', () => {
      const rows = report.outcomes.map(({ activity, transition, became, reason, events }) => {
        return { activity, transition, became, reason, events };
      });
      expect(worded(rows)).toEqual(worded(expectedRows));
      expect(report.logEvents).toEqual({
        total: 262_200,
        meant: 200_283,
        history: 61_917,
        refused: 0,
      });
      expect(report.refusals).toEqual({});
    });

    it('went on where it was killed', () => {
      const { appended, alreadyThere } = report.domainEvents as Record<string, number>;
      expect(appended).toBeGreaterThan(0);
      expect(alreadyThere).toBeGreaterThan(0);
      expect(appended! + alreadyThere!).toBe(279_358);
    });

    it('is seen in the views as the log says', () => {
      expect(report.traces).toBe(13_087);
      expect(report.cases).toEqual({
        total: 13_087,
        rejected: 7_635,
        withdrawn: 2_807,
        approved: 2_246,
        expired: 0,
        open: 399,
        byStatus: {
          rejected: 7_635,
          withdrawn: 2_807,
          approved: 2_246,
          waiting: 396,
          'in-review': 3,
        },
      });
    });

    it('leaves in the queues what nobody has decided', async () => {
      const readStore = openSqliteReadStore({ file: join(rig.dataFolder(), 'views.sqlite') });
      const queue = await readStore.serving('review-queue');
      const states = await queue!.countBy('state', { platform: 'bpic2012' });
      const timers = await (await readStore.serving('case-timers'))!.count();
      await readStore.close();
      expect(Object.fromEntries(states)).toEqual({ none: 12_688, waiting: 396, claimed: 3 });
      expect(timers).toBe(0);
    });

    it('left in each stream just what its trace means, and in the views what that folds to', async () => {
      const folder = rig.dataFolder();
      const store = await openSqliteEventStore({
        file: join(folder, 'events.sqlite'),
        worker: false,
      });
      const readStore = openSqliteReadStore({ file: join(folder, 'views.sqlite') });
      const details = await readStore.serving<CaseDetail>('case-detail');
      const differing: string[] = [];
      for await (const { stream, events } of histories(path!)) {
        const there: RecordedEvent<CaseEvent>[] = [];
        for await (const event of store.readStream(stream)) {
          there.push(event as RecordedEvent<CaseEvent>);
        }
        const detail = await details!.get(stream.slice('case-'.length));
        const same =
          there.map(essence).join() === events.map(essence).join() &&
          JSON.stringify(detail?.document.state) === JSON.stringify(folded(there));
        if (!same) differing.push(stream);
      }
      await readStore.close();
      await store.close();
      expect(differing).toEqual([]);
    }, 120_000);

    it('appends nothing the second time', async () => {
      const { code, out } = await rig.run(command);
      expect(code).toBe(0);
      const again = JSON.parse(out) as Report;
      expect(again.domainEvents).toEqual({ total: 279_358, appended: 0, alreadyThere: 279_358 });
      expect(again.cases).toEqual(report.cases);
    }, 120_000);
  },
);

const RECORDED = '2026-11-25T12:00:00.000Z' as Instant;

/** What the log means, made here once more. */
async function* histories(log: string) {
  const mapping = await loadMapping(BPIC2012_MAPPING);
  const mapper = new TraceMapper(mapping);
  const fileDigest = await digestOf(log);
  const origin = { mapping, fileDigest, mappingDigest: mappingDigestOf(mapping) };
  for await (const trace of readXes(log)) yield historyOf(mapper.map(trace), origin, RECORDED);
}

type Essence = Pick<RecordedEvent, 'id' | 'type' | 'data' | 'metadata'>;
const essence = ({ id, type, data, metadata }: Essence) =>
  JSON.stringify({ id, type, data, metadata: { ...metadata, recordedAt: RECORDED } });

function folded(events: readonly RecordedEvent<CaseEvent>[]) {
  return events.reduce(
    (state, event) =>
      caseDecider.evolve(state, event, {
        at: event.metadata.occurredAt,
        by: event.metadata.actor,
      }),
    caseDecider.initial,
  );
}
