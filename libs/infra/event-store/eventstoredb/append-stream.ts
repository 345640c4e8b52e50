/**
 * The appends of one connection over one call to the server: a message out and a message back for each,
 * told apart by an id. A call for each append costs the client twice as much. The
 * client has such a call too, and keeps what waits on any connection in one table: an error on one
 * empties it for all, and an answer that then arrives ends the process. Here each call has its own.
 */
import { randomUUID } from 'node:crypto';
import {
  AccessDeniedError,
  convertToCommandError,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  TimeoutError,
  UnknownError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import { type StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import { type EncodedEvent } from '../append-checks.ts';
import { DeadlineExceeded } from '../event-store.errors.ts';
import { type ExpectedRevision } from '../event-store.port.ts';
import { type LogPosition } from './position-token.ts';
import { toProposed } from './stored-event.ts';

const { BatchAppendReq } = streamsPb;
const { Empty, StreamIdentifier, UUID } = sharedPb;

export interface AppendRequest {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly events: readonly EncodedEvent[];
  /** Aborted when nobody waits for the answer any more: it ends the waiting, and not what was sent. */
  readonly signal: AbortSignal;
}

export interface AppendAnswer {
  /** Of the last event. */
  readonly revision: number;
  /** Of the last event; the server may leave it out. */
  readonly place: LogPosition | undefined;
}

export type BatchAppendCall = ReturnType<StreamsClient['batchAppend']>;
type Answer = streamsPb.BatchAppendResp;
type Status = NonNullable<ReturnType<Answer['getError']>>;

interface Waiting {
  readonly stream: string;
  resolve(answer: AppendAnswer): void;
  reject(error: unknown): void;
}

export class AppendStream {
  readonly #call: BatchAppendCall;
  readonly #onEnd: () => void;
  readonly #waiting = new Map<string, Waiting>();
  #failure: Error | undefined;

  /** `onEnd` is called when it takes no more. */
  constructor(call: BatchAppendCall, onEnd: () => void) {
    this.#call = call;
    this.#onEnd = onEnd;
    call.on('data', (answer: Answer) => this.#take(answer));
    call.on('error', (error: Error) => this.#fail(convertToCommandError(error) as Error));
    call.on('end', () => this.#fail(new Error('The server ended the call of the appends.')));
  }

  /**
   * Sends once. What is sent is not held back by a slow server: as many wait as there are callers.
   * @throws the client's errors; DeadlineExceeded where the signal came first
   */
  append({ stream, expected, events, signal }: AppendRequest): Promise<AppendAnswer> {
    const id = randomUUID();
    return new Promise((resolve, reject) => {
      if (this.#failure) return reject(this.#failure);
      const giveUp = () => settled(reject)(new DeadlineExceeded('append: no answer in time.'));
      const settled =
        <T>(settle: (outcome: T) => void) =>
        (outcome: T) => {
          this.#waiting.delete(id);
          signal.removeEventListener('abort', giveUp);
          settle(outcome);
        };
      if (signal.aborted) return giveUp();
      signal.addEventListener('abort', giveUp);
      this.#waiting.set(id, { stream, resolve: settled(resolve), reject: settled(reject) });
      this.#call.write(requestOf(id, stream, expected, events));
    });
  }

  #take(answer: Answer): void {
    // None waits where the answer came too late.
    const waiting = this.#waiting.get(answer.getCorrelationId()!.getString());
    if (!waiting) return;
    const success = answer.getSuccess();
    if (success) waiting.resolve(answerOf(success));
    else waiting.reject(errorOf(answer.getError(), waiting.stream));
  }

  #fail(error: Error): void {
    if (this.#failure) return;
    this.#failure = error;
    this.#onEnd();
    for (const waiting of [...this.#waiting.values()]) waiting.reject(error);
  }
}

/** Without a deadline, for which both clocks would have to agree: the server takes its own, two seconds. */
function requestOf(
  id: string,
  stream: string,
  expected: ExpectedRevision,
  events: readonly EncodedEvent[],
): streamsPb.BatchAppendReq {
  const name = new StreamIdentifier();
  name.setStreamName(Buffer.from(stream).toString('base64'));
  const options = new BatchAppendReq.Options();
  options.setStreamIdentifier(name);
  if (expected === 'no-stream') options.setNoStream(new Empty());
  else options.setStreamPosition(String(expected));
  const correlation = new UUID();
  correlation.setString(id);
  const request = new BatchAppendReq();
  request.setCorrelationId(correlation);
  request.setOptions(options);
  request.setProposedMessagesList(events.map(toProposed));
  request.setIsFinal(true);
  return request;
}

function answerOf(success: streamsPb.BatchAppendResp.Success): AppendAnswer {
  const position = success.getPosition();
  return {
    revision: Number(success.getCurrentRevision()),
    place: position && {
      commit: BigInt(position.getCommitPosition()),
      prepare: BigInt(position.getPreparePosition()),
    },
  };
}

/** By the type of what the server gives beside its words; they are the client's errors, as of its other calls. */
function errorOf(status: Status | undefined, stream: string): Error {
  const details = status?.getDetails();
  const bytes = details?.getValue_asU8() ?? new Uint8Array();
  switch (details?.getTypeName()) {
    case 'event_store.client.WrongExpectedVersion': {
      const wrong = sharedPb.WrongExpectedVersion.deserializeBinary(bytes);
      return WrongExpectedVersionError.fromWrongExpectedVersion(wrong, stream);
    }
    case 'event_store.client.StreamDeleted':
      return StreamDeletedError.fromStreamName(stream);
    case 'event_store.client.AccessDenied':
      return new AccessDeniedError();
    case 'event_store.client.MaximumAppendSizeExceeded': {
      const exceeded = sharedPb.MaximumAppendSizeExceeded.deserializeBinary(bytes);
      return MaxAppendSizeExceededError.fromMaxAppendSize(exceeded.getMaxappendsize());
    }
    case 'event_store.client.Timeout':
      return new TimeoutError();
    default:
      return new UnknownError(undefined, status?.getMessage());
  }
}
