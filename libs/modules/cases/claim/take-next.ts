/**
 * Takes the most urgent review that the caller may take. Each choice is written down before it is
 * tried, so a request that is repeated, at once or after a crash, ends in the same one claim. Where
 * nothing is left to choose it is refused, and decided anew when it comes again.
 */
import { Inject, Injectable } from '@nestjs/common';
import { foldStream } from '#infra/command-handler/fold-stream';
import { Turns } from '#infra/command-handler/turns';
import { EVENT_STORE, type EventStore } from '#infra/event-store/event-store.port';
import { HttpProblem, Refusal } from '#infra/http/problem';
import { CLOCK, type Clock } from '#kernel/clock';
import { CaseCommands, type CaseAnswer, type CaseRequest } from '../case.commands.ts';
import { caseDecider, caseStream } from '../case.decider.ts';
import { caseEvents } from '../case.events.ts';
import { type StaffFacts } from '../case.facts.ts';
import { CaseQueries, type Asking } from '../case.queries.ts';
import { caseViolation } from '../case.violations.ts';
import { type QueueFilters } from '../views/queue-query.ts';
import { type QueuedReview } from '../views/review-queue.view.ts';
import { waits } from './claim.decide.ts';
import { obstaclesOf } from './queue-obstacles.ts';
import { type ReviewSelected } from './selection.events.ts';
import { Selections } from './selections.ts';
import { staffFactsOf } from './staff-facts.ts';

type Choice = ReviewSelected['data'];

/** Candidates in the first page, of which one will mostly do, and in each that follows. */
const CANDIDATES_FIRST = 8;
const CANDIDATES_MORE = 50;
/** How often somebody else may be quicker. */
const TRIES_MAX = 25;
/** Which of all that wait. */
type Wanted = Pick<QueueFilters, 'queue' | 'level'>;

@Injectable()
export class TakeNext {
  /**
   * Those of one platform take turns in this process: all would choose the same review, write that
   * down, and all but one choose again.
   */
  readonly #turns = new Turns();

  constructor(
    private readonly cases: CaseCommands,
    private readonly queries: CaseQueries,
    private readonly selections: Selections,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws Refusal no-review-to-take; HttpProblem idempotency-key-reused, concurrent-change */
  take(request: Omit<CaseRequest, 'caseId'>, wanted: Wanted, asking: Asking): Promise<CaseAnswer> {
    const { platform } = asking.caller.principal;
    return this.#turns.take(platform, () => this.#inTurn(request, wanted, asking));
  }

  async #inTurn(
    request: Omit<CaseRequest, 'caseId'>,
    wanted: Wanted,
    asking: Asking,
  ): Promise<CaseAnswer> {
    const staff = await staffFactsOf(this.store, asking.caller.principal, asking.signal);
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      const chosen = await this.#chosen(request);
      const last = chosen.at(-1);
      const taken = last && (await this.#claim(last, request));
      if (taken) return taken;
      const next = await this.#candidate(wanted, chosen, staff, asking);
      if (!next) throw new Refusal(caseViolation('no-review-to-take'));
      const { caseId, review } = next;
      const choice = { type: 'ReviewSelected', data: { caseId, review } } as const;
      await this.selections.add(request, chosen.length, choice);
    }
    throw new HttpProblem('concurrent-change');
  }

  async #chosen(request: Omit<CaseRequest, 'caseId'>): Promise<readonly Choice[]> {
    const events = await this.selections.of(request);
    return events.flatMap(({ type, data }) => (type === 'ReviewSelected' ? [data] : []));
  }

  /** Null where somebody else was quicker, or the review is over. */
  async #claim(
    { caseId, review }: Choice,
    request: Omit<CaseRequest, 'caseId'>,
  ): Promise<CaseAnswer | null> {
    try {
      return await this.cases.send({ ...request, caseId }, { type: 'ClaimReview', review });
    } catch (error) {
      if (error instanceof Refusal) return null;
      throw error;
    }
  }

  async #candidate(
    wanted: Wanted,
    chosen: readonly Choice[],
    staff: StaffFacts,
    asking: Asking,
  ): Promise<QueuedReview | undefined> {
    const filters = { ...wanted, state: 'waiting', takeable: true } as const;
    const tried = new Set(chosen.map(({ caseId, review }) => `${caseId}/${review}`));
    for (let after: string | undefined; ;) {
      const page =
        after === undefined ? { limit: CANDIDATES_FIRST } : { limit: CANDIDATES_MORE, after };
      const found = await this.queries.queue(filters, page, asking);
      for (const { document } of found.documents) {
        if (tried.has(`${document.caseId}/${document.review}`)) continue;
        if (obstaclesOf(document, staff, asking.caller).length > 0) continue;
        if (await this.#stillWaits(document, asking)) return document;
      }
      if (found.next === undefined) return undefined;
      after = found.next;
    }
  }

  /** As the case itself says: the queue is a view, and shows for a moment what was taken already. */
  async #stillWaits({ caseId, review }: QueuedReview, { signal }: Asking): Promise<boolean> {
    const stream = caseStream(caseId);
    const { state } = await foldStream(this.store, stream, caseDecider, caseEvents, { signal });
    return waits(state, review, this.clock.now());
  }
}
