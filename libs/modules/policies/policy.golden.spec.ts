import { describeGoldenSamples } from '#kernel/testing/golden';
import { policyDecider } from './policy.decider.ts';
import { policyEvents } from './policy.events.ts';
import golden from './policies.golden.json' with { type: 'json' };

describeGoldenSamples(golden, policyEvents, policyDecider);
