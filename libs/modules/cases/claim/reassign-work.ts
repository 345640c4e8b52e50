/**
 * Gives all that somebody holds to somebody else. What they hold is written down first: a request that
 * is repeated, also after a crash in the middle, goes on with the same reviews, and each is given once.
 */
import { Inject, Injectable } from '@nestjs/common';
import { EVENT_STORE, type EventStore } from '#infra/event-store/event-store.port';
import { notFoundHere, Refusal } from '#infra/http/problem';
import { CaseCommands, type CaseRequest } from '../case.commands.ts';
import { CaseQueries, type Asking } from '../case.queries.ts';
import { staffFactsOf } from './staff-facts.ts';
import { type WorkSelected } from './selection.events.ts';
import { Selections } from './selections.ts';

type Selected = WorkSelected['data'];

/** Nobody holds more at once; who does is asked about again. */
const AT_ONCE_MAX = 100;

export class ReassignedReview {
  caseId!: string;
  review!: number;
  /** Null where it was given; else the code of the rule that forbids it. */
  refused!: string | null;
}

@Injectable()
export class ReassignWork {
  constructor(
    private readonly cases: CaseCommands,
    private readonly queries: CaseQueries,
    private readonly selections: Selections,
    @Inject(EVENT_STORE) private readonly store: EventStore,
  ) {}

  /** @throws HttpProblem not-found-here, idempotency-key-reused */
  async reassign(
    request: Omit<CaseRequest, 'caseId'>,
    { from, to }: { readonly from: string; readonly to: string },
    asking: Asking,
  ): Promise<readonly ReassignedReview[]> {
    const { platform } = asking.caller.principal;
    const holder = await staffFactsOf(this.store, { platform, id: from }, asking.signal);
    if (holder.revision < 0) throw notFoundHere('principalId');
    let [selected] = await this.selections.of<WorkSelected>(request);
    if (!selected) {
      const data = { from, to, reviews: await this.#heldBy(from, asking) };
      await this.selections.add(request, 0, { type: 'WorkSelected', data });
      [selected] = await this.selections.of<WorkSelected>(request);
    }
    const answers: ReassignedReview[] = [];
    for (const { caseId, review } of selected!.reviews) {
      answers.push({
        caseId,
        review,
        refused: await this.#give(caseId, review, selected!, request),
      });
    }
    return answers;
  }

  async #heldBy(from: string, asking: Asking): Promise<Selected['reviews']> {
    const where = { state: 'claimed', claimedBy: from };
    const { documents } = await this.queries.queue(where, { limit: AT_ONCE_MAX }, asking);
    return documents.map(({ document: { caseId, review } }) => ({ caseId, review }));
  }

  async #give(
    caseId: string,
    review: number,
    { from, to }: Selected,
    request: Omit<CaseRequest, 'caseId'>,
  ): Promise<string | null> {
    try {
      await this.cases.send({ ...request, caseId }, { type: 'ReassignReview', review, from, to });
      return null;
    } catch (error) {
      if (error instanceof Refusal) return error.violation.code;
      throw error;
    }
  }
}
