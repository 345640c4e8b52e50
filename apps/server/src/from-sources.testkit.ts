/**
 * Runs the sources as they are, decorators and all, in a process of their own: compiled by swc as jest
 * compiles them, one file at a time as it is imported. For specs that need a real process and must not
 * depend on whether somebody has built before. Preloaded by `--import`, also in worker threads.
 *
 * What was compiled is kept under node_modules/.cache by its content: specs start hundreds of processes.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire, enableCompileCache, registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { threadId } from 'node:worker_threads';
import { type Options, transformSync } from '@swc/core';

type JestConfig = { default: { transform: Record<string, [string, Options]> } };
const config = new URL('../../../jest.config.js', import.meta.url).href;
const { transform } = ((await import(config)) as JestConfig).default;
const [, options] = Object.values(transform)[0]!;

const cache = fileURLToPath(new URL('../../../node_modules/.cache/casetrail/', import.meta.url));
mkdirSync(cache, { recursive: true });
enableCompileCache(cache);
const { version } = createRequire(import.meta.url)('@swc/core/package.json') as { version: string };
const compiler = JSON.stringify([version, options]);

function compiled(source: string, filename: string): string {
  const key = createHash('sha256').update(JSON.stringify([compiler, filename, source]));
  const kept = `${cache}${key.digest('hex')}.mjs`;
  try {
    return readFileSync(kept, 'utf8');
  } catch {
    const { code } = transformSync(source, { ...options, filename });
    // Renamed when it is whole: others start at the same time.
    const begun = `${kept}.${process.pid}-${threadId}`;
    writeFileSync(begun, code);
    renameSync(begun, kept);
    return code;
  }
}

registerHooks({
  load(url, context, next) {
    if (!url.startsWith('file:') || !url.endsWith('.ts') || url.includes('/node_modules/')) {
      return next(url, context);
    }
    const filename = fileURLToPath(url);
    const source = compiled(readFileSync(filename, 'utf8'), filename);
    return { format: 'module', source, shortCircuit: true };
  },
});
