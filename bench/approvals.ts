/** Approvals over HTTP, each of a case of its own that rui holds, under a key of its own. */
import { type CaseAt, type Casework } from './casework.ts';
import { msOf } from './contest.ts';
import { type HttpClient, inParallel } from './http-client.ts';

export const CONNECTIONS = 32;
export const STREAM_LENGTH = 30;

export type Ask = readonly [path: string, headers: Readonly<Record<string, string>>];

/** Makes the cases, and what to ask for to approve them. */
export async function approvalsFor(
  work: Casework,
  count: number,
  label: string,
): Promise<readonly Ask[]> {
  const cases = await work.claimedCases(count, STREAM_LENGTH, label);
  return Promise.all(cases.map((one) => askFor(work, one)));
}

async function askFor(work: Casework, { caseId, version }: CaseAt): Promise<Ask> {
  return [`/v1/cases/${caseId}/reviews/1/approval`, await work.headers('rui', version)];
}

async function expect(client: HttpClient, ...[path, headers]: Ask): Promise<void> {
  const { status, text } = await client.send(path, { method: 'POST', headers });
  if (status >= 300) throw new Error(`Refused: ${status} ${text}`);
}

/** @returns requests a second */
export async function rateOf(client: HttpClient, asks: readonly Ask[]): Promise<number> {
  const ms = await msOf(() => inParallel(asks, CONNECTIONS, (ask) => expect(client, ...ask)));
  return (asks.length * 1_000) / ms;
}
