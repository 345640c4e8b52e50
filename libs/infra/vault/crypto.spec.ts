import {
  commitmentOf,
  deriveKey,
  digestOf,
  ENVELOPE_BYTES,
  indexToken,
  keyCheckOf,
  openRecord,
  randomKey,
  type RecordBinding,
  sealRecord,
  unwrapKey,
  wrapKey,
} from './crypto.ts';
import { VaultDamaged } from './vault.port.ts';

const binding: RecordBinding = {
  ref: 'r1',
  platform: 'shop',
  subjectId: 'ada',
  kind: 'name',
};
const value = Buffer.from('张三');

/** What version 1 sealed and derived, the HKDF and HMAC values recomputed by another implementation. */
const SEALED_BY_VERSION_1 = 'AZAFvfZwEWydt8xH2uXT5blXbMnJeOpdZGbQv4gm3F0hQQk=';
const MADE_BY_VERSION_1 = {
  records: '773393b08f00ed05ebbf85d121451602081ab51bfb322a4f88d4702eb0594218',
  commitment: 'JWXynet-DJxtrbey2kHlBSweNAUWmSTDJZ0dZzV8y3Q',
  digest: '8ffa41c7c9956db51860c99880322d12048f1d24c5c46be262bb79d720f96ad8',
  token: '5dcfee858bc34afb39abaabcdb38ae10657645277d95d31c21b9b28f3462f114',
  check: 'a712ade2e9b9077d87c0a34f300ab0f047317ed59916f383a7313232ea05bc5c',
};

describe('sealRecord', () => {
  const key = randomKey();

  it('opens with the same key in the same place, and nothing is lost', () => {
    for (const bytes of [value, Buffer.alloc(0), Buffer.alloc(100_000, 7)]) {
      const sealed = sealRecord(key, bytes, binding);
      expect(sealed.length).toBe(bytes.length + ENVELOPE_BYTES);
      expect(Buffer.compare(openRecord(key, sealed, binding), bytes)).toBe(0);
    }
  });

  it('never seals twice to the same bytes', () => {
    expect(sealRecord(key, value, binding)).not.toEqual(sealRecord(key, value, binding));
  });

  it.each<[string, Partial<RecordBinding>]>([
    ['reference', { ref: 'r2' }],
    ['platform', { platform: 'bank' }],
    ['subject', { subjectId: 'bob' }],
    ['kind', { kind: 'text' }],
    ['split between platform and reference', { ref: 'r1s', platform: 'hop' }],
  ])('does not open in the place of another %s', (_what, other) => {
    const sealed = sealRecord(key, value, binding);
    expect(() => openRecord(key, sealed, { ...binding, ...other })).toThrow(VaultDamaged);
  });

  it('does not open with another key, nor with any byte altered, nor cut short', () => {
    const sealed = sealRecord(key, value, binding);
    expect(() => openRecord(randomKey(), sealed, binding)).toThrow(VaultDamaged);
    for (let at = 0; at < sealed.length; at++) {
      const altered = Buffer.from(sealed);
      altered[at]! ^= 1;
      expect(() => openRecord(key, altered, binding)).toThrow(VaultDamaged);
      expect(() => openRecord(key, sealed.subarray(0, at), binding)).toThrow(VaultDamaged);
    }
  });

  it('names the reference in its error, never the value, and a format that it does not know', () => {
    const sealed = sealRecord(key, value, binding);
    sealed[0] = 2;
    const message = 'Record r1 cannot be opened: this build does not know format 2.';
    expect(() => openRecord(key, sealed, binding)).toThrow(message);
  });

  it('still opens what version 1 sealed (a stored sample)', () => {
    const sample = Buffer.from(SEALED_BY_VERSION_1, 'base64');
    expect(openRecord(Buffer.alloc(32, 1), sample, binding).toString()).toBe('张三');
  });
});

describe('wrapKey', () => {
  it('gives the key back under the same key and for the same purpose alone', () => {
    const [under, key] = [randomKey(), randomKey()];
    const wrapped = wrapKey(under, key, ['subject', 'k1']);
    expect(unwrapKey(under, wrapped, ['subject', 'k1'])).toEqual(key);
    expect(unwrapKey(under, wrapped, ['subject', 'k2'])).toBeUndefined();
    expect(unwrapKey(randomKey(), wrapped, ['subject', 'k1'])).toBeUndefined();
    expect(wrapped.includes(key)).toBe(false);
  });
});

describe('derived keys, digests and tokens', () => {
  const key = Buffer.alloc(32, 1);

  it('are these, for ever: what is stored was made with them', () => {
    const samples = {
      records: deriveKey(key, 'records').toString('hex'),
      commitment: commitmentOf(key, '张三'),
      digest: digestOf(key, 'command', ['a', 'b']).toString('hex'),
      token: indexToken(key, { platform: 'shop', type: 't', number: '1' }).toString('hex'),
      check: keyCheckOf(key).toString('hex'),
    };
    expect(samples).toEqual(MADE_BY_VERSION_1);
  });

  it('differ by label and by key', () => {
    const labels = ['records', 'commitments', 'blind-index', 'digests', 'key-check'] as const;
    const all = [key, randomKey()].flatMap((from) =>
      labels.map((label) => deriveKey(from, label).toString('hex')),
    );
    expect(new Set(all).size).toBe(10);
  });

  it('do not let one part run into the next', () => {
    expect(digestOf(key, 'p', ['ab', 'c'])).not.toEqual(digestOf(key, 'p', ['a', 'bc']));
    expect(digestOf(key, 'p', ['1:a'])).not.toEqual(digestOf(key, 'p', ['', 'a']));
  });
});
