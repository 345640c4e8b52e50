import {
  AccessDeniedError,
  CancelledError,
  DeadlineExceededError,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  TimeoutError,
  UnavailableError,
  UnknownError,
} from '@eventstore/db-client';
import {
  AppendTooLarge,
  CallAborted,
  DeadlineExceeded,
  StoreUnavailable,
  StoreUnusable,
} from '../event-store.errors.ts';
import { faultOf, portError } from './client-errors.ts';
import { assertSupported } from './opening.ts';

const plain = Object.assign(new Error('14 UNAVAILABLE: No connection established'), { code: 14 });

describe("the client's errors", () => {
  it.each([
    [new UnavailableError(), 'lost', StoreUnavailable],
    [new CancelledError(), 'lost', StoreUnavailable],
    [new UnknownError(), 'lost', StoreUnavailable],
    [plain, 'lost', StoreUnavailable],
    [new Error('Failed to discover after 10 attempts.'), 'lost', StoreUnavailable],
    [new TypeError('undefined is not a function'), 'final', StoreUnavailable],
    [new TimeoutError(), 'busy', StoreUnavailable],
    [new DeadlineExceededError(), 'final', DeadlineExceeded],
    [new AccessDeniedError(), 'final', StoreUnavailable],
    [StreamDeletedError.fromStreamName('case-1'), 'final', StoreUnusable],
    [MaxAppendSizeExceededError.fromMaxAppendSize(1_048_576), 'final', AppendTooLarge],
    [new CallAborted('append was aborted.'), 'final', CallAborted],
  ])('%s is %s', (error, fault, shown) => {
    expect(faultOf(error)).toBe(fault);
    expect(portError('append', error)).toBeInstanceOf(shown);
  });
});

describe("the server's version", () => {
  it.each(['23.10.0', '24.6.0', '24.10.4', '24.10.0-rc1'])('%s is served', (version) => {
    assertSupported(version);
  });

  it.each(['21.10.9', '23.6.0', '25.0.0', '25.1.1', 'unknown', ''])('%j is refused', (version) => {
    expect(() => assertSupported(version)).toThrow(StoreUnusable);
  });
});
