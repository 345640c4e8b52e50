/** As much of gRPC over HTTP/2 as a server of tests needs: framed messages in, framed messages and a status out. */
import { type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2';

/** What a call ends with instead of an answer: gRPC's status, and the exception that the server names beside it. */
export interface Refusal {
  readonly status: number;
  readonly message?: string;
  readonly exception?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

interface Message {
  serializeBinary(): Uint8Array;
}

const ANSWER = { ':status': 200, 'content-type': 'application/grpc' } as const;
/** A flag, and the length of what follows. */
const PREFIX_BYTES = 5;

/** Each message of a call as it comes. */
export function onMessage(call: ServerHttp2Stream, take: (message: Uint8Array) => void): void {
  let bytes = Buffer.alloc(0);
  call.on('data', (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    for (;;) {
      if (bytes.length < PREFIX_BYTES) return;
      const end = PREFIX_BYTES + bytes.readUInt32BE(1);
      if (bytes.length < end) return;
      const message = bytes.subarray(PREFIX_BYTES, end);
      bytes = bytes.subarray(end);
      take(message);
    }
  });
}

/** The messages of a call, when the client has sent its last. */
export async function requestsOf(call: ServerHttp2Stream): Promise<Uint8Array[]> {
  const messages: Uint8Array[] = [];
  onMessage(call, (message) => messages.push(message));
  await new Promise<void>((resolve) => {
    call.once('end', resolve);
    call.once('close', resolve);
  });
  return messages;
}

const isOver = (call: ServerHttp2Stream): boolean => call.closed || call.destroyed;

/** What calls that were begun end with, other than well. */
const endings = new WeakMap<ServerHttp2Stream, OutgoingHttpHeaders>();

/** An answer of any number of messages. */
export function begin(call: ServerHttp2Stream): void {
  if (isOver(call) || call.headersSent) return;
  call.respond(ANSWER, { waitForTrailers: true });
  call.on('wantTrailers', () => call.sendTrailers(endings.get(call) ?? { 'grpc-status': '0' }));
}

export function send(call: ServerHttp2Stream, message: Message): void {
  if (isOver(call)) return;
  const bytes = message.serializeBinary();
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(bytes.length, 1);
  call.write(Buffer.concat([prefix, bytes]));
}

/** A whole answer. */
export function end(call: ServerHttp2Stream, ...messages: readonly Message[]): void {
  begin(call);
  for (const message of messages) send(call, message);
  if (!isOver(call)) call.end();
}

export function refuse(call: ServerHttp2Stream, refusal: Refusal): void {
  if (isOver(call)) return;
  const { status, message = '', exception, metadata } = refusal;
  const said = { 'grpc-status': String(status), 'grpc-message': encodeURIComponent(message) };
  const more = { ...(exception && { exception }), ...metadata };
  if (call.headersSent) {
    endings.set(call, { ...said, ...more });
    call.end();
  } else {
    call.respond({ ...ANSWER, ...said, ...more }, { endStream: true });
  }
}
