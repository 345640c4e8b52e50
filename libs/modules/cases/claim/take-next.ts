/**
 * Takes the most urgent review that the caller may take. Each choice is written down before it is
 * tried, so a request that is repeated, at once or after a crash, ends in the same one claim.
 */
import { Inject, Injectable } from '@nestjs/common';
import { eventIdOf } from '#infra/command-handler/command-handler';
import { RevisionConflict } from '#infra/event-store/event-store.errors';
import { EVENT_STORE, type EventStore } from '#infra/event-store/event-store.port';
import { HttpProblem, Refusal } from '#infra/http/problem';
import { type Where } from '#infra/read-store/read-store.port';
import { CLOCK, type Clock } from '#kernel/clock';
import { type NewEvent } from '#kernel/envelope';
import { CaseCommands, type CaseAnswer, type CaseRequest } from '../case.commands.ts';
import { CaseQueries, type Asking } from '../case.queries.ts';
import { type StaffFacts } from '../case.facts.ts';
import { type QueuedReview } from '../views/review-queue.view.ts';
import { obstaclesOf } from './queue-obstacles.ts';
import { selectionEvents, selectionStream, type ReviewSelected } from './selection.events.ts';
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
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @returns null where nothing waits that the caller may take. */
  async take(
    request: Omit<CaseRequest, 'caseId'>,
    where: Where,
    asking: Asking,
  ): Promise<CaseAnswer | null> {
    const identity = this.cases.identify(request);
    const staff = await staffFactsOf(this.store, asking.caller.principal, asking.signal);
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      const chosen = await this.#chosen(identity);
      const last = chosen.at(-1);
      const taken = last && (await this.#claim(last, request));
      if (taken) return taken;
      const next = await this.#candidate(where, chosen, staff, asking);
      if (!next) return null;
      await this.#choose(next, chosen.length, identity, request);
    }
    return null;
  }

  async #chosen(identity: { commandId: string; requestDigest: string }): Promise<Choice[]> {
    const chosen: Choice[] = [];
    for await (const event of this.store.readStream(selectionStream(identity.commandId))) {
      if (event.metadata.requestDigest !== identity.requestDigest) {
        throw new HttpProblem('idempotency-key-reused');
      }
      chosen.push((selectionEvents.upcast(event) as unknown as ReviewSelected).data);
    }
    return chosen;
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

  async #choose(
    { caseId, review }: QueuedReview,
    index: number,
    { commandId, requestDigest }: { commandId: string; requestDigest: string },
    { caller }: Omit<CaseRequest, 'caseId'>,
  ): Promise<void> {
    const stream = selectionStream(commandId);
    const at = this.clock.now();
    const event: NewEvent = {
      id: eventIdOf(commandId, stream, index),
      type: 'ReviewSelected',
      schemaVersion: 1,
      data: { caseId, review },
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
      await this.store.append(stream, index === 0 ? 'no-stream' : index - 1, [event]);
    } catch (error) {
      // The same request at the same time has chosen: what it chose is read and tried.
      if (!(error instanceof RevisionConflict)) throw error;
    }
  }
}
