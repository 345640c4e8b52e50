import { describeGoldenSamples } from '#kernel/testing/golden';
import { caseDecider } from './case.decider.ts';
import { caseEvents } from './case.events.ts';
import golden from './case.golden.json' with { type: 'json' };

describeGoldenSamples(golden, caseEvents, caseDecider);
