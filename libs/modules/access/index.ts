/** The door of access: who looked, or tried to. Pure. */
export { accessEvents, accessStream } from './access.events.ts';
export { ACCESS_VIOLATIONS } from './access.violations.ts';
