/** What is asked about cases: by their applicants, by the staff, and by the queues. */
import { Inject, Injectable } from '@nestjs/common';
import { type Caller } from '#infra/auth/caller';
import { FactFolds } from '#infra/command-handler/fact-folds';
import { EVENT_STORE, type EventStore } from '#infra/event-store/event-store.port';
import { type GivenToken } from '#infra/http/position-token';
import { hiddenHere, notFoundHere } from '#infra/http/problem';
import { ViewReader } from '#infra/projector/view-reader';
import {
  type Page,
  type Query,
  type StoredDocument,
  type Where,
} from '#infra/read-store/read-store.port';
import { VAULT, type Vault } from '#infra/vault/vault.port';
import { CLOCK, type Clock } from '#kernel/clock';
import { type Violation } from '#kernel/violation';
import { whyNot } from './claim/queue-obstacles.ts';
import { staffFactsOf } from './claim/staff-facts.ts';
import { withDuesNow } from './due/due.decide.ts';
import { platformClock } from './due/platform-clock.ts';
import { type CaseDetail } from './views/case-detail.view.ts';
import { type QueueFilters, queueQuery, type QueueOrder } from './views/queue-query.ts';
import { mayBeMoved, queuedWithDues } from './views/queued-dues.ts';
import { type QueuedReview, type QueueState } from './views/review-queue.view.ts';
import {
  keyOfReview,
  type ReviewAsked,
  type ReviewHeld,
  type ReviewerWork,
  workOf,
} from './views/reviewer-work.view.ts';
import { type TimelineEntry } from './views/timeline.view.ts';
import { type Words } from './views/told-reasons.ts';

export interface Asking {
  readonly caller: Caller;
  /** Position token of a write that the answer must show. */
  readonly token: GivenToken | undefined;
  readonly signal: AbortSignal;
}

/** How many reviews there are in each state of the queue. */
export interface QueueCounts {
  readonly waiting: number;
  readonly claimed: number;
  readonly snoozed: number;
  readonly suspended: number;
  /** Of all these, those whose business time is used up. */
  readonly overdue: number;
}

@Injectable()
export class CaseQueries {
  readonly #folds: FactFolds;

  constructor(
    private readonly views: ViewReader,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(VAULT) private readonly vault: Vault,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.#folds = new FactFolds(store);
  }

  /** With the due times as they are now. @throws HttpProblem not-found-here, also for a case of another platform or another applicant */
  async detail(
    caseId: string,
    { caller, token, signal }: Asking,
  ): Promise<StoredDocument<CaseDetail>> {
    const store = await this.views.read<CaseDetail>('case-detail', token, signal);
    const stored = await store.get(caseId);
    if (!stored) throw notFoundHere('caseId');
    if (stored.document.platform !== caller.principal.platform)
      throw hiddenHere('platform', 'caseId');
    const ofStaff = caller.staffId !== undefined;
    if (!ofStaff && stored.document.accountId !== caller.accountId)
      throw hiddenHere('caller', 'caseId');
    const { document } = stored;
    const clock = await platformClock(this.#folds, document.platform, { signal });
    const state = withDuesNow(document.state, this.clock.now(), clock);
    return { ...stored, document: { ...document, state } };
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

  /** Found and ordered by the due times that were issued, shown with those that hold now. */
  async queue(
    filters: QueueFilters,
    page: Pick<Query, 'after' | 'limit'>,
    { caller, token, signal }: Asking,
    order: QueueOrder = 'urgency',
  ): Promise<Page<QueuedReview>> {
    const { platform } = caller.principal;
    const store = await this.views.read<QueuedReview>('review-queue', token, signal);
    const { where, orderBy } = queueQuery(filters, order);
    const found = await store.find({ ...page, where: { ...where, platform }, orderBy });
    return { ...found, documents: await this.#withDuesNow(found.documents, platform, signal) };
  }

  /** The queue holds due times alone; what they are reckoned from is looked up where maintenance may touch them. */
  async #withDuesNow(
    found: readonly StoredDocument<QueuedReview>[],
    platform: string,
    signal: AbortSignal,
  ): Promise<readonly StoredDocument<QueuedReview>[]> {
    const clock = await platformClock(this.#folds, platform, { signal });
    if (clock.maintenance.length === 0) return found;
    const details = await this.views.read<CaseDetail>('case-detail', undefined, signal);
    const at = this.clock.now();
    return Promise.all(
      found.map(async (stored) => {
        const { document } = stored;
        if (!mayBeMoved(document, clock.maintenance)) return stored;
        const issued = (await details.get(document.caseId))?.document.state;
        if (!issued) return stored;
        const now = withDuesNow(issued, at, clock);
        return { ...stored, document: queuedWithDues(document, issued, now) };
      }),
    );
  }

  /** Of reviews in the queue, why the caller may not take each; nothing where they may. */
  async obstacles(
    reviews: readonly QueuedReview[],
    { caller, signal }: Asking,
  ): Promise<readonly (readonly Violation[])[]> {
    const staff = await staffFactsOf(this.store, caller.principal, signal);
    return reviews.map((review) => whyNot(review, staff, caller));
  }

  async queueCounts({ caller, token, signal }: Asking): Promise<QueueCounts> {
    const store = await this.views.read<QueuedReview>('review-queue', token, signal);
    const { platform } = caller.principal;
    const counts = await store.countBy('state', { platform });
    const of = (state: QueueState) => counts.get(state) ?? 0;
    return {
      waiting: of('waiting'),
      claimed: of('claimed'),
      snoozed: of('snoozed'),
      suspended: of('suspended'),
      overdue: await store.count({ platform, overdue: true }),
    };
  }

  async work(
    page: Pick<Query, 'after' | 'limit'>,
    { caller, token, signal }: Asking,
  ): Promise<Page<ReviewerWork>> {
    const store = await this.views.read<ReviewHeld | ReviewAsked>('reviewer-work', token, signal);
    const found = await store.find({
      ...page,
      where: { platform: caller.principal.platform, by: caller.principal.id },
      orderBy: [{ field: 'since', direction: 'desc' }],
    });
    const documents = await Promise.all(
      found.documents.map(async (stored) => {
        const holding = stored.document as ReviewHeld;
        const review = await store.get(keyOfReview(holding));
        const degraded = stored.degraded || (review?.degraded ?? false);
        const document = workOf(holding, review?.document as ReviewAsked | undefined);
        return { ...stored, degraded, document };
      }),
    );
    return { ...found, documents };
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
  async masked({ platform, state, appeals }: CaseDetail): Promise<ReadonlyMap<string, string>> {
    const materials = Object.values(state.materials);
    const files = [...materials, ...appeals].flatMap((one) => one.files);
    const refs = [
      ...materials.flatMap(({ fields }) => Object.values(fields).map(({ ref }) => ref)),
      ...files.flatMap(({ nameRef }) => (nameRef === undefined ? [] : [nameRef])),
    ];
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
