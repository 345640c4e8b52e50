/**
 * What every vault must keep, whatever it is made of. An adapter's spec calls `vaultContract` with a
 * factory. The texts planted here are random, so that finding one at rest is never an accident.
 */
import { randomBytes } from 'node:crypto';
import { type Clock } from '#kernel/clock';
import { type IdSource, randomIds } from '#kernel/ids';
import { hoursToMs, type Instant, instant, plusMs } from '#kernel/instants';
import { blindIndexContract } from './blind-index.contract.ts';
import {
  type NewVaultRecord,
  RECORD_BYTES_MAX,
  type Vault,
  VAULT_KINDS,
  VaultConflict,
  VaultRecordTooLarge,
} from './vault.port.ts';

export interface VaultFixture {
  /** The same vault each time; the one that was open before is closed. */
  open(): Promise<Vault>;
  /** A record's ciphertext as it lies at rest. */
  ciphertextOf(ref: string): Promise<Uint8Array>;
  /** Everything at rest, of all files or collections, keys included; without closing the vault. */
  bytesAtRest(): Promise<Uint8Array>;
  dispose(): Promise<void>;
}

/** Called for each test: a new, empty vault that takes time and ids from `parts` alone. */
export type VaultFactory = (parts: { clock: Clock; ids: IdSource }) => Promise<VaultFixture>;

export class SteppedClock implements Clock {
  #now: Instant = instant('2026-11-25T08:00:00.000Z');

  now(): Instant {
    return this.#now;
  }

  /** @param ms milliseconds to go on by */
  step(ms: number): Instant {
    this.#now = plusMs(this.#now, ms);
    return this.#now;
  }
}

const SHOP = 'shop';
const BANK = 'bank';
const BEGINNING = instant('1970-01-01T00:00:00.000Z');
const FAR = instant('9999-01-01T00:00:00.000Z');

const record = (ref: string, given: Partial<NewVaultRecord> = {}): NewVaultRecord => ({
  ref,
  platform: SHOP,
  subjectId: 'ada',
  kind: 'text',
  value: `value of ${ref}`,
  ...given,
});
const canary = (): string => `canary-${randomBytes(18).toString('hex')}`;

