/** As much of gRPC over HTTP/2 as a server of tests needs: framed messages in, framed messages and a status out. */
import { type ServerHttp2Stream } from 'node:http2';

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

/** The messages of a call, when the client has sent its last. */
export async function requestsOf(call: ServerHttp2Stream): Promise<Uint8Array[]> {
  const chunks: Buffer[] = [];
  call.on('data', (chunk: Buffer) => chunks.push(chunk));
  await new Promise<void>((resolve) => {
    call.once('end', resolve);
    call.once('close', resolve);
  });
  const bytes = Buffer.concat(chunks);
  const messages: Uint8Array[] = [];
  for (let at = 0; at + PREFIX_BYTES <= bytes.length;) {
    const end = at + PREFIX_BYTES + bytes.readUInt32BE(at + 1);
    messages.push(bytes.subarray(at + PREFIX_BYTES, end));
    at = end;
  }
  return messages;
}

const isOver = (call: ServerHttp2Stream): boolean => call.closed || call.destroyed;

/** An answer of any number of messages. */
export function begin(call: ServerHttp2Stream): void {
  if (isOver(call)) return;
  call.respond(ANSWER, { waitForTrailers: true });
  call.on('wantTrailers', () => call.sendTrailers({ 'grpc-status': '0' }));
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
  call.respond({ ...ANSWER, ...said, ...more }, { endStream: true });
}
