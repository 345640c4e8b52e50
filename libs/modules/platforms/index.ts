/** The door of the platforms: what other areas may know of them. Pure. */
export {
  PLATFORM_EVENT_DEFINITIONS,
  platformEvents,
  type PlatformEvent,
} from './platform.events.ts';
export { clockFactsOf, platformStream, type PlatformState } from './platform.state.ts';
export { platformDecider, type PlatformCommand } from './platform.decider.ts';
export { platformMissing } from './platform-missing.ts';
export { PLATFORM_VIOLATIONS, platformViolation } from './platform.violations.ts';
