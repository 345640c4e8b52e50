import { describeGoldenSamples } from '#kernel/testing/golden';
import { staffDecider } from './staff.decider.ts';
import { staffEvents } from './staff.events.ts';
import golden from './staff.golden.json' with { type: 'json' };

describeGoldenSamples(golden, staffEvents, staffDecider);
