import { type Decider } from '#kernel/decider';
import { describeGoldenSamples } from '#kernel/testing/golden';
import { requestEvents, type RequestEvent } from './request.events.ts';
import golden from './request.golden.json' with { type: 'json' };

/** What each sample says of a stream: nothing is decided from it but that. */
const noted: Decider<never, readonly string[], RequestEvent> = {
  initial: [],
  evolve: (streams, { type, data }) => {
    switch (type) {
      case 'RequestBound':
        return [...streams, data.stream];
      case 'RequestFoundDone':
        return [...streams, `${data.stream}@${data.revision}`];
      default:
        return streams;
    }
  },
  decide: () => [],
};

describeGoldenSamples(golden, requestEvents, noted);
