/** The door of the audit: what happened, of every stream. Pure. */
export { auditTrailView } from './audit-trail.view.ts';
