import { type Decider } from '#kernel/decider';
import { type EventOf } from '#kernel/event-definition';
import { describeGoldenSamples } from '#kernel/testing/golden';
import { type requestBound, requestEvents } from './request.events.ts';
import golden from './request.golden.json' with { type: 'json' };

/** What each sample binds to: nothing is decided from it but that. */
const bound: Decider<never, readonly string[], EventOf<typeof requestBound>> = {
  initial: [],
  evolve: (streams, { type, data }) =>
    type === 'RequestBound' ? [...streams, data.stream] : streams,
  decide: () => [],
};

describeGoldenSamples(golden, requestEvents, bound);
