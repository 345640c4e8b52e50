/** The messages that a fake EventStoreDB answers with. */
import { createRequire } from 'node:module';
import type * as anyPb from 'google-protobuf/google/protobuf/any_pb.js';
import type * as sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import type * as statusPb from '@eventstore/db-client/generated/status_pb.js';
import type * as streamsPb from '@eventstore/db-client/generated/streams_pb.js';

const require = createRequire(import.meta.url);
const { AppendResp, BatchAppendResp, ReadResp } =
  require('@eventstore/db-client/generated/streams_pb.js') as typeof streamsPb;
const { AllStreamPosition, Empty, StreamIdentifier, WrongExpectedVersion } =
  require('@eventstore/db-client/generated/shared_pb.js') as typeof sharedPb;
const { Status } = require('@eventstore/db-client/generated/status_pb.js') as typeof statusPb;
const { Any } = require('google-protobuf/google/protobuf/any_pb.js') as typeof anyPb;

export type Proposed =
  streamsPb.AppendReq.ProposedMessage | streamsPb.BatchAppendReq.ProposedMessage;

export interface LogEvent {
  readonly stream: string;
  readonly type: string;
  readonly revision: number;
  readonly position: number;
  readonly message: Proposed;
}

export function given({ stream, type, revision, position, message }: LogEvent): streamsPb.ReadResp {
  const event = new ReadResp.ReadEvent.RecordedEvent();
  const identifier = new StreamIdentifier();
  identifier.setStreamName(Buffer.from(stream).toString('base64'));
  event.setId(message.getId());
  event.setStreamIdentifier(identifier);
  event.setStreamRevision(String(revision));
  event.setPreparePosition(String(position));
  event.setCommitPosition(String(position));
  event.getMetadataMap().set('type', type);
  event.getMetadataMap().set('content-type', String(message.getMetadataMap().get('content-type')));
  event.getMetadataMap().set('created', '17000000000000000');
  event.setCustomMetadata(message.getCustomMetadata_asU8());
  event.setData(message.getData_asU8());
  const read = new ReadResp.ReadEvent();
  read.setEvent(event);
  const answer = new ReadResp();
  answer.setEvent(read);
  return answer;
}

export function lookedTo(position: number | string): streamsPb.ReadResp {
  const checkpoint = new ReadResp.Checkpoint();
  checkpoint.setCommitPosition(String(position));
  checkpoint.setPreparePosition(String(position));
  const answer = new ReadResp();
  answer.setCheckpoint(checkpoint);
  return answer;
}

export function appended({ revision, position }: LogEvent): streamsPb.AppendResp {
  const place = new AppendResp.Position();
  place.setCommitPosition(String(position));
  place.setPreparePosition(String(position));
  const success = new AppendResp.Success();
  success.setCurrentRevision(String(revision));
  success.setPosition(place);
  const answer = new AppendResp();
  answer.setSuccess(success);
  return answer;
}

export function conflict(current: number): streamsPb.AppendResp {
  const wrong = new AppendResp.WrongExpectedVersion();
  if (current < 0) wrong.setCurrentNoStream(new Empty());
  else wrong.setCurrentRevision(String(current));
  const answer = new AppendResp();
  answer.setWrongExpectedVersion(wrong);
  return answer;
}

export function batchAppended({ revision, position }: LogEvent): streamsPb.BatchAppendResp {
  const place = new AllStreamPosition();
  place.setCommitPosition(String(position));
  place.setPreparePosition(String(position));
  const success = new BatchAppendResp.Success();
  success.setCurrentRevision(String(revision));
  success.setPosition(place);
  const answer = new BatchAppendResp();
  answer.setSuccess(success);
  return answer;
}

export function batchConflict(current: number): streamsPb.BatchAppendResp {
  const wrong = new WrongExpectedVersion();
  if (current < 0) wrong.setCurrentNoStream(new Empty());
  else wrong.setCurrentStreamRevision(String(current));
  const details = new Any();
  details.pack(wrong.serializeBinary(), 'event_store.client.WrongExpectedVersion');
  const status = new Status();
  status.setDetails(details);
  const answer = new BatchAppendResp();
  answer.setError(status);
  return answer;
}
