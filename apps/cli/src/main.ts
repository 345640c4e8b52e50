#!/usr/bin/env -S node --max-semi-space-size=8 --heap-growing-percent=40
/** The operator's commands: `casetrail <command>`. A small young generation and an old one that grows slowly, as an import makes much garbage fast: 300 MB instead of 400, for 4 % of its time. */
import { casetrail } from './casetrail.ts';

/** The first signal asks for the end; a second one ends at once, as nothing holds it any more. */
function endSignal(): AbortSignal {
  const abort = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => abort.abort());
  }
  return abort.signal;
}

process.exitCode = await casetrail(process.argv.slice(2), {
  env: process.env,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  errIsTerminal: process.stderr.isTTY === true,
  signal: endSignal(),
});
