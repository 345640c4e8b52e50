/** The server as a process of its own, from its sources (from-sources.testkit.ts). */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DataPlaces } from './data-folder.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Not what the machine that runs the specs happens to have set. Specs start hundreds of processes: what one compiled, the next takes. */
export const CLEAN_ENVIRONMENT = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(CASETRAIL_|NODE_)/.test(name)),
  ),
  NODE_COMPILE_CACHE: join(ROOT, 'node_modules/.cache/casetrail'),
};

export class ServerProcess {
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
  output = '';
  errors = '';

  /**
   * On a free port, where `env` names none.
   * @param written the file that its output goes to; without one it is kept here.
   */
  constructor(
    args: readonly string[],
    { dataFolder, keyFile }: DataPlaces,
    env: Readonly<Record<string, string>> = {},
    written?: number,
  ) {
    const settings = {
      CASETRAIL_DATA_FOLDER: dataFolder,
      CASETRAIL_KEY_FILE: keyFile,
      CASETRAIL_PORT: '0',
    };
    this.child = spawn(
      process.execPath,
      [
        '--conditions=source',
        '--disable-warning=ExperimentalWarning',
        '--import',
        './apps/server/src/from-sources.testkit.ts',
        'apps/server/src/main.ts',
        ...args,
      ],
      {
        cwd: ROOT,
        env: { ...CLEAN_ENVIRONMENT, ...settings, ...env },
        stdio: ['ignore', written ?? 'pipe', written ?? 'pipe'],
      },
    );
    this.child.stdout?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.child.stderr?.on('data', (chunk: Buffer) => (this.errors += chunk.toString()));
    this.exited = once(this.child, 'close').then(() => this.child.exitCode);
  }

  /**
   * Resolves with its URL when it listens, or later, when it has printed this.
   * @throws Error with what it printed instead
   */
  async ready(printed = '"message":"listening"'): Promise<string> {
    while (!this.output.includes(printed)) {
      const more = once(this.child.stdout!, 'data').then(() => undefined);
      const code = await Promise.race([more, this.exited]);
      if (code !== undefined) throw new Error(`It ended with ${code}: ${this.errors}`);
    }
    return /http:\/\/127\.0\.0\.1:\d+/.exec(this.output)![0];
  }

  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.child.kill(signal);
    return this.exited;
  }
}
