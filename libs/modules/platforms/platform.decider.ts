import { type Decider } from '#kernel/decider';
import { decidePlatform, type PlatformCommand } from './platform.decide.ts';
import { type PlatformEvent } from './platform.events.ts';
import { evolvePlatform, initialPlatform, type PlatformState } from './platform.state.ts';

export type { PlatformCommand };

export const platformDecider: Decider<PlatformCommand, PlatformState, PlatformEvent> = {
  initial: initialPlatform,
  evolve: evolvePlatform,
  decide: decidePlatform,
};
