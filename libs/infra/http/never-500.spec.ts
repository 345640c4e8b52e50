/** Whatever a client sends, it is the client who is told; the server fails by itself alone. */
import fc from 'fast-check';
import { startTestApp, type TestApp } from './http.testkit.ts';

let test: TestApp;
let ada: string;
beforeAll(async () => {
  test = await startTestApp();
  ada = await test.bearer('ada');
});
afterAll(() => test.app.close());

async function statusOf(url: string, headers: Record<string, string>, payload?: string | Buffer) {
  const response = await test.app.inject({
    method: payload === undefined ? 'GET' : 'POST',
    url,
    headers: { authorization: ada, 'idempotency-key': 'k', ...headers },
    ...(payload !== undefined && { payload }),
  });
  if (response.statusCode >= 400)
    expect(response.headers['content-type']).toBe('application/problem+json');
  return response.statusCode;
}

const headerText = fc.string({ unit: fc.constantFrom(...' "*,;=/W-aé0\t') });

describe('a request of any shape', () => {
  it('has a body of any JSON', async () => {
    const thing = fc.record(
      { title: fc.anything(), count: fc.anything(), parts: fc.anything(), x: fc.anything() },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.json(), thing.map(textOf)), async (text) => {
        const status = await statusOf('/v1/things', { 'content-type': 'application/json' }, text);
        expect(status).toBeLessThan(500);
      }),
      { numRuns: 300 },
    );
  });

  it('has a body of any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), headerText, async (bytes, type) => {
        const headers = { 'content-type': `application/json${type}` };
        expect(await statusOf('/v1/things', headers, Buffer.from(bytes))).toBeLessThan(500);
      }),
    );
  });

  it('has any query and path', async () => {
    const part = fc.oneof(fc.webFragments(), fc.string().map(encodeURIComponent));
    await fc.assert(
      fc.asyncProperty(part, part, async (path, query) => {
        expect(await statusOf(`/v1/things/${path}?${query}`, {})).toBeLessThan(500);
        expect(await statusOf(`/v1/things?limit=${query}`, {})).toBeLessThan(500);
      }),
    );
  });

  it('has any header that we read', async () => {
    const id = '0192f0c1-7b1e-7000-8000-000000000001';
    const names = [
      'if-match',
      'idempotency-key',
      'accept-language',
      'authorization',
      'traceparent',
      'x-casetrail-read-after',
      'content-type',
    ];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), headerText, async (name, value) => {
        expect(
          await statusOf(`/v1/things/${id}/changes`, { [name]: value }, Buffer.from('{}')),
        ).toBeLessThan(500);
        expect(await statusOf('/v1/things/read-after', { [name]: value })).toBeLessThan(500);
      }),
    );
  });
});

function textOf(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'bigint' ? String(member) : member,
  );
}
