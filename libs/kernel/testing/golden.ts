/**
 * Golden samples: one stored example of every event version ever released, kept in
 * `<area>.golden.json`. Samples are added, never changed: they stand for events in logs out there.
 */
import { SYSTEM } from '#kernel/actor';
import { type Decider } from '#kernel/decider';
import { type DomainEvent } from '#kernel/envelope';
import { type EventCatalogue } from '#kernel/event-definition';
import { MONDAY_9 } from './given-when-then.ts';

export interface GoldenSamples {
  /** In an order that a stream could have; several streams' worth may follow each other. */
  readonly samples: readonly {
    readonly type: string;
    readonly schemaVersion: number;
    readonly data: object;
  }[];
  /** What the samples fold to, as JSON: shows when the meaning of an old event shifts. */
  readonly state: unknown;
}

/** The specs that every area's golden samples must pass. */
export function describeGoldenSamples<Command, State, Event extends DomainEvent, Facts>(
  golden: GoldenSamples,
  catalogue: EventCatalogue,
  decider: Decider<Command, State, Event, Facts>,
): void {
  describe('golden samples', () => {
    it('hold every version ever released of every event type, and no other', () => {
      const released = catalogue.definitions.flatMap(({ type, schemaVersion }) =>
        Array.from({ length: schemaVersion }, (_, index) => `${type} ${index + 1}`),
      );
      const sampled = golden.samples.map(({ type, schemaVersion }) => `${type} ${schemaVersion}`);
      expect([...new Set(sampled)].sort()).toEqual(released.sort());
    });

    it.each(golden.samples)(
      '$type, version $schemaVersion, is read in its present form',
      (sample) => {
        const parsed = catalogue.find(sample.type)!.schema.safeParse(catalogue.upcast(sample).data);
        expect(parsed.error?.issues ?? []).toEqual([]);
      },
    );

    it('fold to the state that they always folded to', () => {
      const moment = { at: MONDAY_9, by: SYSTEM };
      const state = golden.samples
        .map((sample) => catalogue.upcast(sample) as unknown as Event)
        .reduce((folded, event) => decider.evolve(folded, event, moment), decider.initial);
      expect(JSON.parse(JSON.stringify(state))).toEqual(golden.state);
    });

    it('an event of a later build, which this one does not know, changes nothing', () => {
      const moment = { at: MONDAY_9, by: SYSTEM };
      const unknown = { type: 'FromALaterBuild', data: {} } as unknown as Event;
      expect(decider.evolve(decider.initial, unknown, moment)).toBe(decider.initial);
    });
  });
}
