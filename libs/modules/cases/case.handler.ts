/**
 * Commands to cases: gathers the facts from the streams that hold them, and runs the decision. What
 * personal data a command carries is sealed first and stored before its events are appended.
 */
import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import {
  CommandExecutor,
  type CommandEnvelope,
  type CommandOutcome,
} from '#infra/command-handler/command-handler';
import { FactFolds } from '#infra/command-handler/fact-folds';
import { type FoldedStream } from '#infra/command-handler/fold-stream';
import { EVENT_STORE, type EventStore } from '#infra/event-store/event-store.port';
import { Sealer } from '#infra/vault/sealer';
import {
  VAULT,
  VaultUnavailable,
  type IdentityKey,
  type Vault,
  type VaultRecord,
} from '#infra/vault/vault.port';
import { CLOCK, type Clock } from '#kernel/clock';
import { isDocumentNumber, normaliseDocumentNumber } from '#kernel/document-number';
import { type Instant } from '#kernel/instants';
import { isViolation } from '#kernel/violation';
import {
  accountDecider,
  accountEvents,
  accountIdOf,
  accountStream,
  standingOf,
} from '#modules/accounts/index';
import { platformMissing } from '#modules/platforms/index';
import {
  belongsTo,
  policyDecider,
  policyEvents,
  policyStream,
  versionInForce,
  versionOf,
  type PolicyDefinition,
  type PolicyState,
} from '#modules/policies/index';
import { findReason } from '#modules/reasons/index';
import { staffDecider, staffEvents, staffIdOf, staffStream } from '#modules/staff/index';
import { caseDecider, caseStream, type CaseCommand } from './case.decider.ts';
import { caseEvents, type CaseEvent, type Reason } from './case.events.ts';
import {
  type AccountFacts,
  type CaseFacts,
  type CheckedAnew,
  type IdentityFact,
  type StaffFacts,
} from './case.facts.ts';
import { CaseMessage } from './case.message.ts';
import { type CaseState } from './case.state.ts';
import { checkAnew, toCheckAnew } from './draft/checked-anew.ts';
import { todayUnder } from './draft/material-intake.ts';
import { factsIn } from './claim/staff-facts.ts';
import { platformClock } from './due/platform-clock.ts';
import { caseViolation } from './case.violations.ts';
import { birthDatePairs, disagreeing, type BirthDatePair } from './screen/birth-dates.ts';

const UNDER_POLICY: ReadonlySet<CaseCommand['type']> = new Set([
  'OpenCase',
  'ProvideMaterial',
  'ApplyPolicyChange',
  'SubmitCase',
  'AssessDraft',
  'ProvideAppealEvidence',
]);

const MAY_APPROVE: ReadonlySet<CaseCommand['type']> = new Set(['ApproveCase', 'GrantAppeal']);
const ASKS_IDENTITY: ReadonlySet<CaseCommand['type']> = new Set(['ScreenCase']);
const MOVES: ReadonlySet<CaseCommand['type']> = new Set(['ApplyPolicyChange', 'SubmitCase']);
const COMPARES: ReadonlySet<CaseCommand['type']> = new Set(['ScreenCase', 'AssessDraft']);

@CommandHandler(CaseMessage)
export class CaseHandler implements ICommandHandler<CaseMessage> {
  readonly #folds: FactFolds;
  readonly #vault: Vault;
  readonly #clock: Clock;
  readonly #executor: CommandExecutor;

  constructor(
    @Inject(EVENT_STORE) store: EventStore,
    @Inject(VAULT) vault: Vault,
    @Inject(CLOCK) clock: Clock,
  ) {
    this.#folds = new FactFolds(store);
    this.#vault = vault;
    this.#clock = clock;
    this.#executor = new CommandExecutor(store, clock);
  }

