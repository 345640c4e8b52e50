import { describeGoldenSamples } from '#kernel/testing/golden';
import { accountDecider } from './account.decider.ts';
import { accountEvents } from './account.events.ts';
import golden from './accounts.golden.json' with { type: 'json' };

describeGoldenSamples(golden, accountEvents, accountDecider);
