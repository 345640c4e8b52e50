/** The door of the audit: what happened, of every stream. Pure. */
export { auditTrailView, type AuditEntry } from './audit-trail.view.ts';
