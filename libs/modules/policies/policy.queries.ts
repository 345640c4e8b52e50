import { Inject, Injectable } from '@nestjs/common';
import { type Caller } from '#infra/auth/caller';
import { foldStream } from '#infra/command-handler/fold-stream';
import { EVENT_STORE, type EventStore } from '#infra/event-store/event-store.port';
import { type GivenToken } from '#infra/http/position-token';
import { notFoundHere } from '#infra/http/problem';
import { ViewReader } from '#infra/projector/view-reader';
import { type Page } from '#infra/read-store/read-store.port';
import { type PolicyEntry, policyDirectoryView } from './policy-directory.view.ts';
import { policyDecider } from './policy.decider.ts';
import { keySchema } from './policy.definition.ts';
import { type PolicyListQuery } from './policy.dto.ts';
import { policyEvents } from './policy.events.ts';
import { type PolicyState, policyStream } from './policy.state.ts';

@Injectable()
export class PolicyQueries {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    private readonly views: ViewReader,
  ) {}

  /** From its stream, so always as it is now. @throws HttpProblem not-found-here */
  async policy(key: string, { principal }: Caller, signal: AbortSignal): Promise<PolicyState> {
    if (!keySchema.safeParse(key).success) throw notFoundHere('key');
    const { state, platform } = await foldStream(
      this.store,
      policyStream(principal.platform, key),
      policyDecider,
      policyEvents,
      { signal },
    );
    if (platform !== principal.platform) throw notFoundHere('key');
    return state;
  }

  async list(
    { retired, cursor, limit }: PolicyListQuery,
    { principal }: Caller,
    token: GivenToken | undefined,
    signal: AbortSignal,
  ): Promise<Page<PolicyEntry>> {
    const store = await this.views.read<PolicyEntry>(policyDirectoryView.name, token, signal);
    return store.find({
      where: { platform: principal.platform, ...(retired !== undefined && { retired }) },
      orderBy: [{ field: 'key', direction: 'asc' }],
      after: cursor,
      limit,
    });
  }
}