  async execute({
    caseId,
    envelope,
    intent,
  }: CaseMessage): Promise<CommandOutcome<CaseState, CaseEvent>> {
    let sealer: Sealer | undefined;
    const begins = typeof intent !== 'function' && intent.type === 'OpenCase';
    const missing = begins && (await platformMissing(this.#folds, envelope));
    if (missing) return { kind: 'refused', violation: missing };
    const command =
      typeof intent === 'function'
        ? (state: CaseState) => {
            const { platform, commandId } = envelope;
            const { subjectId } = state;
            sealer = new Sealer(this.#vault, { platform, subjectId }, commandId);
            return intent({ state, sealer, policy: () => this.#policyOf(platform, state) });
          }
        : intent;
    return this.#executor.execute(envelope, command, {
      decider: caseDecider,
      catalogue: caseEvents,
      stream: caseStream(caseId),
      notFound: caseViolation('case-not-found'),
      // Of another applicant's case not even its version is told, which If-Match would be answered with.
      visible: ({ accountId }, { role, id }) =>
        role !== 'applicant' || accountId === accountIdOf(envelope.platform, id),
      begins,
      version: ({ version }) => version,
      facts: (state, command) => this.#facts(caseId, state, command, envelope),
      beforeAppend: async () => sealer?.store(),
      about: ({ accountId, policyKey, policyVersion }) => ({
        accountId,
        policyVersion: `${policyKey}@${policyVersion}`,
      }),
    });
  }

  async #facts(
    caseId: string,
    state: CaseState,
    command: CaseCommand,
    { platform, actor }: CommandEnvelope,
  ): Promise<CaseFacts> {
    const accountId = command.type === 'OpenCase' ? command.accountId : state.accountId;
    const now = this.#clock.now();
    const [clock, account, staff, assignee, policies, identityTaken] = await Promise.all([
      platformClock(this.#folds, platform),
      this.#account(platform, accountId),
      actor.role && actor.role !== 'applicant' ? this.#staff(platform, actor.id) : undefined,
      this.#assignee(platform, command),
      UNDER_POLICY.has(command.type) ? this.#policies(platform, state, command, now) : undefined,
      ASKS_IDENTITY.has(command.type) ? this.#identityTaken(platform, state) : undefined,
    ]);
    const asked = (state.rules ?? policies?.policyInForce)?.materials ?? [];
    const birthDates = COMPARES.has(command.type)
      ? await this.#birthDates(platform, command, birthDatePairs(state.materials, asked))
      : undefined;
    const checkedAnew = MOVES.has(command.type)
      ? await this.#checkedAnew(platform, state, policies, now)
      : undefined;
    const facts: CaseFacts = {
      ...clock,
      ...(account && { account }),
      ...(staff && { staff }),
      ...(assignee && { assignee }),
      ...policies,
      ...(identityTaken === undefined ? {} : { identityTaken }),
      ...(birthDates === undefined ? {} : { birthDates }),
      ...(checkedAnew && { checkedAnew }),
      knownReason: (code) => findReason(code) !== undefined,
    };
    if (!MAY_APPROVE.has(command.type)) return facts;
    return {
      ...facts,
      identity: await this.#identity(caseId, state, command, facts, platform, {
        at: now,
        by: actor,
      }),
    };
  }

  async #account(platform: string, accountId: string): Promise<AccountFacts | undefined> {
    const folded = await this.#folds.fold(accountStream(accountId), accountDecider, accountEvents);
    if (folded.platform !== platform) return undefined;
    const { kind, principalId, stops } = folded.state;
    return {
      accountId,
      kind,
      principalId,
      stops,
      standing: standingOf(folded.state),
      revision: folded.revision,
    };
  }