export function vaultContract(name: string, factory: VaultFactory): void {
  describe(`${name}: the vault contract`, () => {
    let clock: SteppedClock;
    let fixture: VaultFixture;
    let vault: Vault;

    beforeEach(async () => {
      clock = new SteppedClock();
      fixture = await factory({ clock, ids: randomIds });
      vault = await fixture.open();
    });
    afterEach(async () => {
      await vault.close();
      await fixture.dispose();
    });

    const textOf = async (ref: string, platform = SHOP): Promise<string | undefined> => {
      const [found] = await vault.read(platform, [ref]);
      return found && Buffer.from(found.value).toString();
    };

    describe('put and read', () => {
      it('gives back what was put, with whose it is, its kind and when', async () => {
        await vault.put([record('r1', { kind: 'name', value: '张三' })]);
        expect(await vault.read(SHOP, ['r1'])).toEqual([
          {
            ref: 'r1',
            platform: SHOP,
            subjectId: 'ada',
            kind: 'name',
            storedAt: clock.now(),
            value: expect.anything(),
          },
        ]);
        expect(await textOf('r1')).toBe('张三');
      });

      it('answers in the order of the references, undefined for what is not there', async () => {
        await vault.put([record('r1'), record('r2'), record('r3')]);
        const found = await vault.read(SHOP, ['r3', 'none', 'r1', 'r3']);
        expect(found.map((r) => r?.ref)).toEqual(['r3', undefined, 'r1', 'r3']);
      });

      it('keeps text and bytes of every kind, an empty value too', async () => {
        const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
        await vault.put(VAULT_KINDS.map((kind) => record(kind, { kind, value: bytes })));
        await vault.put([record('empty', { value: '' })]);
        for (const found of await vault.read(SHOP, VAULT_KINDS)) {
          expect(Buffer.compare(found!.value, bytes)).toBe(0);
          expect(found!.kind).toBe(found!.ref);
        }
        expect(await textOf('empty')).toBe('');
      });

      it('keeps files of many megabytes', async () => {
        const scan = randomBytes(22_345_678);
        await vault.put([record('scan', { kind: 'file', value: scan }), record('r1')]);
        const [found] = await vault.read(SHOP, ['scan']);
        expect(Buffer.compare(found!.value, scan)).toBe(0);
      });

      it('stores nothing of a put with a record that is larger than any vault takes', async () => {
        // Never written to, so that the system lends no memory for it.
        const value = new Uint8Array(RECORD_BYTES_MAX + 1);
        const batch = [record('r1'), record('large', { kind: 'file', value })];
        await expect(vault.put(batch)).rejects.toThrow(VaultRecordTooLarge);
        expect(await vault.read(SHOP, ['r1', 'large'])).toEqual([undefined, undefined]);
      });

      it('takes the same value under the same reference again, as stored now', async () => {
        await vault.put([record('r1')]);
        const first = clock.now();
        clock.step(1_000);
        await vault.put([record('r1'), record('r2')]);
        const found = await vault.read(SHOP, ['r1', 'r2']);
        expect(found.map((r) => r?.storedAt)).toEqual([clock.now(), clock.now()]);
        expect(await textOf('r1')).toBe('value of r1');
        expect(await vault.refsStoredBetween(BEGINNING, plusMs(first, 1), 10)).toEqual([]);
      });

      it.each<[string, Partial<NewVaultRecord>]>([
        ['value', { value: 'other' }],
        ['kind', { kind: 'name' }],
        ['subject', { subjectId: 'bob' }],
        ['platform', { platform: BANK }],
      ])('refuses another %s under the same reference', async (_what, other) => {
        await vault.put([record('r1')]);
        await expect(vault.put([record('r1', other)])).rejects.toThrow(VaultConflict);
        expect(await textOf('r1')).toBe('value of r1');
        expect(await textOf('r1', BANK)).toBeUndefined();
      });

      it('puts all or none', async () => {
        await vault.put([record('r2')]);
        const batch = [record('r1'), record('r2', { value: 'other' }), record('r3')];
        await expect(vault.put(batch)).rejects.toThrow(VaultConflict);
        expect(await vault.read(SHOP, ['r1', 'r3'])).toEqual([undefined, undefined]);
      });

      it('refuses a put that contradicts itself', async () => {
        const batch = [record('r1'), record('r1', { value: 'other' })];
        await expect(vault.put(batch)).rejects.toThrow(VaultConflict);
        expect(await textOf('r1')).toBeUndefined();
      });

      it('does not let one refused put spoil those that run beside it', async () => {
        await vault.put([record('taken')]);
        const outcomes = await Promise.allSettled([
          vault.put([record('r1')]),
          vault.put([record('r2'), record('taken', { value: 'other' })]),
          vault.put([record('r3')]),
        ]);
        expect(outcomes.map((o) => o.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
        const found = await vault.read(SHOP, ['r1', 'r2', 'r3']);
        expect(found.map((r) => r?.ref)).toEqual(['r1', undefined, 'r3']);
      });

      it('lets one of many that put different values under one reference win', async () => {
        const values = Array.from({ length: 30 }, (_, index) => `value ${index}`);
        const outcomes = await Promise.allSettled(
          values.map((value) => vault.put([record('r1', { value })])),
        );
        const won = values.filter((_, index) => outcomes[index]!.status === 'fulfilled');
        expect(won).toEqual([await textOf('r1')]);
      });

      it('shows nothing to another platform', async () => {
        await vault.put([record('r1')]);
        expect(await vault.read(BANK, ['r1'])).toEqual([undefined]);
        expect(await vault.masked(BANK, ['r1'])).toEqual([undefined]);
      });

      it('survives being closed and opened again', async () => {
        await vault.put([record('r1')]);
        const commitment = await vault.commitment(SHOP, 'ada', 'x');
        const digest = vault.keyedDigest('command', 'a', 'b');
        vault = await fixture.open();
        expect(await textOf('r1')).toBe('value of r1');
        expect(await vault.commitment(SHOP, 'ada', 'x')).toBe(commitment);
        expect(Buffer.compare(vault.keyedDigest('command', 'a', 'b'), digest)).toBe(0);
      });

      it('lies nowhere in the clear, nor do subjects share a key or a value a ciphertext', async () => {
        const text = canary();
        await vault.put([
          record('r1', { value: text }),
          record('r2', { value: text }),
          record('scan', { kind: 'file', value: Buffer.from(text.repeat(2_000)) }),
        ]);
        const atRest = Buffer.from(await fixture.bytesAtRest());
        expect(atRest.includes(text)).toBe(false);
        expect(atRest.includes(Buffer.from(text).toString('base64'))).toBe(false);
        expect(atRest.includes(await fixture.ciphertextOf('r1'))).toBe(true);
        expect(await fixture.ciphertextOf('r1')).not.toEqual(await fixture.ciphertextOf('r2'));
      });

      it('is ready', async () => {
        await expect(vault.ready()).resolves.toBeUndefined();
      });
    });

    describe('masked', () => {
      it('hides by kind, in the order of the references', async () => {
        const values: [NewVaultRecord['kind'], string, string][] = [
          ['name', '张三', '张*'],
          ['id-number', '110101199003071234', '110***********1234'],
          ['email', 'anna@example.com', 'a***@example.com'],
          ['phone', '13812345678', '*******5678'],
          ['date', '1990-03-07', '1990-**-**'],
          ['text', 'I moved in May.', '***'],
        ];
        await vault.put(values.map(([kind, value]) => record(kind, { kind, value })));
        await vault.put([record('file', { kind: 'file', value: Buffer.alloc(2_100_000) })]);
        const refs = values.map(([kind]) => kind);
        expect(await vault.masked(SHOP, [...refs, 'none', 'file'])).toEqual([
          ...values.map(([, , masked]) => masked),
          undefined,
          '*** (2.1 MB)',
        ]);
      });
    });

    describe('commitment', () => {
      it('is equal for equal values of one subject, as text or as bytes', async () => {
        const first = await vault.commitment(SHOP, 'ada', '110101199003071234');
        expect(await vault.commitment(SHOP, 'ada', '110101199003071234')).toBe(first);
        expect(await vault.commitment(SHOP, 'ada', Buffer.from('110101199003071234'))).toBe(first);
        expect(first).not.toContain('1101');
      });

      it('differs by value, subject and platform', async () => {
        const all = await Promise.all([
          vault.commitment(SHOP, 'ada', 'x'),
          vault.commitment(SHOP, 'ada', 'y'),
          vault.commitment(SHOP, 'bob', 'x'),
          vault.commitment(BANK, 'ada', 'x'),
        ]);
        expect(new Set(all).size).toBe(4);
      });

      it('is the same whether asked for before or after the first record, and all at once', async () => {
        const all = await Promise.all([
          vault.commitment(SHOP, 'ada', 'x'),
          vault.put([record('r1')]),
          vault.commitment(SHOP, 'ada', 'x'),
        ]);
        expect(all[2]).toBe(all[0]);
        expect(await vault.commitment(SHOP, 'ada', 'x')).toBe(all[0]);
      });

      it('can never be made again once the subject is erased', async () => {
        const before = await vault.commitment(SHOP, 'ada', 'x');
        await vault.eraseSubject(SHOP, 'ada');
        expect(await vault.commitment(SHOP, 'ada', 'x')).not.toBe(before);
      });
    });

    describe('keyedDigest', () => {
      it('is 32 bytes that depend on the purpose, the parts and where one part ends', () => {
        const digests = [
          vault.keyedDigest('command', 'ab', 'c'),
          vault.keyedDigest('command', 'a', 'bc'),
          vault.keyedDigest('command', 'abc'),
          vault.keyedDigest('body', 'ab', 'c'),
        ].map((bytes) => Buffer.from(bytes).toString('hex'));
        expect(new Set(digests).size).toBe(4);
        expect(digests.every((hex) => hex.length === 64)).toBe(true);
        const again = vault.keyedDigest('command', 'ab', 'c');
        expect(Buffer.from(again).toString('hex')).toBe(digests[0]);
      });
    });

    describe('refsStoredBetween and sweep', () => {
      it('names what was stored after one instant and before another, in order of storing', async () => {
        const times: Instant[] = [];
        for (const ref of ['z', 'm', 'a', 'k']) {
          await vault.put([record(ref)]);
          times.push(clock.now());
          clock.step(1_000);
        }
        const found = await vault.refsStoredBetween(times[0]!, times[3]!, 10);
        expect(found).toEqual([
          { ref: 'm', platform: SHOP, storedAt: times[1] },
          { ref: 'a', platform: SHOP, storedAt: times[2] },
        ]);
      });

      it('pages from the last instant of a page without gap or repeat, also within one instant', async () => {
        const refs = Array.from({ length: 23 }, (_, index) => `r${String(index).padStart(2, '0')}`);
        for (const [index, ref] of refs.entries()) {
          await vault.put([record(ref)]);
          if (index % 5 === 4) clock.step(1);
        }
        const seen: string[] = [];
        let after = BEGINNING;
        for (;;) {
          const page = await vault.refsStoredBetween(after, FAR, 3);
          if (page.length === 0) break;
          seen.push(...page.map((found) => found.ref));
          after = page.at(-1)!.storedAt;
        }
        expect(seen).toEqual(refs);
      });

      it('removes what is swept and counts it; what was never there counts for nothing', async () => {
        await vault.put([record('r1'), record('r2'), record('r3')]);
        expect(await vault.sweep(['r1', 'none', 'r3'], FAR)).toBe(2);
        expect(await vault.sweep(['r1'], FAR)).toBe(0);
        const found = await vault.read(SHOP, ['r1', 'r2', 'r3']);
        expect(found.map((r) => r?.ref)).toEqual([undefined, 'r2', undefined]);
        const left = await vault.refsStoredBetween(BEGINNING, FAR, 10);
        expect(left.map((r) => r.ref)).toEqual(['r2']);
      });

      it('spares what was put, or put again, since the sweep looked', async () => {
        await vault.put([record('r1'), record('r2')]);
        const looked = clock.step(1_000);
        await vault.put([record('r1'), record('r3')]);
        expect(await vault.sweep(['r1', 'r2', 'r3'], looked)).toBe(1);
        const found = await vault.read(SHOP, ['r1', 'r2', 'r3']);
        expect(found.map((r) => r?.ref)).toEqual(['r1', undefined, 'r3']);
      });

      it('leaves no byte of what is swept at rest, and lets the reference be used again', async () => {
        await vault.put([record('r1', { value: canary() }), record('r2')]);
        const ciphertext = await fixture.ciphertextOf('r1');
        await vault.sweep(['r1'], FAR);
        expect(Buffer.from(await fixture.bytesAtRest()).includes(ciphertext)).toBe(false);
        await vault.put([record('r1', { value: 'anew' })]);
        expect(await textOf('r1')).toBe('anew');
      });
    });

    describe('eraseSubject', () => {
      it('removes all records of the subject on that platform, and of nobody else', async () => {
        await vault.put([
          record('r1'),
          record('r2', { subjectId: 'bob' }),
          record('r3', { platform: BANK }),
          record('r4', { kind: 'file', value: randomBytes(100_000) }),
        ]);
        await vault.eraseSubject(SHOP, 'ada');
        const found = await vault.read(SHOP, ['r1', 'r2', 'r4']);
        expect(found.map((r) => r?.ref)).toEqual([undefined, 'r2', undefined]);
        expect(await vault.masked(SHOP, ['r1'])).toEqual([undefined]);
        expect(await textOf('r3', BANK)).toBe('value of r3');
        const left = await vault.refsStoredBetween(BEGINNING, FAR, 10);
        expect(left.map((r) => r.ref)).toEqual(['r2', 'r3']);
      });

      it('is idempotent, also for a subject that was never there and after a restart', async () => {
        await vault.eraseSubject(SHOP, 'nobody');
        await vault.put([record('r1')]);
        await vault.eraseSubject(SHOP, 'ada');
        await vault.eraseSubject(SHOP, 'ada');
        vault = await fixture.open();
        await vault.eraseSubject(SHOP, 'ada');
        expect(await textOf('r1')).toBeUndefined();
      });

      it('takes with it what was put just before, unawaited', async () => {
        const put = vault.put([record('r1')]);
        await vault.eraseSubject(SHOP, 'ada');
        await put;
        expect(await textOf('r1')).toBeUndefined();
      });

      it('starts afresh when the subject comes back: nothing old is readable', async () => {
        await vault.put([record('r1')]);
        await vault.eraseSubject(SHOP, 'ada');
        clock.step(hoursToMs(1));
        await vault.put([record('r2')]);
        expect(await textOf('r1')).toBeUndefined();
        expect(await textOf('r2')).toBe('value of r2');
      });

      it('leaves neither plaintext nor any piece of a ciphertext at rest', async () => {
        const subjects = ['ada', 'bob', 'cy'];
        const sizes = [20, 300, 3_000, 90_000];
        const refs: string[] = [];
        for (let round = 0; round < 60; round++) {
          const subjectId = subjects[round % subjects.length]!;
          const value = canary().padEnd(sizes[round % sizes.length]!, 'x');
          await vault.put([record(`${subjectId}-${round}`, { subjectId, value })]);
          if (subjectId !== 'bob') refs.push(`${subjectId}-${round}`);
        }
        const pieces: Buffer[] = [];
        for (const ref of refs) {
          const ciphertext = Buffer.from(await fixture.ciphertextOf(ref));
          for (let at = 0; at + 16 <= ciphertext.length; at += 1_024) {
            pieces.push(ciphertext.subarray(at, at + 16));
          }
          pieces.push(ciphertext.subarray(-16));
        }
        await vault.eraseSubject(SHOP, 'ada');
        await vault.eraseSubject(SHOP, 'cy');
        const atRest = Buffer.from(await fixture.bytesAtRest());
        expect(pieces.length).toBeGreaterThan(500);
        expect(pieces.filter((piece) => atRest.includes(piece))).toEqual([]);
        expect(atRest.includes('canary-')).toBe(false);
        expect(atRest.includes(await fixture.ciphertextOf('bob-1'))).toBe(true);
      });
    });

    blindIndexContract(() => ({
      vault,
      clock,
      reopen: async () => (vault = await fixture.open()),
    }));
  });
}
