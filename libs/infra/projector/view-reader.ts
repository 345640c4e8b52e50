/** What queries read views through: the version that serves, once it has reached one's own write. */
import { Inject, Injectable } from '@nestjs/common';
import { START, type Position } from '#kernel/position';
import { EVENT_STORE, type EventStore } from '../event-store/event-store.port.ts';
import { type GivenToken, positionOfToken, positionToken } from '../http/position-token.ts';
import { HttpProblem } from '../http/problem.ts';
import { READ_STORE, type ReadStore, type ViewStore } from '../read-store/read-store.port.ts';
import { Projector } from './projector.ts';
import { ViewBehind } from './view-behind.ts';

/** How long a query waits for its view before it answers 503. */
const WAIT_MS = 2_000;

@Injectable()
export class ViewReader {
  constructor(
    @Inject(EVENT_STORE) private readonly eventStore: EventStore,
    @Inject(READ_STORE) private readonly readStore: ReadStore,
    private readonly projector: Projector,
  ) {}

  /**
   * @param token position token of a write that the answer must show, if any.
   * @throws StoreUnusable where the view cannot pass a damage of the log;
   *   HttpProblem view-behind when the view is not there in time, with how far it is;
   *   position-unknown for a token beyond the end of the log, and what `positionOfToken` throws
   */
  async read<D extends object>(
    view: string,
    token: GivenToken | undefined,
    signal?: AbortSignal,
  ): Promise<ViewStore<D>> {
    const position = token === undefined ? START : positionOfToken(token, this.eventStore.storeId);
    const reached = this.projector.reached(view) ?? START;
    if (token) await this.#assertGiven(position, token.field, reached, signal);
    try {
      const limits = { deadlineMs: WAIT_MS, ...(signal ? { signal } : {}) };
      await this.projector.waitFor(view, position, limits);
      const store = await this.readStore.serving<D>(view);
      if (store) return store;
      throw new ViewBehind(view, position, START);
    } catch (error) {
      if (!(error instanceof ViewBehind)) throw error;
      // Waiting longer would be no use, which is what `view-behind` asks for.
      if (this.projector.damage) throw this.projector.damage;
      const reached = positionToken(this.eventStore.storeId, error.reached);
      throw new HttpProblem('view-behind', { params: { view, reached }, cause: error });
    }
  }

  /**
   * What the log never gave is not waited for. The log is asked only where there would be a wait: a
   * position that the view has passed needs none, and any store can say where its log ends.
   */
  async #assertGiven(
    position: Position,
    field: string,
    reached: Position,
    signal?: AbortSignal,
  ): Promise<void> {
    if (position <= reached) return;
    const head = await this.eventStore.head(signal ? { signal } : {});
    if (position > head) throw new HttpProblem('position-unknown', { field });
  }
}
