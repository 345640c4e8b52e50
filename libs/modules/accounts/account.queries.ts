import { Inject, Injectable } from '@nestjs/common';
import { type Caller } from '#infra/auth/caller';
import { foldStream } from '#infra/command-handler/fold-stream';
import { EVENT_STORE, type EventStore } from '#infra/event-store/event-store.port';
import { type GivenToken } from '#infra/http/position-token';
import { hiddenHere, notFoundHere } from '#infra/http/problem';
import { ViewReader } from '#infra/projector/view-reader';
import { type Page } from '#infra/read-store/read-store.port';
import { isUuid } from '#kernel/ids';
import { type AccountDetail, accountDetailView } from './account-detail.view.ts';
import { accountDecider } from './account.decider.ts';
import { type AccountListQuery } from './account.dto.ts';
import { accountEvents } from './account.events.ts';
import { accountStream, type AccountState } from './account.state.ts';

@Injectable()
export class AccountQueries {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    private readonly views: ViewReader,
  ) {}

  /** From its stream, so always as it is now. @throws HttpProblem not-found-here, also for one of another platform */
  async account(
    accountId: string,
    { principal }: Caller,
    signal: AbortSignal,
  ): Promise<AccountState> {
    if (!isUuid(accountId)) throw notFoundHere('accountId');
    const { state, platform } = await foldStream(
      this.store,
      accountStream(accountId),
      accountDecider,
      accountEvents,
      { signal },
    );
    if (!state.registered) throw notFoundHere('accountId');
    if (platform !== principal.platform) throw hiddenHere('platform', 'accountId');
    return state;
  }

  async list(
    { standing, cursor, limit }: AccountListQuery,
    { principal }: Caller,
    token: GivenToken | undefined,
    signal: AbortSignal,
  ): Promise<Page<AccountDetail>> {
    const store = await this.views.read<AccountDetail>(accountDetailView.name, token, signal);
    return store.find({
      where: { platform: principal.platform, ...(standing && { standing }) },
      orderBy: [{ field: 'registeredAt', direction: 'desc' }],
      after: cursor,
      limit,
    });
  }
}
