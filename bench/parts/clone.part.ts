/** From nothing to the first decided case, by the README's own commands; against the installing alone. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../build.ts';
import { type Contest, msOf, type Part } from '../contest.ts';
import { endedWithUs } from '../endings.ts';
import { benchFolder } from '../folder.ts';

/** The same that .ci/run holds the README by: `npm start`, and the walk against it. */
const WALK = 'npx node --disable-warning=ExperimentalWarning tools/readme-walk.ts';

export const clonePart: Part = {
  name: 'clone',
  ours: "git clone, npm ci, npm start and the README's walk, to its decided case and its end",
  yardstick: 'npm ci alone',
  unit: 'ms',
  goal: { atMost: 2 },
  missing: () => (existsSync(join(ROOT, '.git')) ? undefined : 'this is no git checkout'),
  open: async (): Promise<Contest> => ({
    ours: () =>
      inFolder((folder) => msOf(() => shell(`${cloneInto(folder)} && npm ci && ${WALK}`, folder))),
    yardstick: () =>
      inFolder(async (folder) => {
        await shell(cloneInto(folder), folder);
        return msOf(() => shell('npm ci', folder));
      }),
    close: async () => undefined,
  }),
};

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = benchFolder();
  try {
    return await work(folder.path);
  } finally {
    folder.remove();
  }
}

/** What is committed, by git's own transport and not by links to what is there. */
const cloneInto = (folder: string): string => `git clone --quiet 'file://${ROOT}' '${folder}'`;

/** As in a terminal: nothing of the npm that runs the bench, nor of its Node. @throws Error where it fails */
async function shell(command: string, cwd: string): Promise<void> {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|NODE_|CASETRAIL_|INIT_CWD$)/i.test(name),
  );
  const { PATH = '' } = process.env;
  const path = PATH.split(':').filter((part) => !part.includes('node_modules'));
  // The walk's data folder lies there, and goes with it where the walk is killed.
  const temporary = benchFolder();
  const child = endedWithUs(
    spawn('bash', ['-c', command], {
      cwd,
      env: { ...Object.fromEntries(inherited), PATH: path.join(':'), TMPDIR: temporary.path },
      stdio: ['ignore', 'ignore', 'pipe'],
      // Ctrl-C would end it, and leave the server that it has started, which nobody could find any more.
      detached: true,
    }),
  );
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  temporary.remove();
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${said}`);
}
