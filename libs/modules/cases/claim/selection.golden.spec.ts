import { type Decider } from '#kernel/decider';
import { describeGoldenSamples } from '#kernel/testing/golden';
import golden from './selection.golden.json' with { type: 'json' };
import { selectionEvents, type SelectionEvent } from './selection.events.ts';

const chosen: Decider<never, readonly string[], SelectionEvent> = {
  initial: [],
  evolve: (tried, { type, data }) =>
    selectionEvents.find(type) ? [...tried, `${data.caseId}/${data.review}`] : tried,
  decide: () => [],
};

describeGoldenSamples(golden, selectionEvents, chosen);
