/** Requests over kept connections, as cheap for the client as Node makes them: both sides pay the same. */
import { Agent, request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface HttpAsk {
  readonly method?: string;
  readonly headers?: Readonly<OutgoingHttpHeaders>;
  readonly body?: string | Uint8Array;
}

class ConnectionGone extends Error {}

export class HttpClient {
  readonly #agent: Agent;
  readonly #base: URL;

  constructor(base: string, connections: number) {
    this.#base = new URL(base);
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** A kept connection that the server ended in the meantime is no failure: Node says so, and to send it again. */
  send(path: string, ask: HttpAsk = {}): Promise<HttpAnswer> {
    return this.#sendOnce(path, ask).catch((error: unknown) => {
      if (error instanceof ConnectionGone) return this.#sendOnce(path, ask);
      throw error;
    });
  }

  #sendOnce(path: string, { method = 'GET', headers = {}, body }: HttpAsk): Promise<HttpAnswer> {
    const { hostname, port } = this.#base;
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          hostname,
          port,
          path,
          method,
          agent: this.#agent,
          headers: { ...headers, ...length },
        },
        (answer) => {
          let text = '';
          answer.setEncoding('utf8');
          answer.on('data', (chunk: string) => (text += chunk));
          answer.on('error', reject);
          answer.on('end', () =>
            resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }),
          );
        },
      );
      sent.on('error', (error: NodeJS.ErrnoException) => {
        const wasKept = sent.reusedSocket && error.code === 'ECONNRESET';
        reject(wasKept ? new ConnectionGone() : error);
      });
      sent.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** Works through all of them, so many at a time. */
export async function inParallel<T>(
  items: Iterable<T>,
  atOnce: number,
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const iterator = items[Symbol.iterator]();
  const one = async () => {
    for (let next = iterator.next(); !next.done; next = iterator.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: atOnce }, one));
}
