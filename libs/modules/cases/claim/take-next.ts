/**
 * Takes the most urgent review that the caller may take. Each choice is written down before it is
 * tried, so a request that is repeated, at once or after a crash, ends in the same one claim.
 */
import { Inject, Injectable } from '@nestjs/common';
import { EVENT_STORE, type EventStore } from '#infra/event-store/event-store.port';
import { Refusal } from '#infra/http/problem';
import { type Where } from '#infra/read-store/read-store.port';
import { CaseCommands, type CaseAnswer, type CaseRequest } from '../case.commands.ts';
import { CaseQueries, type Asking } from '../case.queries.ts';
import { type StaffFacts } from '../case.facts.ts';
import { type QueuedReview } from '../views/review-queue.view.ts';
import { obstaclesOf } from './queue-obstacles.ts';
import { type ReviewSelected } from './selection.events.ts';
import { Selections } from './selections.ts';
import { staffFactsOf } from './staff-facts.ts';

type Choice = ReviewSelected['data'];

/** Candidates looked at in one page, and how often somebody else may be quicker. */
const CANDIDATES = 50;
const TRIES_MAX = 25;
/** A review without a due time was imported, with no rules to review it by: nobody may take it. */
const TAKEABLE: Where = { state: 'waiting', dueAt: { gt: '' } };

@Injectable()
export class TakeNext {
  constructor(
    private readonly cases: CaseCommands,
    private readonly queries: CaseQueries,
    private readonly selections: Selections,
    @Inject(EVENT_STORE) private readonly store: EventStore,
  ) {}

  /** @returns null where nothing waits that the caller may take. */
  async take(
    request: Omit<CaseRequest, 'caseId'>,
    where: Where,
    asking: Asking,
  ): Promise<CaseAnswer | null> {
    const staff = await staffFactsOf(this.store, asking.caller.principal, asking.signal);
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      const chosen = await this.selections.of<ReviewSelected>(request);
      const last = chosen.at(-1);
      const taken = last && (await this.#claim(last, request));
      if (taken) return taken;
      const next = await this.#candidate(where, chosen, staff, asking);
      if (!next) return null;
      const { caseId, review } = next;
      const choice = { type: 'ReviewSelected', data: { caseId, review } } as const;
      await this.selections.add(request, chosen.length, choice);
    }
    return null;
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
    where: Where,
    chosen: readonly Choice[],
    staff: StaffFacts,
    asking: Asking,
  ): Promise<QueuedReview | undefined> {
    const tried = new Set(chosen.map(({ caseId, review }) => `${caseId}/${review}`));
    for (let after: string | undefined; ;) {
      const page = { limit: CANDIDATES, ...(after === undefined ? {} : { after }) };
      const found = await this.queries.queue({ ...where, ...TAKEABLE }, page, asking);
      const candidate = found.documents.find(
        ({ document }) =>
          !tried.has(`${document.caseId}/${document.review}`) &&
          obstaclesOf(document, staff, asking.caller).length === 0,
      );
      if (candidate || found.next === undefined) return candidate?.document;
      after = found.next;
    }
  }
}
