/** A demonstration of its own for the walk: any free port, a data folder that goes when it ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Demonstration {
  readonly url: string;
  /** The items that somebody is listed, as soon as there are some: views follow the log a moment later. */
  items(path: string, who: string): Promise<readonly object[]>;
  end(): Promise<void>;
}

const ASKED_MAX = 400;
const ASK_AGAIN_MS = 25;

const READY = /listens on (http:\/\/127\.0\.0\.1:\d+)[^]*A token for any of them/;

function addressOf(server: ChildProcess): Promise<string> {
  let said = '';
  return new Promise((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      said += chunk.toString();
      const [, url] = READY.exec(said) ?? [];
      if (url !== undefined) resolve(url);
    };
    server.stdout!.on('data', hear);
    server.stderr!.on('data', hear);
    server.on('close', (code) => reject(new Error(`It ended with ${code}: ${said}`)));
  });
}

async function itemsOf(url: string, path: string, who: string): Promise<readonly object[]> {
  const signed = await fetch(`${url}/dev/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ subject: who, platform: 'demo' }),
  });
  const { token } = (await signed.json()) as { token: string };
  for (let asked = 0; asked < ASKED_MAX; asked++) {
    const answer = await fetch(url + path, { headers: { authorization: `Bearer ${token}` } });
    const { items = [] } = (await answer.json()) as { items?: readonly object[] };
    if (items.length > 0) return items;
    await sleep(ASK_AGAIN_MS);
  }
  throw new Error(`${path} shows nothing to ${who}.`);
}

/** @param command with its arguments, as the README has it or as a spec runs it from the sources. */
export async function startDemonstration(
  [program, ...args]: readonly [string, ...string[]],
  cwd: string,
): Promise<Demonstration> {
  const folder = mkdtempSync(join(tmpdir(), 'casetrail-demonstration-'));
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(CASETRAIL_|NODE_)/.test(name),
  );
  const server = spawn(program, args, {
    cwd,
    env: {
      ...Object.fromEntries(inherited),
      CASETRAIL_PORT: '0',
      CASETRAIL_DATA_FOLDER: join(folder, 'data'),
      CASETRAIL_KEY_FILE: join(folder, 'root.key'),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    // npm does not pass a signal on to what it started: the group is ended as one.
    detached: true,
  });
  const ended = new Promise((resolve) => server.on('close', resolve));
  const end = async () => {
    if (server.exitCode === null && server.pid !== undefined) process.kill(-server.pid, 'SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const url = await addressOf(server);
    const items = (path: string, who: string) => itemsOf(url, path, who);
    // The draft that the walk begins with.
    await items('/v1/cases', 'ben');
    return { url, items, end };
  } catch (error) {
    await end();
    throw error;
  }
}
