import { type Caller } from '#infra/auth/caller';
import { type EventStore } from '#infra/event-store/event-store.port';
import { type ViewReader } from '#infra/projector/view-reader';
import { type Vault, VaultUnavailable } from '#infra/vault/vault.port';
import { systemClock } from '#kernel/clock';
import { CaseQueries } from './case.queries.ts';

const nothing = {} as EventStore & ViewReader;
const kept = { ref: 'ref-1', value: new TextEncoder().encode('第三个字不对') };

/** What the vault is asked for, one entry a call. */
function asking(read: Vault['read']) {
  const asked: (readonly string[])[] = [];
  const vault = {
    read: (platform: string, refs: readonly string[]) => {
      asked.push(refs);
      return read(platform, refs);
    },
  } as Vault;
  return { queries: new CaseQueries(nothing, nothing, vault, systemClock), asked };
}

const caller = (kind: Caller['principal']['kind']) =>
  ({ principal: { kind, id: 'cai', platform: 'shop' } }) as Caller;

describe('what a reviewer wrote to the applicant', () => {
  const found = asking(async (_platform, refs) =>
    refs.map((ref) =>
      ref === kept.ref ? (kept as Awaited<ReturnType<Vault['read']>>[0]) : undefined,
    ),
  );

  it('is read in one go, and is not there where it was erased', async () => {
    const words = await found.queries.words(['ref-1', 'erased'], caller('person'));
    expect([...words]).toEqual([['ref-1', '第三个字不对']]);
    expect(found.asked.splice(0)).toEqual([['ref-1', 'erased']]);
  });

  it('is nothing that the vault need be asked for where nobody wrote, or where no person asks', async () => {
    expect((await found.queries.words([], caller('person'))).size).toBe(0);
    for (const kind of ['api-key', 'ai'] as const)
      expect((await found.queries.words(['ref-1'], caller(kind))).size).toBe(0);
    expect(found.asked).toEqual([]);
  });

  it('is never left out because the vault cannot serve', async () => {
    const down = asking(() => Promise.reject(new VaultUnavailable('full')));
    const words = down.queries.words(['ref-1'], caller('person'));
    await expect(words).rejects.toBeInstanceOf(VaultUnavailable);
  });
});
