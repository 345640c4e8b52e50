/**
 * What requests chose before they acted on it, in a stream a request: a request that is repeated, at
 * once or after a crash, reads there what the first one chose.
 */
import { Inject, Injectable } from '@nestjs/common';
import { eventIdOf, metadataOf } from '#infra/command-handler/command-handler';
import { RevisionConflict } from '#infra/event-store/event-store.errors';
import { EVENT_STORE, type EventStore } from '#infra/event-store/event-store.port';
import { HttpProblem } from '#infra/http/problem';
import { CLOCK, type Clock } from '#kernel/clock';
import { CaseCommands, type CaseRequest } from '../case.commands.ts';
import { selectionEvents, selectionStream, type SelectionEvent } from './selection.events.ts';

@Injectable()
export class Selections {
  constructor(
    private readonly cases: CaseCommands,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** In the order of writing. @throws HttpProblem idempotency-key-reused */
  async of(request: Pick<CaseRequest, 'origin' | 'body'>): Promise<readonly SelectionEvent[]> {
    const { commandId, requestDigest } = this.cases.identify(request);
    const chosen: SelectionEvent[] = [];
    for await (const event of this.store.readStream(selectionStream(commandId))) {
      if (event.metadata.requestDigest !== requestDigest) {
        throw new HttpProblem('idempotency-key-reused');
      }
      chosen.push(selectionEvents.upcast(event) as unknown as SelectionEvent);
    }
    return chosen;
  }

  /** As the `index`-th of the request. Where the same request, at the same time, has written it, that stands. */
  async add(
    request: Pick<CaseRequest, 'origin' | 'body' | 'caller'>,
    index: number,
    { type, data }: SelectionEvent,
  ): Promise<void> {
    const { principal, actor } = request.caller;
    const envelope = { ...this.cases.identify(request), platform: principal.platform, actor };
    const stream = selectionStream(envelope.commandId);
    const event = {
      id: eventIdOf(envelope.commandId, stream, index),
      type,
      schemaVersion: 1,
      data,
      metadata: metadataOf(envelope, this.clock.now()),
    };
    try {
      await this.store.append(stream, index === 0 ? 'no-stream' : index - 1, [event]);
    } catch (error) {
      if (!(error instanceof RevisionConflict)) throw error;
    }
  }
}
