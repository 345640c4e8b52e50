/**
 * Gives all that somebody holds to somebody else. What they hold is written down first: a request that
 * is repeated, also after a crash in the middle, goes on with the same reviews, and each is given once.
 */
import { Inject, Injectable } from '@nestjs/common';
import { eventIdOf } from '#infra/command-handler/command-handler';
import { RevisionConflict } from '#infra/event-store/event-store.errors';
import { EVENT_STORE, type EventStore } from '#infra/event-store/event-store.port';
import { HttpProblem, notFoundHere, Refusal } from '#infra/http/problem';
import { CLOCK, type Clock } from '#kernel/clock';
import { type NewEvent } from '#kernel/envelope';
import { CaseCommands, type CaseRequest } from '../case.commands.ts';
import { CaseQueries, type Asking } from '../case.queries.ts';
import { staffFactsOf } from './staff-facts.ts';
import { selectionEvents, selectionStream, type WorkSelected } from './selection.events.ts';

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
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(CLOCK) private readonly clock: Clock,
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
    const identity = this.cases.identify(request);
    let selected = await this.#selected(identity);
    if (!selected) {
      await this.#select(
        { from, to, reviews: await this.#heldBy(from, asking) },
        identity,
        request,
      );
      selected = (await this.#selected(identity))!;
    }
    const answers: ReassignedReview[] = [];
    for (const { caseId, review } of selected.reviews) {
      answers.push({
        caseId,
        review,
        refused: await this.#give(caseId, review, selected, request),
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

  async #selected(identity: {
    commandId: string;
    requestDigest: string;
  }): Promise<Selected | undefined> {
    for await (const event of this.store.readStream(selectionStream(identity.commandId))) {
      if (event.metadata.requestDigest !== identity.requestDigest) {
        throw new HttpProblem('idempotency-key-reused');
      }
      return (selectionEvents.upcast(event) as unknown as WorkSelected).data;
    }
    return undefined;
  }

  async #select(
    data: Selected,
    { commandId, requestDigest }: { commandId: string; requestDigest: string },
    { caller }: Omit<CaseRequest, 'caseId'>,
  ): Promise<void> {
    const stream = selectionStream(commandId);
    const at = this.clock.now();
    const event: NewEvent = {
      id: eventIdOf(commandId, stream, 0),
      type: 'WorkSelected',
      schemaVersion: 1,
      data,
      metadata: {
        platform: caller.principal.platform,
        actor: caller.actor,
        occurredAt: at,
        recordedAt: at,
        commandId,
        requestDigest,
        correlationId: commandId,
        causationId: commandId,
      },
    };
    try {
      await this.store.append(stream, 'no-stream', [event]);
    } catch (error) {
      // The same request at the same time has selected: what it selected is read.
      if (!(error instanceof RevisionConflict)) throw error;
    }
  }
}
