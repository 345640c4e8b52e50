import { describeGoldenSamples } from '#kernel/testing/golden';
import { adminsDecider } from './admins.decider.ts';
import { adminsEvents } from './admins.events.ts';
import golden from './admins.golden.json' with { type: 'json' };

describeGoldenSamples(golden, adminsEvents, adminsDecider);