  async #staff(platform: string, principalId: string): Promise<StaffFacts | undefined> {
    const stream = staffStream(staffIdOf(platform, principalId));
    const folded = await this.#folds.fold(stream, staffDecider, staffEvents);
    return folded.revision < 0 ? undefined : factsIn(principalId, folded);
  }

  /** Whom a review is given to, or asked whether they may keep it. */
  #assignee(platform: string, command: CaseCommand): Promise<StaffFacts | undefined> | undefined {
    if (command.type === 'ReassignReview') return this.#staff(platform, command.to);
    return command.type === 'ReleaseReview' && command.cause === 'not-eligible'
      ? this.#staff(platform, command.holder)
      : undefined;
  }

  #published(platform: string, key: string): Promise<FoldedStream<PolicyState>> {
    const stream = policyStream(platform, key);
    return this.#folds.fold(stream, policyDecider, policyEvents);
  }

  async #policyOf(platform: string, state: CaseState): Promise<PolicyDefinition | undefined> {
    const published = await this.#published(platform, state.policyKey);
    return versionOf(published.state, state.policyVersion)?.definition;
  }

  async #policies(
    platform: string,
    state: CaseState,
    command: CaseCommand,
    now: Instant,
  ): Promise<Pick<CaseFacts, 'policy' | 'policyInForce'>> {
    const key = command.type === 'OpenCase' ? command.policyKey : state.policyKey;
    const { state: published } = await this.#published(platform, key);
    const policy = versionOf(published, state.policyVersion)?.definition;
    const policyInForce = versionInForce(published, now)?.definition;
    return { ...(policy && { policy }), ...(policyInForce && { policyInForce }) };
  }

  #identityTaken(platform: string, state: CaseState): Promise<boolean | null> {
    return unlessUnavailable(async () => {
      const key = await this.#identityKey(platform, state);
      const entry = key && (await this.#vault.findIdentity(key));
      return entry !== undefined && entry.accountId !== state.accountId;
    });
  }

  /** Undefined where there are no two to compare. @throws VaultUnavailable to an applicant who assesses a draft */
  async #birthDates(
    platform: string,
    { type }: CaseCommand,
    pairs: readonly BirthDatePair[],
  ): Promise<readonly Reason[] | null | undefined> {
    if (pairs.length === 0) return undefined;
    const refs = pairs.flatMap(({ dateRef, numberRef }) => [dateRef, numberRef]);
    const compare = async () => {
      const clear = await this.#clear(platform, refs);
      return disagreeing(pairs, (ref) => clear.get(ref));
    };
    return type === 'ScreenCase' ? unlessUnavailable(compare) : compare();
  }

  /** @throws VaultUnavailable: the draft is moved, or submitted, another time */
  async #checkedAnew(
    platform: string,
    { status, materials }: CaseState,
    { policy, policyInForce }: Pick<CaseFacts, 'policy' | 'policyInForce'> = {},
    now: Instant,
  ): Promise<readonly CheckedAnew[] | undefined> {
    if (status !== 'draft' || !policy || !policyInForce) return undefined;
    const values = toCheckAnew(materials, policy, policyInForce);
    if (values.length === 0) return undefined;
    const refs = values.map(({ ref }) => ref);
    const clear = await this.#clear(platform, refs);
    return checkAnew(values, (ref) => clear.get(ref), todayUnder(policyInForce, now));
  }

  /** By reference; what was erased is not there. */
  async #clear(platform: string, refs: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const records = await this.#vault.read(platform, refs);
    return new Map(
      records.flatMap((record) => (record ? [[record.ref, textOf(record)] as const] : [])),
    );
  }

  /**
   * The identity is reserved only for an approval that nothing else stands against. When the event
   * does not follow (a crash), a process looks at the case and frees it.
   */
  async #identity(
    caseId: string,
    state: CaseState,
    command: CaseCommand,
    facts: CaseFacts,
    platform: string,
    moment: Parameters<typeof caseDecider.decide>[2],
  ): Promise<IdentityFact> {
    const granted = { outcome: 'reserved', identityRef: 'would-be' } as const;
    const wouldBe = caseDecider.decide(command, state, moment, { ...facts, identity: granted });
    const approves = !isViolation(wouldBe) && wouldBe.some(({ type }) => type === 'CaseApproved');
    const key = approves && (await this.#identityKey(platform, state));
    if (!key) return { outcome: 'none' };
    const { accountId } = state;
    const { outcome, entry } = await this.#vault.reserveIdentity(key, { accountId, caseId });
    return outcome === 'reserved' ? { outcome, identityRef: entry.identityRef } : { outcome };
  }

  /**
   * The value of the field that identifies the subject, as the blind index knows it. One that is no
   * number identifies nobody: it might look like another's, and be entered beside it.
   */
  async #identityKey(platform: string, state: CaseState): Promise<IdentityKey | undefined> {
    for (const { key: material, fields } of state.rules?.materials ?? []) {
      const { fields: held = {}, documentType } = state.materials[material] ?? {};
      const field = fields.find(
        (rule) => rule.identity && belongsTo(rule, documentType) && Object.hasOwn(held, rule.key),
      );
      if (!field) continue;
      const [record] = await this.#vault.read(platform, [held[field.key]!.ref]);
      const number = record && normaliseDocumentNumber(textOf(record));
      if (!number || !isDocumentNumber(number)) continue;
      return { platform, type: field.format, number };
    }
    return undefined;
  }
}

const textOf = ({ value }: VaultRecord): string => new TextDecoder().decode(value);

/** Null while the vault cannot serve: the screening records that, and is tried again. */
async function unlessUnavailable<Answer>(ask: () => Promise<Answer>): Promise<Answer | null> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof VaultUnavailable) return null;
    throw error;
  }
}
