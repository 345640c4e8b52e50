import { type Decider } from '#kernel/decider';
import { describeGoldenSamples } from '#kernel/testing/golden';
import golden from './access.golden.json' with { type: 'json' };
import { accessEvents, type AccessEvent } from './access.events.ts';

/** Nothing is decided from who looked: the fold only tells that each is read. */
const listed: Decider<never, readonly string[], AccessEvent> = {
  initial: [],
  evolve: (types, { type }) => (accessEvents.find(type) ? [...types, type] : types),
  decide: () => [],
};

describeGoldenSamples(golden, accessEvents, listed);
