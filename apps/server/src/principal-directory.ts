/**
 * What a principal may be right now, from their own streams: staff roles from the registry, the
 * applicant's role from an account. Nothing is cached beyond what was read, so a revocation holds at
 * the next request, whatever the token says.
 */
import { type AccessLog, type Denial } from '#infra/auth/access-log.port';
import { type Principal } from '#infra/auth/caller';
import { type PrincipalDirectory, type Standing } from '#infra/auth/principal-directory.port';
import { FactFolds } from '#infra/command-handler/fact-folds';
import { type EventStore } from '#infra/event-store/event-store.port';
import { type Role } from '#kernel/actor';
import { accountOfCase } from '#modules/access/case-viewer';
import { type AccessRecorder } from '#modules/access/access-recorder';
import { accountDecider, accountEvents, accountIdOf, accountStream } from '#modules/accounts/index';
import { isActive, staffDecider, staffEvents, staffIdOf, staffStream } from '#modules/staff/index';

export class StreamPrincipalDirectory implements PrincipalDirectory {
  readonly #folds: FactFolds;

  constructor(store: EventStore) {
    this.#folds = new FactFolds(store);
  }

  async resolve(
    { platform, id, kind }: Principal,
    signal: AbortSignal,
  ): Promise<Standing | undefined> {
    const staffId = staffIdOf(platform, id);
    const accountId = accountIdOf(platform, id);
    const [staff, account] = await Promise.all([
      this.#folds.fold(staffStream(staffId), staffDecider, staffEvents, { signal }),
      this.#folds.fold(accountStream(accountId), accountDecider, accountEvents, { signal }),
    ]);
    // The registry enrolled one kind of principal: a key of the same name is somebody else.
    const isOfStaff = staff.state.kind === kind;
    const works = isActive(staff.state) && isOfStaff;
    // Who is suspended is still of the staff: nobody that registers here as an applicant.
    const isKnown = staff.state.status === 'suspended' && isOfStaff;
    const applies = account.state.registered && !account.state.closed && kind === 'person';
    if (!works && !applies && !isKnown) return undefined;
    const roles: Role[] = [
      ...(works ? staff.state.roles : []),
      ...(applies ? (['applicant'] as const) : []),
    ];
    return { roles, ...(works && { staffId }), ...(applies && { accountId }) };
  }
}

/** Refused attempts go to the access stream of their platform. */
export class RecordedAccessLog implements AccessLog {
  constructor(
    private readonly recorder: AccessRecorder,
    private readonly store: EventStore,
  ) {}

  /** An attempt at a case is found by the case's account too, as every other look at it. */
  async denied({ id, platform, actor, principalId, roles, at, ...denial }: Denial): Promise<void> {
    const { caseId } = at;
    const ofCase = caseId && (await accountOfCase(caseId, platform, this.store));
    const about = ofCase ? { accountId: ofCase } : {};
    const data = { principalId, roles: [...roles], ...denial, ...at, ...about };
    await this.recorder.record({
      id,
      platform,
      actor,
      ...about,
      event: { type: 'AccessDenied', data },
    });
  }
}
