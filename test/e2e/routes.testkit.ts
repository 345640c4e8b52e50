/**
 * Every route once more, written by hand from what the domain says of applicants, staff and admins:
 * who may use it, and a request that is good in form. It is not read from the controllers, so that a
 * wrong policy is found and not copied. A route that is missing here fails the specs that use it.
 */
import { type Role } from '#kernel/actor';
import { type Ids } from './world.testkit.ts';

export interface RouteSample {
  /** Roles, or everybody; `nobody yet` is who has a token and no account. */
  readonly may: readonly (Role | 'nobody yet')[] | 'public';
  /** Only people, whatever role a key or an assistant was given. */
  readonly peopleOnly?: boolean;
  readonly query?: (ids: Ids) => string;
  readonly body?: (ids: Ids) => unknown;
  /** Whether the staff must say what they look for, in the query. */
  readonly purpose?: boolean;
  /** Whether a form with a file is sent. */
  readonly upload?: boolean;
  /** Whether the command names the version of the case that it is made on. */
  readonly ifMatch?: boolean;
}

const STAFF: Role[] = ['reviewer', 'senior', 'lead', 'auditor', 'support', 'admin'];
const EVERYBODY: Role[] = ['applicant', ...STAFF];
const APPLICANT: Role[] = ['applicant'];
const ADMIN: Role[] = ['admin'];
/** Who works reviews. Leads run the queues and decide nothing; admins and auditors neither. */
const REVIEWERS: Role[] = ['reviewer', 'senior'];

const DECLARED = () => ({ declarationVersion: '2026-01' });
const REASONS = () => ({ reasons: [{ code: 'illegible' }] });
const CONFLICT = ({ accountId }: Ids) => ({ accountId });

const applicants = (more: Partial<RouteSample> = {}): RouteSample => ({ may: APPLICANT, ...more });
const reviewers = (more: Partial<RouteSample> = {}): RouteSample => ({ may: REVIEWERS, ...more });
const admins = (more: Partial<RouteSample> = {}): RouteSample => ({ may: ADMIN, ...more });
const decision = (body?: RouteSample['body']): RouteSample =>
  reviewers({ ifMatch: true, ...(body && { body }) });

const CASES = {
  'GET /v1/cases': { may: EVERYBODY, query: ({ accountId }) => `accountId=${accountId}` },
  'GET /v1/cases/counts': { may: STAFF },
  'GET /v1/cases/:caseId': { may: EVERYBODY },
  'POST /v1/cases': applicants({ body: ({ key }) => ({ policyKey: key }) }),
  'POST /v1/cases/:caseId/materials/:material': applicants({
    body: () => ({ fields: { name: '李四' } }),
  }),
  'POST /v1/cases/:caseId/materials/:material/files': applicants({ upload: true }),
  'POST /v1/cases/:caseId/materials/:material/removal': applicants({
    body: ({ ref }) => ({ file: ref }),
  }),
  'POST /v1/cases/:caseId/submissions': applicants({ body: DECLARED, ifMatch: true }),
  'POST /v1/cases/:caseId/supplements': applicants({ body: DECLARED, ifMatch: true }),
  'POST /v1/cases/:caseId/self-assessments': applicants(),
  'POST /v1/cases/:caseId/policy-change': applicants(),
  'POST /v1/cases/:caseId/withdrawal': applicants({ ifMatch: true }),
  'POST /v1/cases/:caseId/appeals': applicants({
    body: () => ({ statement: 'It is legible.' }),
    ifMatch: true,
  }),
  'POST /v1/cases/:caseId/appeals/files': applicants({ upload: true }),
  'GET /v1/cases/:caseId/files/:fileRef': {
    may: ['applicant', ...REVIEWERS, 'auditor', 'support'],
    peopleOnly: true,
    purpose: true,
    query: () => 'purpose=audit',
  },
  'GET /v1/timeline': applicants({ query: ({ caseId }) => `caseId=${caseId}` }),
} satisfies Record<string, RouteSample>;

