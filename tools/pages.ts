/** Writes generated files, or, with `--check`, says which ones are not what the code says. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

function presentText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/**
 * @param pages texts by path below the root of the repository.
 * Sets the exit code where `--check` finds a stale one.
 */
export function settle(pages: Readonly<Record<string, string>>): void {
  const checking = process.argv.includes('--check');
  for (const [name, page] of Object.entries(pages)) {
    const path = join(root, name);
    const text = `${page.trimEnd()}\n`;
    if (presentText(path) === text) continue;
    if (checking) {
      console.error(`${name} is not what the code says. Run: npm run docs:gen`);
      process.exitCode = 1;
    } else {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      console.log(`${name} written.`);
    }
  }
}
