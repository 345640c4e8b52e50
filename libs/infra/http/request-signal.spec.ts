import { EventEmitter } from 'node:events';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { setLifetime, signalOf } from './request-signal.ts';

function aServer() {
  const server = {};
  const ending = new AbortController();
  setLifetime(server, { deadlineMs: 60_000, ending: ending.signal });
  const sent = (method: string) => {
    const raw = Object.assign(new EventEmitter(), { writableFinished: false });
    const request = { method, server } as unknown as FastifyRequest;
    const reply = { raw, elapsedTime: 0 } as unknown as FastifyReply;
    return { signal: signalOf(request, reply), raw };
  };
  return { ending, sent };
}

describe('the signal of a request', () => {
  it.each(['GET', 'HEAD'])('lets go of a %s that waits when the server ends', (method) => {
    const { ending, sent } = aServer();
    const { signal, raw } = sent(method);
    expect(signal.aborted).toBe(false);
    ending.abort();
    expect(signal.aborted).toBe(true);
    expect(sent(method).signal.aborted).toBe(true);
    raw.emit('close');
  });

  it('lets a command that came in before the end be finished', () => {
    const { ending, sent } = aServer();
    const before = sent('POST');
    ending.abort();
    const askedLater = sent('POST');
    expect([before.signal.aborted, askedLater.signal.aborted]).toEqual([false, false]);
    for (const { raw } of [before, askedLater]) raw.emit('close');
  });

  it.each(['GET', 'POST'])('ends a %s whose client is gone', (method) => {
    const { signal, raw } = aServer().sent(method);
    raw.emit('close');
    expect(signal.aborted).toBe(true);
  });
});
