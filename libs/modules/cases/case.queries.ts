/** What is asked about cases: by their applicants, by the staff, and by the queues. */
import { Inject, Injectable } from '@nestjs/common';
import { type Caller } from '#infra/auth/caller';
import { EVENT_STORE, type EventStore } from '#infra/event-store/event-store.port';
import { notFoundHere } from '#infra/http/problem';
import { ViewReader } from '#infra/projector/view-reader';
import {
  type Page,
  type Query,
  type StoredDocument,
  type Where,
} from '#infra/read-store/read-store.port';
import { VAULT, type Vault } from '#infra/vault/vault.port';
import { type Violation } from '#kernel/violation';
import { whyNot } from './claim/queue-obstacles.ts';
import { staffFactsOf } from './claim/staff-facts.ts';
import { type CaseDetail } from './views/case-detail.view.ts';
import { type QueuedReview } from './views/review-queue.view.ts';
import { type ReviewerWork } from './views/reviewer-work.view.ts';
import { type TimelineEntry } from './views/timeline.view.ts';
import { type Words } from './views/told-reasons.ts';

export interface Asking {
  readonly caller: Caller;
  /** Position token of a write that the answer must show. */
  readonly token: string | undefined;
  readonly signal: AbortSignal;
}

/** The most urgent first, what is due first, or what has waited longest. An index serves each. */
const QUEUE_ORDERS = {
  urgency: ['urgency', 'dueAt'],
  due: ['dueAt'],
  waiting: ['requestedAt'],
} as const;
export type QueueOrder = keyof typeof QUEUE_ORDERS;

@Injectable()
export class CaseQueries {
  constructor(
    private readonly views: ViewReader,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(VAULT) private readonly vault: Vault,
  ) {}

  /** @throws HttpProblem not-found-here, also for a case of another platform or another applicant */
  async detail(
    caseId: string,
    { caller, token, signal }: Asking,
  ): Promise<StoredDocument<CaseDetail>> {
    const store = await this.views.read<CaseDetail>('case-detail', token, signal);
    const stored = await store.get(caseId);
    if (stored?.document.platform !== caller.principal.platform) throw notFoundHere('caseId');
    const ofStaff = caller.staffId !== undefined;
    if (!ofStaff && stored.document.accountId !== caller.accountId) throw notFoundHere('caseId');
    return stored;
  }

  async list(
    where: Where,
    page: Pick<Query, 'after' | 'limit'>,
    { caller, token, signal }: Asking,
  ): Promise<Page<CaseDetail>> {
    const store = await this.views.read<CaseDetail>('case-detail', token, signal);
    const { platform } = caller.principal;
    const own: Where = caller.staffId === undefined ? { accountId: caller.accountId ?? '' } : {};
    return store.find({
      ...page,
      where: { ...where, ...own, platform },
      orderBy:
        'accountId' in { ...where, ...own }
          ? [{ field: 'openedAt', direction: 'desc' }]
          : [{ field: 'changedAt', direction: 'desc' }],
    });
  }

  /** How many cases there are in each status. */
  async counts({ caller, token, signal }: Asking): Promise<Readonly<Record<string, number>>> {
    const store = await this.views.read<CaseDetail>('case-detail', token, signal);
    const counts = await store.countBy('status', { platform: caller.principal.platform });
    return Object.fromEntries(counts);
  }

  async queue(
    where: Where,
    page: Pick<Query, 'after' | 'limit'>,
    { caller, token, signal }: Asking,
    order: QueueOrder = 'urgency',
  ): Promise<Page<QueuedReview>> {
    const store = await this.views.read<QueuedReview>('review-queue', token, signal);
    return store.find({
      ...page,
      where: { ...where, platform: caller.principal.platform },
      orderBy: QUEUE_ORDERS[order].map((field) => ({ field, direction: 'asc' })),
    });
  }

  /** Of reviews in the queue, why the caller may not take each; nothing where they may. */
  async obstacles(
    reviews: readonly QueuedReview[],
    { caller, signal }: Asking,
  ): Promise<readonly (readonly Violation[])[]> {
    const staff = await staffFactsOf(this.store, caller.principal, signal);
    return reviews.map((review) => whyNot(review, staff, caller));
  }

  async queueCounts({ caller, token, signal }: Asking): Promise<Readonly<Record<string, number>>> {
    const store = await this.views.read<QueuedReview>('review-queue', token, signal);
    const counts = await store.countBy('state', { platform: caller.principal.platform });
    return Object.fromEntries([...counts].filter(([state]) => state !== 'none'));
  }

  async work(
    page: Pick<Query, 'after' | 'limit'>,
    { caller, token, signal }: Asking,
  ): Promise<Page<ReviewerWork>> {
    const store = await this.views.read<ReviewerWork>('reviewer-work', token, signal);
    return store.find({
      ...page,
      where: { platform: caller.principal.platform, by: caller.principal.id },
      orderBy: [{ field: 'since', direction: 'desc' }],
    });
  }

  /** What the caller is told of their cases, the latest first. */
  async timeline(
    caseId: string | undefined,
    page: Pick<Query, 'after' | 'limit'>,
    { caller, token, signal }: Asking,
  ): Promise<Page<TimelineEntry>> {
    const store = await this.views.read<TimelineEntry>('timeline', token, signal);
    const { accountId = '', principal } = caller;
    return store.find({
      ...page,
      where: {
        platform: principal.platform,
        accountId,
        ...(caseId === undefined ? {} : { caseId }),
      },
      orderBy: [{ field: 'position', direction: 'desc' }],
    });
  }

  /** Masked values of everything that the case holds, by reference. */
  async masked({ platform, state }: CaseDetail): Promise<ReadonlyMap<string, string>> {
    const refs = Object.values(state.materials).flatMap(({ fields, files }) => [
      ...Object.values(fields).map(({ ref }) => ref),
      ...files.flatMap(({ nameRef }) => (nameRef === undefined ? [] : [nameRef])),
    ]);
    const values = await this.vault.masked(platform, refs);
    return new Map(refs.map((ref, index) => [ref, values[index] ?? '']));
  }

  /**
   * What reviewers wrote to the caller, in clear, by reference: of the caller's own cases alone, and to
   * people alone, as all that is shown in clear. To read one's own is nobody's look at another's data,
   * and leaves no record. What was erased is not there. @throws VaultUnavailable, VaultDamaged
   */
  async words(refs: readonly string[], { principal }: Caller): Promise<Words> {
    if (principal.kind !== 'person' || refs.length === 0) return new Map();
    const records = await this.vault.read(principal.platform, refs);
    return new Map(
      records.flatMap((record) =>
        record ? [[record.ref, new TextDecoder().decode(record.value)] as const] : [],
      ),
    );
  }
}
