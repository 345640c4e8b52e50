/** Everything that the server knows: events, violations, views, processes. Lists, and no logic. */
import { requestEvents } from '#infra/command-handler/request.events';
import { EventCatalogue } from '#kernel/event-definition';
import { type AnyProcess } from '#kernel/process';
import { type AnyView } from '#kernel/view';
import { type ViolationCatalogue } from '#kernel/violation';
import { ACCESS_VIOLATIONS, accessEvents } from '#modules/access/index';
import { accountDetailView } from '#modules/accounts/account-detail.view';
import { accountTimersView } from '#modules/accounts/account-timers.view';
import { accountEvents, accountViolations } from '#modules/accounts/index';
import { auditTrailView } from '#modules/audit/index';
import { caseEvents, CASE_VIOLATIONS, selectionEvents } from '#modules/cases/index';
import { caseDetailView } from '#modules/cases/views/case-detail.view';
import { caseTimersView } from '#modules/cases/views/case-timers.view';
import { reviewQueueView } from '#modules/cases/views/review-queue.view';
import { timelineView } from '#modules/cases/views/timeline.view';
import { reviewerWorkView } from '#modules/cases/views/reviewer-work.view';
import { MATERIAL_VIOLATIONS } from '#modules/materials/index';
import { platformEvents, PLATFORM_VIOLATIONS } from '#modules/platforms/index';
import { policyEvents, policyViolations } from '#modules/policies/index';
import { policyDirectoryView } from '#modules/policies/policy-directory.view';
import { policyTimersView } from '#modules/policies/policy-timers.view';
import { adminsEvents, staffEvents, staffViolations } from '#modules/staff/index';
import { staffDirectoryView } from '#modules/staff/staff-directory.view';
import { grantVerificationOnApproval } from '#processes/grant-verification-on-approval.process';
import { moveDraftsOnPolicyChange } from '#processes/move-drafts-on-policy-change.process';
import { releaseClaimsOnStaffLeave } from '#processes/release-claims-on-staff-leave.process';
import { reissueDuesOnCalendarData } from '#processes/reissue-dues-on-calendar-data.process';
import { screenOnSubmission } from '#processes/screen-on-submission.process';
import { suspendCasesOnFreeze } from '#processes/suspend-cases-on-freeze.process';

export const catalogue = new EventCatalogue(
  [
    caseEvents,
    selectionEvents,
    accountEvents,
    staffEvents,
    adminsEvents,
    policyEvents,
    platformEvents,
    accessEvents,
    requestEvents,
  ].flatMap(({ definitions }) => definitions),
);

export const violations: readonly ViolationCatalogue[] = [
  ACCESS_VIOLATIONS,
  CASE_VIOLATIONS,
  MATERIAL_VIOLATIONS,
  accountViolations,
  staffViolations,
  policyViolations,
  PLATFORM_VIOLATIONS,
];

export const views: readonly AnyView[] = [
  reviewQueueView,
  caseDetailView,
  caseTimersView,
  reviewerWorkView,
  timelineView,
  accountDetailView,
  accountTimersView,
  staffDirectoryView,
  policyDirectoryView,
  policyTimersView,
  auditTrailView(catalogue.definitions.map(({ type }) => type)),
];

export const timerViews: readonly string[] = [
  caseTimersView.name,
  accountTimersView.name,
  policyTimersView.name,
];

export const processes: readonly AnyProcess[] = [
  screenOnSubmission,
  suspendCasesOnFreeze,
  releaseClaimsOnStaffLeave,
  grantVerificationOnApproval,
  moveDraftsOnPolicyChange,
  reissueDuesOnCalendarData,
];