const REVIEWS = {
  'POST /v1/cases/:caseId/reviews/:review/claim': reviewers(),
  'POST /v1/cases/:caseId/reviews/:review/renewal': reviewers(),
  'POST /v1/cases/:caseId/reviews/:review/release': reviewers(),
  'POST /v1/cases/:caseId/reviews/:review/reassignment': {
    may: ['lead'],
    body: ({ principalId }) => ({ to: principalId }),
    ifMatch: true,
  },
  'POST /v1/cases/:caseId/reviews/:review/snooze': {
    may: [...REVIEWERS, 'lead'],
    body: () => ({ until: '2026-12-01T00:00:00Z', cause: 'needs-expert' }),
    ifMatch: true,
  },
  'POST /v1/cases/:caseId/reviews/:review/wake': { may: [...REVIEWERS, 'lead'] },
  'POST /v1/cases/:caseId/notes': {
    may: [...REVIEWERS, 'lead', 'support'],
    body: () => ({ text: 'Called back.' }),
  },
  'POST /v1/cases/:caseId/reviews/:review/approval': decision(),
  'POST /v1/cases/:caseId/reviews/:review/decline': decision(REASONS),
  'POST /v1/cases/:caseId/reviews/:review/rejection': decision(() => ({
    ...REASONS(),
    final: false,
  })),
  'POST /v1/cases/:caseId/reviews/:review/supplement-request': decision(() => ({
    items: [{ material: 'identity-document', ...REASONS() }],
  })),
  'POST /v1/cases/:caseId/reviews/:review/escalation': decision(() => ({ cause: 'unclear-rule' })),
  'POST /v1/cases/:caseId/reviews/:review/grant': {
    may: ['senior'],
    body: () => ({ outcome: 'review-again' }),
    ifMatch: true,
  },
  'POST /v1/cases/:caseId/reviews/:review/dismissal': {
    may: ['senior'],
    body: REASONS,
    ifMatch: true,
  },
  'POST /v1/cases/:caseId/reopening': {
    may: ['senior'],
    body: () => ({ cause: 'new-evidence' }),
    ifMatch: true,
  },
  'POST /v1/queues/next': reviewers({ body: () => ({}) }),
  'GET /v1/queues': { may: [...REVIEWERS, 'lead', 'auditor'] },
  'GET /v1/queues/counts': { may: [...REVIEWERS, 'lead', 'auditor'] },
  'GET /v1/reviewers/me/work': reviewers(),
  'POST /v1/reviewers/:principalId/reassignment': {
    may: ['lead'],
    body: ({ principalId }) => ({ to: principalId }),
  },
  'POST /v1/reveals': {
    may: [...REVIEWERS, 'auditor', 'support'],
    peopleOnly: true,
    body: ({ caseId, ref }) => ({ caseId, refs: [ref], purpose: 'audit' }),
  },
} satisfies Record<string, RouteSample>;

const ACCOUNTS = {
  'POST /v1/accounts': {
    may: ['applicant', 'nobody yet'],
    peopleOnly: true,
    body: () => ({ kind: 'individual' }),
  },
  'GET /v1/accounts': { may: ['lead', 'support', 'admin', 'auditor'] },
  'GET /v1/accounts/me': applicants(),
  'GET /v1/accounts/:accountId': { may: EVERYBODY },
  // A stolen account is frozen by its holder or by support; a second person lifts what one froze.
  // Admins decide nothing, and no key or assistant does.
  'POST /v1/accounts/:accountId/freezes': {
    may: ['applicant', 'support', 'senior', 'lead'],
    peopleOnly: true,
    body: () => ({ cause: 'holder-request', scope: 'all' }),
  },
  'POST /v1/accounts/:accountId/freezes/:freezeId/lift': {
    may: ['senior', 'lead'],
    peopleOnly: true,
  },
  'POST /v1/accounts/:accountId/ban': {
    may: ['senior', 'lead'],
    peopleOnly: true,
    body: () => ({ cause: 'fraud' }),
  },
  'POST /v1/accounts/:accountId/closure': {
    may: ['applicant', 'senior', 'lead'],
    peopleOnly: true,
    body: () => ({ cause: 'holder-request' }),
  },
} satisfies Record<string, RouteSample>;

