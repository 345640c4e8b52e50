/** What queries read views through: the version that serves, once it has reached one's own write. */
import { Inject, Injectable } from '@nestjs/common';
import { EVENT_STORE, type EventStore } from '../event-store/event-store.port.ts';
import { positionOfToken } from '../http/position-token.ts';
import { READ_STORE, type ReadStore, type ViewStore } from '../read-store/read-store.port.ts';
import { Projector } from './projector.ts';
import { ViewBehind } from './view-behind.ts';
import { START } from '#kernel/position';

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
   * @throws ViewBehind when the view is not there in time; HttpProblem for a bad token
   */
  async read<D extends object>(
    view: string,
    token: string | undefined,
    signal?: AbortSignal,
  ): Promise<ViewStore<D>> {
    const position = token === undefined ? START : positionOfToken(token, this.eventStore.storeId);
    const limits = { deadlineMs: WAIT_MS, ...(signal ? { signal } : {}) };
    await this.projector.waitFor(view, position, limits);
    const store = await this.readStore.serving<D>(view);
    if (!store) throw new ViewBehind(view, position, START);
    return store;
  }
}
