/**
 * Preloaded by a process that is to be killed: lays ports over its stores that pass the points by name
 * (stores.testkit.ts), and counts what its main thread writes to files, for the points below the ports.
 */
import fs from 'node:fs';
import { registerHooks, syncBuiltinESMExports } from 'node:module';
import { dirname } from 'node:path';
import { DatabaseSync, StatementSync } from 'node:sqlite';
import { isMainThread } from 'node:worker_threads';
import { FIRST_START_POINT, pass } from './points.testkit.ts';

const STORES = new URL('../../../apps/server/src/stores.ts', import.meta.url).href;
const LAID_OVER = new URL('./stores.testkit.ts', import.meta.url).href;

registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context);
    const isOurs = context.parentURL === LAID_OVER;
    return resolved.url === STORES && !isOurs ? { ...resolved, url: LAID_OVER } : resolved;
  },
});

/** What changes a file, a folder or what lies in them. */
const WRITES = [
  'mkdirSync',
  'writeFileSync',
  'openSync',
  'writeSync',
  'renameSync',
  'chmodSync',
  'fsyncSync',
] as const;

type Method = (...args: unknown[]) => unknown;

function around(object: object, name: string, after: (self: unknown, args: unknown[]) => void) {
  const inner = Reflect.get(object, name) as Method;
  Reflect.set(object, name, function (this: unknown, ...args: unknown[]) {
    const result = inner.apply(this, args);
    after(this, args);
    return result;
  });
}

if (isMainThread) {
  const { CASETRAIL_DATA_FOLDER: data = '', CASETRAIL_KEY_FILE: key = '' } = process.env;
  const places = [data, dirname(key)];
  /** By a path of ours, or by a handle: what Node itself opens are the sources. */
  const isWritten = (path: unknown) =>
    typeof path === 'number' || places.some((place) => String(path).startsWith(place));
  for (const name of WRITES) {
    around(fs, name, (_, [path]) => {
      if (isWritten(path)) pass(FIRST_START_POINT);
    });
  }
  syncBuiltinESMExports();

  let keyIsMade = false;
  around(StatementSync.prototype, 'run', (self) => {
    pass(FIRST_START_POINT);
    if ((self as StatementSync).sourceSQL.includes('INTO subject_key')) keyIsMade = true;
  });
  around(DatabaseSync.prototype, 'exec', (_, [sql]) => {
    pass(FIRST_START_POINT);
    // The keys are committed first, and the records after them.
    if (sql !== 'COMMIT' || !keyIsMade) return;
    keyIsMade = false;
    pass('between the key of a subject and its record');
  });
}
