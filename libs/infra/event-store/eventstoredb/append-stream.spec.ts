/** The call of the appends as a script: what the server answers, in which order, and how it ends. */
import { EventEmitter } from 'node:events';
import {
  AccessDeniedError,
  StreamDeletedError,
  TimeoutError,
  UnavailableError,
  UnknownError,
} from '@eventstore/db-client';
import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import statusPb from '@eventstore/db-client/generated/status_pb.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import anyPb from 'google-protobuf/google/protobuf/any_pb.js';
import { encodeAppend } from '../append-checks.ts';
import { someEvents } from '../contract/rig.contract.ts';
import { DeadlineExceeded } from '../event-store.errors.ts';
import { AppendStream, type BatchAppendCall } from './append-stream.ts';

const LIMITS = { maxEventBytes: 1e6, maxBatchBytes: 1e7, maxBatchEvents: 1_000 };
const never = new AbortController().signal;

class ScriptedCall extends EventEmitter {
  readonly sent: streamsPb.BatchAppendReq[] = [];

  write(request: streamsPb.BatchAppendReq): boolean {
    this.sent.push(request);
    return true;
  }

  /** Answers the request of that number, as the server tells them apart. */
  answer(at: number, fill: (answer: streamsPb.BatchAppendResp) => unknown): void {
    const answer = new streamsPb.BatchAppendResp();
    answer.setCorrelationId(this.sent[at]!.getCorrelationId());
    fill(answer);
    this.emit('data', answer);
  }
}

let ended: number;
let call: ScriptedCall;
let appends: AppendStream;
beforeEach(() => {
  ended = 0;
  ({ call, appends } = opened());
});

function opened() {
  const scripted = new ScriptedCall();
  const stream = new AppendStream(scripted as unknown as BatchAppendCall, () => ended++);
  return { call: scripted, appends: stream };
}

const append = (to = appends, signal = never) => {
  const events = encodeAppend('case-1', 'no-stream', someEvents(1), LIMITS);
  return to.append({ stream: 'case-1', expected: 'no-stream', events, signal });
};

const success = (revision: number) => (answer: streamsPb.BatchAppendResp) => {
  const place = new sharedPb.AllStreamPosition();
  place.setCommitPosition('90').setPreparePosition('80');
  const done = new streamsPb.BatchAppendResp.Success();
  done.setCurrentRevision(String(revision)).setPosition(place);
  answer.setSuccess(done);
};

const refusal =
  (type: string, message = '') =>
  (answer: streamsPb.BatchAppendResp) => {
    const details = new anyPb.Any();
    details.pack(new Uint8Array(), `event_store.client.${type}`);
    answer.setError(new statusPb.Status().setMessage(message).setDetails(details));
  };

const unavailable = () => new UnavailableError({ message: 'gone' } as never);

describe('the call of the appends', () => {
  it('gives each answer to who asked, in whatever order they come', async () => {
    const [first, second] = [append(), append()];
    call.answer(1, success(7));
    call.answer(0, success(3));
    const place = { commit: 90n, prepare: 80n };
    expect(await Promise.all([first, second])).toEqual([
      { revision: 3, place },
      { revision: 7, place },
    ]);
  });

  it('says where the server gave no position', async () => {
    const appending = append();
    call.answer(0, (answer) => {
      answer.setSuccess(new streamsPb.BatchAppendResp.Success().setCurrentRevision('2'));
    });
    expect(await appending).toEqual({ revision: 2, place: undefined });
  });

  it.each([
    ['StreamDeleted', StreamDeletedError],
    ['AccessDenied', AccessDeniedError],
    // The client's own calls say so too; a deadline that was exceeded would not be tried again.
    ['Timeout', TimeoutError],
    ['SomethingNew', UnknownError],
  ])('tells %s as the other calls of the client do', async (type, error) => {
    const appending = append();
    call.answer(0, refusal(type));
    await expect(appending).rejects.toBeInstanceOf(error);
  });

  it('keeps the words of a server that is not ready', async () => {
    const appending = append();
    call.answer(0, refusal('Empty', 'Server Is Not Ready'));
    await expect(appending).rejects.toThrow('Server Is Not Ready');
  });

  it('ends all that wait on it when it is lost, and nothing that waits on another', async () => {
    const other = opened();
    const waiting = [append(), append()];
    const elsewhere = append(other.appends);
    call.emit('error', unavailable());
    for (const appending of waiting) await expect(appending).rejects.toThrow('gone');
    other.call.answer(0, success(0));
    expect(await elsewhere).toMatchObject({ revision: 0 });
  });

  it('takes an answer that nobody waits for any more', async () => {
    const caller = new AbortController();
    const given = append(appends, caller.signal);
    caller.abort();
    await expect(given).rejects.toBeInstanceOf(DeadlineExceeded);
    call.answer(0, success(0));
    const next = append();
    call.answer(1, success(1));
    expect(await next).toMatchObject({ revision: 1 });
  });

  it('sends nothing for who has gone before', async () => {
    await expect(append(appends, AbortSignal.abort())).rejects.toBeInstanceOf(DeadlineExceeded);
    expect(call.sent).toEqual([]);
  });

  it.each(['error', 'end'])('says once that it takes no more, and takes none: %s', async (how) => {
    call.emit(how, unavailable());
    call.emit('end');
    expect(ended).toBe(1);
    await expect(append()).rejects.toThrow();
    expect(call.sent).toEqual([]);
  });
});
