/** The part of the vault contract that keeps a verified identity unique on a platform. */
import { type Instant, msOf, plusMs } from '#kernel/instants';
import { type IdentityKey, type Vault } from './vault.port.ts';

export interface BlindIndexUnderTest {
  readonly vault: Vault;
  readonly clock: { now(): Instant; step(ms: number): Instant };
  /** Closes the vault and opens it again. */
  reopen(): Promise<Vault>;
}

const ID: IdentityKey = { platform: 'shop', type: 'cn-resident-id', number: '11010519491231002X' };
const ada = { accountId: 'ada', caseId: 'case-a' };
const bob = { accountId: 'bob', caseId: 'case-b' };

/** @param subject asked for in each test, as each has a vault of its own */
export function blindIndexContract(subject: () => BlindIndexUnderTest): void {
  describe('the blind index', () => {
    const reserve = async (holder = ada, identity = ID) => {
      const { outcome, entry } = await subject().vault.reserveIdentity(identity, holder);
      return { outcome, entry };
    };

    it('knows nobody at first', async () => {
      expect(await subject().vault.findIdentity(ID)).toBeUndefined();
    });

    it('reserves an identity for a case under a reference that says nothing of the number', async () => {
      const { vault, clock } = subject();
      const { outcome, entry } = await reserve();
      expect(outcome).toBe('reserved');
      expect(entry).toEqual({
        identityRef: expect.any(String),
        platform: 'shop',
        ...ada,
        state: 'reserved',
        since: clock.now(),
      });
      expect(await vault.findIdentity(ID)).toEqual(entry);
    });

    it('answers the same case with the same reference, and counts as reserved anew', async () => {
      const first = await reserve();
      const since = subject().clock.step(5_000);
      const again = await reserve();
      expect(again).toEqual({ outcome: 'reserved', entry: { ...first.entry, since } });
      expect(await subject().vault.findIdentity(ID)).toEqual(again.entry);
    });

    it('finds an entry by its reference again, on its own platform, while it is there', async () => {
      const { vault } = subject();
      const { entry } = await reserve();
      expect(await vault.identityOf('shop', entry.identityRef)).toEqual(entry);
      expect(await vault.identityOf('bank', entry.identityRef)).toBeUndefined();
      await vault.releaseIdentity('shop', entry.identityRef, 'case-a');
      expect(await vault.identityOf('shop', entry.identityRef)).toBeUndefined();
    });

    it('says that it is taken, and by whom, to another account', async () => {
      const { entry } = await reserve();
      expect(await reserve(bob)).toEqual({ outcome: 'taken', entry });
      expect(await subject().vault.findIdentity(ID)).toEqual(entry);
    });

    it('moves a reservation to another case of the same account', async () => {
      const { vault, clock } = subject();
      const { entry } = await reserve();
      clock.step(5_000);
      const moved = await reserve({ accountId: 'ada', caseId: 'case-a2' });
      expect(moved).toEqual({
        outcome: 'reserved',
        entry: { ...entry, caseId: 'case-a2', since: clock.now() },
      });
      expect(await vault.findIdentity(ID)).toEqual(moved.entry);
      expect(await vault.confirmIdentity('shop', entry.identityRef, 'case-a')).toBe(false);
    });

    it('leaves a confirmed identity with the case that confirmed it', async () => {
      const { vault } = subject();
      const { entry } = await reserve();
      await vault.confirmIdentity('shop', entry.identityRef, 'case-a');
      const again = await reserve({ accountId: 'ada', caseId: 'case-a2' });
      expect(again.outcome).toBe('reserved');
      expect(again.entry).toMatchObject({ caseId: 'case-a', state: 'confirmed' });
    });

    it('tells numbers apart, and types, and platforms', async () => {
      await reserve();
      const others: IdentityKey[] = [
        { ...ID, number: '110105194912310011' },
        { ...ID, type: 'passport:CN' },
        { ...ID, platform: 'bank' },
      ];
      for (const other of others) expect((await reserve(bob, other)).outcome).toBe('reserved');
    });

    it('knows a number again in small letters, in wide ones, with spaces and hyphens', async () => {
      await reserve();
      for (const number of [
        '11010519491231002x',
        '110105 19491231 002X',
        '110105-19491231-００2Ｘ',
      ]) {
        expect((await reserve(bob, { ...ID, number })).outcome).toBe('taken');
      }
    });

    it('confirms once and for all', async () => {
      const { vault, clock } = subject();
      const { entry } = await reserve();
      const since = clock.step(1_000);
      expect(await vault.confirmIdentity('shop', entry.identityRef, 'case-a')).toBe(true);
      clock.step(1_000);
      expect(await vault.confirmIdentity('shop', entry.identityRef, 'case-a')).toBe(true);
      expect(await vault.findIdentity(ID)).toEqual({ ...entry, state: 'confirmed', since });
    });

    it('confirms nothing that is not there, another platform’s, or another case’s', async () => {
      const { vault } = subject();
      const { entry } = await reserve();
      expect(await vault.confirmIdentity('shop', 'unknown', 'case-a')).toBe(false);
      expect(await vault.confirmIdentity('bank', entry.identityRef, 'case-a')).toBe(false);
      expect(await vault.confirmIdentity('shop', entry.identityRef, 'case-b')).toBe(false);
      expect(await vault.findIdentity(ID)).toEqual(entry);
    });

    it('frees what is released, reserved or confirmed, under a new reference for the next', async () => {
      const { vault } = subject();
      const { entry } = await reserve();
      await vault.confirmIdentity('shop', entry.identityRef, 'case-a');
      await vault.releaseIdentity('shop', entry.identityRef, 'case-a');
      await vault.releaseIdentity('shop', entry.identityRef, 'case-a');
      expect(await vault.findIdentity(ID)).toBeUndefined();
      const next = await reserve(bob);
      expect(next.outcome).toBe('reserved');
      expect(next.entry.identityRef).not.toBe(entry.identityRef);
      expect(await vault.confirmIdentity('shop', entry.identityRef, 'case-a')).toBe(false);
    });

    it('spares, for who looked too early, what was reserved again or confirmed since', async () => {
      const { vault, clock } = subject();
      const { entry } = await reserve();
      const looked = clock.step(1_000);
      const late = () => vault.releaseIdentity('shop', entry.identityRef, 'case-a', looked);
      const again = await reserve();
      await late();
      expect(await vault.findIdentity(ID)).toEqual(again.entry);
      await vault.confirmIdentity('shop', entry.identityRef, 'case-a');
      await vault.releaseIdentity('shop', entry.identityRef, 'case-a', clock.step(1_000));
      expect(await vault.findIdentity(ID)).toMatchObject({ state: 'confirmed' });
    });

    it('frees what was reserved before and not again', async () => {
      const { vault, clock } = subject();
      const { entry } = await reserve();
      await vault.releaseIdentity('shop', entry.identityRef, 'case-a', entry.since);
      expect(await vault.findIdentity(ID)).toEqual(entry);
      await vault.releaseIdentity('shop', entry.identityRef, 'case-a', clock.step(1));
      expect(await vault.findIdentity(ID)).toBeUndefined();
    });

    it('releases nothing for a case that does not hold it', async () => {
      const { vault } = subject();
      const { entry } = await reserve();
      await vault.releaseIdentity('shop', entry.identityRef, 'case-b');
      await vault.releaseIdentity('bank', entry.identityRef, 'case-a');
      expect(await vault.findIdentity(ID)).toEqual(entry);
    });

    it('has one winner among many accounts that reserve at once', async () => {
      const { vault } = subject();
      const holders = Array.from({ length: 60 }, (_, index) => ({
        accountId: `account-${index}`,
        caseId: `case-${index}`,
      }));
      const outcomes = await Promise.all(holders.map((h) => vault.reserveIdentity(ID, h)));
      const winners = outcomes.filter(({ outcome }) => outcome === 'reserved');
      expect(winners).toHaveLength(1);
      expect(new Set(outcomes.map(({ entry }) => entry.accountId)).size).toBe(1);
      expect(await vault.findIdentity(ID)).toEqual(winners[0]!.entry);
    });

    it('lists reservations that are older than an instant, the oldest first, up to a limit', async () => {
      const { vault, clock } = subject();
      const entries = [];
      for (const number of ['1', '2', '3', '4']) {
        entries.push((await reserve(ada, { ...ID, number })).entry);
        clock.step(1_000);
      }
      await vault.confirmIdentity('shop', entries[1]!.identityRef, 'case-a');
      const before = entries[3]!.since;
      expect(await vault.reservedIdentities(before, 10)).toEqual([entries[0], entries[2]]);
      expect(await vault.reservedIdentities(before, 1)).toEqual([entries[0]]);
      expect(msOf(before)).toBeLessThan(msOf(clock.now()));
      expect(await vault.reservedIdentities(plusMs(before, 1), 10)).toHaveLength(3);
    });

    it('survives a restart', async () => {
      const { entry } = await reserve();
      await subject().reopen();
      expect(await subject().vault.findIdentity(ID)).toEqual(entry);
      expect((await reserve(bob)).outcome).toBe('taken');
    });

    it('forgets what an erased subject’s account held, and nothing else', async () => {
      const { vault } = subject();
      const other = { ...ID, number: '2' };
      const { entry } = await reserve();
      await reserve(bob, other);
      await reserve(ada, { ...ID, platform: 'bank' });
      await vault.confirmIdentity('shop', entry.identityRef, 'case-a');
      await vault.eraseSubject('shop', 'ada');
      expect(await vault.findIdentity(ID)).toBeUndefined();
      expect(await vault.findIdentity(other)).toMatchObject(bob);
      expect(await vault.findIdentity({ ...ID, platform: 'bank' })).toMatchObject(ada);
      expect((await reserve(bob)).outcome).toBe('reserved');
    });
  });
}
