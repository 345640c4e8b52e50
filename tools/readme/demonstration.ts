/** A demonstration of its own for the walk: any free port, a data folder that goes when it ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Demonstration {
  readonly url: string;
  end(): Promise<void>;
}

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
    return { url: await addressOf(server), end };
  } catch (error) {
    await end();
    throw error;
  }
}
