/**
 * Gives all that somebody holds to somebody else. What they hold is written down first, and what came of
 * each review before it is answered: a request that is repeated, also after a crash in the middle, goes
 * on with the same reviews, gives each once, and is answered as it was the first time.
 */
import { Inject, Injectable } from '@nestjs/common';
import { Turns } from '#infra/command-handler/turns';
import { EVENT_STORE, type EventStore } from '#infra/event-store/event-store.port';
import { notFoundHere, Refusal } from '#infra/http/problem';
import { CaseCommands, type CaseRequest } from '../case.commands.ts';
import { caseViolation } from '../case.violations.ts';
import { CaseQueries, type Asking } from '../case.queries.ts';
import { staffFactsOf } from './staff-facts.ts';
import { type WorkReassigned, type WorkSelected } from './selection.events.ts';
import { Selections } from './selections.ts';

type Selected = WorkSelected['data'];
type Request = Omit<CaseRequest, 'caseId'>;

/** Nobody holds more at once; who does is asked about again. */
const AT_ONCE_MAX = 100;

export class ReassignedReview {
  caseId!: string;
  review!: number;
  /** Null where it was given; else the code of the rule that forbids it. */
  refused!: string | null;
  /** Where that is `assignee-not-eligible`, the code of the rule that makes them so. */
  why?: string;
}

@Injectable()
export class ReassignWork {
  /** The same request several times at once is worked through by the first, and repeated by the rest. */
  readonly #turns = new Turns();

  constructor(
    private readonly cases: CaseCommands,
    private readonly queries: CaseQueries,
    private readonly selections: Selections,
    @Inject(EVENT_STORE) private readonly store: EventStore,
  ) {}

  /** @throws HttpProblem not-found-here, idempotency-key-reused; Refusal assignee-unknown, assignee-is-holder */
  async reassign(
    request: Request,
    who: { readonly from: string; readonly to: string },
    asking: Asking,
  ): Promise<readonly ReassignedReview[]> {
    const { platform } = asking.caller.principal;
    const holder = await staffFactsOf(this.store, { platform, id: who.from }, asking.signal);
    if (holder.revision < 0) throw notFoundHere('principalId');
    const { from, to } = who;
    if (to === from) throw new Refusal(caseViolation('assignee-is-holder', { field: 'to' }));
    const assignee = await staffFactsOf(this.store, { platform, id: to }, asking.signal);
    if (assignee.revision < 0)
      throw new Refusal(caseViolation('assignee-unknown', { field: 'to', params: { to } }));
    const { commandId } = this.cases.identify(request);
    return this.#turns.take(commandId, () => this.#inTurn(request, who, asking));
  }

  async #inTurn(
    request: Request,
    { from, to }: { readonly from: string; readonly to: string },
    asking: Asking,
  ): Promise<readonly ReassignedReview[]> {
    let { selected, reassigned } = await this.#written(request);
    if (!selected) {
      const data = { from, to, reviews: await this.#heldBy(from, asking) };
      await this.selections.add(request, 0, { type: 'WorkSelected', data });
      ({ selected, reassigned } = await this.#written(request));
    }
    const items: ReassignedReview[] = [];
    for (const [index, { caseId, review }] of selected!.reviews.entries()) {
      // What was refused then is not tried again: by now it might be given.
      const before = reassigned?.items[index];
      const said = before?.refused ? {} : await this.#give(caseId, review, selected!, request);
      items.push({ caseId, review, refused: null, ...said });
    }
    if (reassigned) return reassigned.items;
    await this.selections.add(request, 1, { type: 'WorkReassigned', data: { items } });
    return (await this.#written(request)).reassigned!.items;
  }

  async #written(
    request: Request,
  ): Promise<{ selected?: Selected; reassigned?: WorkReassigned['data'] }> {
    const [first, second] = await this.selections.of(request);
    return {
      ...(first?.type === 'WorkSelected' && { selected: first.data }),
      ...(second?.type === 'WorkReassigned' && { reassigned: second.data }),
    };
  }

  async #heldBy(from: string, asking: Asking): Promise<Selected['reviews']> {
    const held = { state: 'claimed', claimedBy: from } as const;
    const { documents } = await this.queries.queue(held, { limit: AT_ONCE_MAX }, asking);
    return documents.map(({ document: { caseId, review } }) => ({ caseId, review }));
  }

  /** A review that this request has given before is given no second time, and sets the same headers. */
  async #give(
    caseId: string,
    review: number,
    { from, to }: Selected,
    request: Request,
  ): Promise<Pick<ReassignedReview, 'refused' | 'why'>> {
    try {
      await this.cases.send({ ...request, caseId }, { type: 'ReassignReview', review, from, to });
      return { refused: null };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { code, params } = error.violation;
      return { refused: code, ...(typeof params?.why === 'string' && { why: params.why }) };
    }
  }
}
