import { describeGoldenSamples } from '#kernel/testing/golden';
import { platformDecider } from './platform.decider.ts';
import { platformEvents } from './platform.events.ts';
import golden from './platforms.golden.json' with { type: 'json' };

describeGoldenSamples(golden, platformEvents, platformDecider);
