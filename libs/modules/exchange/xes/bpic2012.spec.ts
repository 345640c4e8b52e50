/** The reader and the mapping on a real log. */
import { BPIC2012, BPIC2012_MAPPING, BPIC2012_OUTCOMES, findBpic2012 } from './bpic2012.testkit.ts';
import { TraceMapper, type EventOutcome } from './map-trace.ts';
import { loadMapping } from './mapping.ts';
import { readXes } from './xes-reader.ts';
import { digestOf } from './xes-bytes.ts';

const path = findBpic2012();

const worded = (outcome: EventOutcome): string => {
  if (outcome.kind === 'meant') return outcome.meanings.join('+');
  return outcome.kind === 'history' ? `history (${outcome.cause})` : `refused (${outcome.reason})`;
};

async function readAndMap(log: string) {
  const mapper = new TraceMapper(await loadMapping(BPIC2012_MAPPING));
  const outcomes: Record<string, number> = {};
  const finals: Record<string, number> = {};
  const resources = new Set<string>();
  const totals = { traces: 0, events: 0, refusedByReader: 0, unnamed: 0, longest: 0 };
  for await (const trace of readXes(log, { digest: await digestOf(log) })) {
    totals.traces++;
    totals.events += trace.events.length;
    totals.refusedByReader += trace.refused.length;
    totals.longest = Math.max(totals.longest, trace.events.length);
    for (const { resource } of trace.events) {
      if (resource === undefined) totals.unnamed++;
      else resources.add(resource);
    }
    const mapped = mapper.map(trace);
    finals[mapped.final.status] = (finals[mapped.final.status] ?? 0) + 1;
    for (const outcome of mapped.outcomes) {
      const { activity, transition } = outcome.event!;
      const key = `${activity} | ${transition} | ${worded(outcome)}`;
      outcomes[key] = (outcomes[key] ?? 0) + 1;
    }
  }
  return { outcomes, finals, totals, resources: resources.size };
}

(path === undefined ? describe.skip : describe)(
  `the log ${BPIC2012} (skipped where it is absent)`,
  () => {
    let result: Awaited<ReturnType<typeof readAndMap>>;
    beforeAll(async () => (result = await readAndMap(path!)));

    it('is read whole', () => {
      expect(result.totals).toEqual({
        traces: 13_087,
        events: 262_200,
        refusedByReader: 0,
        unnamed: 18_010,
        longest: 175,
      });
      expect(result.resources).toBe(68);
    });

    it('ends every event in exactly one outcome, as often as expected for its activity', () => {
      expect(result.outcomes).toEqual(BPIC2012_OUTCOMES);
      const sum = Object.values(result.outcomes).reduce((a, b) => a + b, 0);
      expect(sum).toBe(262_200);
    });

    it('ends as many cases in each state as the log says', () => {
      expect(result.finals).toEqual({
        rejected: 7_635,
        withdrawn: 2_807,
        approved: 2_246,
        waiting: 396,
        'in-review': 3,
      });
    });
  },
);