const CONFIGURATION = {
  'POST /v1/staff': admins({
    body: ({ principalId }) => ({ principalId, kind: 'person', roles: ['reviewer'], skills: [] }),
  }),
  'GET /v1/staff': { may: ['admin', 'lead', 'auditor'] },
  'GET /v1/staff/me': { may: STAFF },
  'POST /v1/staff/:principalId/roles': admins({ body: () => ({ roles: ['reviewer'] }) }),
  'POST /v1/staff/:principalId/skills': admins({ body: () => ({ skills: ['identity'] }) }),
  'POST /v1/staff/:principalId/conflicts': { may: STAFF, body: CONFLICT },
  'POST /v1/staff/:principalId/conflict-withdrawals': { may: ['admin', 'lead'], body: CONFLICT },
  'POST /v1/staff/:principalId/suspension': admins({ body: () => ({ cause: 'absence' }) }),
  'POST /v1/staff/:principalId/reinstatement': admins(),
  // One's own, or an admin somebody's.
  'POST /v1/staff/:principalId/departure': { may: STAFF },
  'POST /v1/policies/:key/versions': admins({ body: () => ({ definition: {} }) }),
  'POST /v1/policies/:key/retirement': admins({ body: () => ({ cause: 'superseded' }) }),
  'GET /v1/policies': { may: EVERYBODY },
  'GET /v1/policies/schema': { may: EVERYBODY },
  'GET /v1/policies/:key': { may: EVERYBODY },
  'GET /v1/platform': { may: EVERYBODY },
  'POST /v1/platform/maintenance': admins({
    body: () => ({ from: '2099-02-01T00:00:00Z', to: '2099-02-01T02:00:00Z' }),
  }),
  'POST /v1/platform/maintenance/:maintenanceId/cancellation': admins(),
  'POST /v1/platform/calendar': admins({ body: () => ({ addition: {} }) }),
  'GET /v1/reasons': { may: EVERYBODY },
  'GET /v1/audit': { may: ['auditor'], query: ({ caseId }) => `caseId=${caseId}` },
  'GET /v1/audit/:entryId': { may: ['auditor'] },
  'GET /v1/events': { may: ['auditor', 'admin'] },
  'GET /v1/operations/dead-letters': admins(),
  'POST /v1/operations/dead-letters/:letterId/retry': admins(),
  'GET /v1/operations/parked-documents': admins(),
  'POST /v1/operations/parked-documents/:documentId/retry': admins(),
  'GET /health/ready': { may: 'public' },
  'POST /dev/token': {
    may: 'public',
    body: () => ({ subject: 'anybody', platform: 'demo', kind: 'person' }),
  },
} satisfies Record<string, RouteSample>;

export const ROUTE_SAMPLES: Readonly<Record<string, RouteSample>> = {
  ...CASES,
  ...REVIEWS,
  ...ACCOUNTS,
  ...CONFIGURATION,
};

/** Routes that are always as of now take a position for uniformity, and need not look at it. */
export const ALWAYS_NOW: readonly string[] = [
  '/v1/accounts/me',
  '/v1/accounts/:accountId',
  '/v1/staff/me',
  '/v1/policies/schema',
  '/v1/policies/:key',
  '/v1/platform',
  '/v1/reasons',
  '/v1/events',
  '/v1/cases/:caseId/files/:fileRef',
  '/v1/operations/dead-letters',
  '/v1/operations/parked-documents',
  '/health/ready',
];

/** The path with real ids; every case of these specs is at its first review. */
export function pathOf(template: string, ids: Ids): string {
  const values: Readonly<Record<string, string>> = {
    ...ids,
    review: '1',
    // There are none: nothing of these specs fails for good.
    letterId: '0190d0a0-0000-7000-8000-000000000000',
    documentId: '0190d0a0-0000-7000-8000-000000000000',
    material: 'identity-document',
  };
  return template.replace(/:(\w+)/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`No sample of the parameter ${name}.`);
    return encodeURIComponent(value);
  });
}
