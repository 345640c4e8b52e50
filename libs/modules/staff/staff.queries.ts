import { Inject, Injectable } from '@nestjs/common';
import { type Caller } from '#infra/auth/caller';
import { foldStream } from '#infra/command-handler/fold-stream';
import { EVENT_STORE, type EventStore } from '#infra/event-store/event-store.port';
import { type GivenToken } from '#infra/http/position-token';
import { notFoundHere } from '#infra/http/problem';
import { ViewReader } from '#infra/projector/view-reader';
import { type Page } from '#infra/read-store/read-store.port';
import { type StaffEntry, staffDirectoryView } from './staff-directory.view.ts';
import { staffDecider } from './staff.decider.ts';
import { type StaffListQuery } from './staff.dto.ts';
import { staffEvents } from './staff.events.ts';
import { staffIdOf, type StaffState, staffStream } from './staff.state.ts';

@Injectable()
export class StaffQueries {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    private readonly views: ViewReader,
  ) {}

  /** From their stream, so always as it is now. @throws HttpProblem not-found-here */
  async member(
    principalId: string,
    { principal }: Caller,
    signal: AbortSignal,
  ): Promise<StaffState> {
    const { state, platform } = await foldStream(
      this.store,
      staffStream(staffIdOf(principal.platform, principalId)),
      staffDecider,
      staffEvents,
      { signal },
    );
    if (platform !== principal.platform) throw notFoundHere('principalId');
    return state;
  }

  async list(
    { status, cursor, limit }: StaffListQuery,
    { principal }: Caller,
    token: GivenToken | undefined,
    signal: AbortSignal,
  ): Promise<Page<StaffEntry>> {
    const store = await this.views.read<StaffEntry>(staffDirectoryView.name, token, signal);
    return store.find({
      where: { platform: principal.platform, ...(status && { status }) },
      orderBy: [{ field: 'principalId', direction: 'asc' }],
      after: cursor,
      limit,
    });
  }
}
