/**
 * Runs the sources as they are, decorators and all, in a process of their own: compiled by swc as jest
 * compiles them, one file at a time as it is imported. For specs that need a real process and must not
 * depend on whether somebody has built before. Preloaded by `--import`, also in worker threads.
 */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { type Options, transformSync } from '@swc/core';

type JestConfig = { default: { transform: Record<string, [string, Options]> } };
const config = new URL('../../../jest.config.js', import.meta.url).href;
const { transform } = ((await import(config)) as JestConfig).default;
const [, options] = Object.values(transform)[0]!;

registerHooks({
  load(url, context, next) {
    if (!url.startsWith('file:') || !url.endsWith('.ts') || url.includes('/node_modules/')) {
      return next(url, context);
    }
    const filename = fileURLToPath(url);
    const { code } = transformSync(readFileSync(filename, 'utf8'), { ...options, filename });
    return { format: 'module', source: code, shortCircuit: true };
  },
});
