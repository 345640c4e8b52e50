import { createHmac } from 'node:crypto';
import { isUuid } from '#kernel/ids';
import { commandIdentity, type KeyedDigest } from './idempotency.ts';

const digestUnder =
  (key: string): KeyedDigest =>
  (purpose, ...parts) =>
    createHmac('sha256', key)
      .update(JSON.stringify([purpose, ...parts]))
      .digest();

const command = {
  platform: 'demo',
  principalId: 'ada',
  route: 'POST /v1/things',
  key: 'k-1',
  body: { b: 1, a: [{ d: 1, c: 2 }] },
  keyedDigest: digestUnder('root'),
};

describe('the identity of a command', () => {
  it('is the same whenever the same request comes again, however its body is ordered', () => {
    const again = { ...command, body: { a: [{ c: 2, d: 1 }], b: 1, e: undefined } };
    expect(commandIdentity(again)).toEqual(commandIdentity(command));
  });

  it('is a UUID of version 8 and a digest in hex', () => {
    const { commandId, requestDigest } = commandIdentity(command);
    expect(isUuid(commandId)).toBe(true);
    expect(commandId[14]).toBe('8');
    expect(requestDigest).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    ['platform', { platform: 'other' }],
    ['principal', { principalId: 'bob' }],
    ['route', { route: 'POST /v1/things/1/changes' }],
    ['key', { key: 'k-2' }],
    ['installation', { keyedDigest: digestUnder('another root') }],
  ])('is another for another %s', (_, change) => {
    const other = commandIdentity({ ...command, ...change });
    expect(other.commandId).not.toBe(commandIdentity(command).commandId);
  });

  it('keeps the id and changes the digest for another body', () => {
    const other = commandIdentity({ ...command, body: { b: 2 } });
    expect(other.commandId).toBe(commandIdentity(command).commandId);
    expect(other.requestDigest).not.toBe(commandIdentity(command).requestDigest);
  });

  it('takes no body for null', () => {
    expect(commandIdentity({ ...command, body: undefined })).toEqual(
      commandIdentity({ ...command, body: null }),
    );
  });
});
