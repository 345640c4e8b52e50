import { type Decider } from '#kernel/decider';
import { describeGoldenSamples } from '#kernel/testing/golden';
import golden from './selection.golden.json' with { type: 'json' };
import { selectionEvents, type ReviewSelected, type SelectionEvent } from './selection.events.ts';

const nameOf = ({ caseId, review }: Readonly<ReviewSelected['data']>) => `${caseId}/${review}`;

const chosen: Decider<never, readonly string[], SelectionEvent> = {
  initial: [],
  evolve: (tried, event) => {
    switch (event.type) {
      case 'ReviewSelected':
        return [...tried, nameOf(event.data)];
      case 'WorkSelected':
        return [...tried, ...event.data.reviews.map(nameOf)];
      case 'WorkReassigned':
        return [...tried, ...event.data.items.map(nameOf)];
      default:
        return tried;
    }
  },
  decide: () => [],
};

describeGoldenSamples(golden, selectionEvents, chosen);
