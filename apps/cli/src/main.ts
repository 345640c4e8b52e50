#!/usr/bin/env -S node --max-semi-space-size=8
/** The operator's commands: `casetrail <command>`. A small young generation, as an import makes much garbage fast. */
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
