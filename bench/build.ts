/** Whether the build that would be measured is the sources that it would be written down under. */
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SERVER = 'dist/apps/server/src/main.js';
/** What the build is told to compile, and what not. */
const SETTINGS = 'tsconfig.build.json';

export const serverOfBuild = (root = ROOT): string => join(root, SERVER);

/**
 * Why the server of the build cannot be measured. By times of change, as a build writes all of its files.
 * @returns undefined where it can
 */
export function missingBuild(root = ROOT): string | undefined {
  const server = serverOfBuild(root);
  if (!existsSync(server)) return 'there is no build; npm run build makes it';
  const builtAt = statSync(server).mtimeMs;
  const changed = sources(root).find((file) => statSync(join(root, file)).mtimeMs > builtAt);
  if (changed === undefined) return undefined;
  return `the build is older than ${changed}; npm run build makes it anew`;
}

function sources(root: string): readonly string[] {
  const { include, exclude } = JSON.parse(readFileSync(join(root, SETTINGS), 'utf8')) as {
    include: readonly string[];
    exclude: readonly string[];
  };
  return globSync(
    include.map((folder) => `${folder}/**/*.ts`),
    { cwd: root, exclude },
  );
}
