/** The door of access: who looked, or tried to. Pure. */
export {
  ACCESS_EVENT_DEFINITIONS,
  accessEvents,
  accessStream,
  PURPOSES,
  type AccessEvent,
  type Purpose,
} from './access.events.ts';
export { ACCESS_VIOLATIONS } from './access.violations.ts';
