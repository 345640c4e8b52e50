/** The door of the platforms: what other areas may know of them. Pure. */
export { platformEvents, type PlatformEvent } from './platform.events.ts';
export { clockFactsOf, platformStream } from './platform.state.ts';
export { platformDecider, type PlatformCommand } from './platform.decider.ts';
export { platformMissing } from './platform-missing.ts';
export { PLATFORM_VIOLATIONS } from './platform.violations.ts';
