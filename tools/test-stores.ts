/**
 * All that can be held against a real EventStoreDB: the contract of the event store, the specs of its
 * adapter, moving house, and the whole end-to-end suite with the events on the server. Which server,
 * and how it is killed and emptied, is said by variables (test/stores/README.md). What could not be
 * run is named, with the reason, and never counted as passed. Arguments are jest's.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { EVENTSTOREDB_URL, EVENTSTOREDB_FRESH } = process.env;

interface JestResult {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly startTime: number;
    readonly endTime: number;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly ancestorTitles: readonly string[];
    }[];
  }[];
}

interface Suite {
  readonly title: string;
  readonly paths: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Why it is not run; absent where it is. */
  readonly missing?: string;
}

const noServer = EVENTSTOREDB_URL ? undefined : 'EVENTSTOREDB_URL names no server';
const noEmptyServer =
  noServer ?? (EVENTSTOREDB_FRESH ? undefined : 'EVENTSTOREDB_FRESH starts no empty server');

const SUITES: readonly Suite[] = [
  {
    title: 'the whole end-to-end suite',
    paths: ['test/e2e'],
    env: { CASETRAIL_E2E_EVENT_STORE: 'eventstoredb' },
    ...(noEmptyServer && { missing: noEmptyServer }),
  },
  {
    title: 'contract, adapter and moving house',
    paths: ['libs/infra/event-store/eventstoredb', 'test/stores'],
  },
];

async function run({ paths, env }: Suite): Promise<JestResult> {
  const folder = mkdtempSync(join(tmpdir(), 'casetrail-stores-'));
  const outputFile = join(folder, 'result.json');
  const jest = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      '--experimental-vm-modules',
      'node_modules/jest/bin/jest.js',
      '--runInBand',
      // Node 26.10 may turn for ever in its own clean-up after the loop has ended (uv_run in CleanupHandles).
      '--forceExit',
      '--json',
      `--outputFile=${outputFile}`,
      ...paths,
      ...process.argv.slice(2),
    ],
    // What jest writes to stdout is the same JSON once more.
    {
      cwd: root,
      stdio: ['inherit', 'ignore', 'inherit'],
      env: { ...process.env, CASETRAIL_FULL: '1', ...env },
    },
  );
  await new Promise((resolve) => jest.on('close', resolve));
  try {
    return JSON.parse(readFileSync(outputFile, 'utf8')) as JestResult;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Titles of what was skipped: each says why. */
function skippedIn({ testResults }: JestResult): ReadonlyMap<string, number> {
  const skipped = new Map<string, number>();
  for (const { assertionResults } of testResults) {
    for (const { status, ancestorTitles } of assertionResults) {
      if (status !== 'pending') continue;
      const title = ancestorTitles[0] ?? 'without a title';
      skipped.set(title, (skipped.get(title) ?? 0) + 1);
    }
  }
  return skipped;
}

function secondsOf({ testResults }: JestResult): number {
  const ms = testResults.reduce((sum, { startTime, endTime }) => sum + endTime - startTime, 0);
  return Math.round(ms / 1_000);
}

const lines: string[] = [];
for (const suite of SUITES) {
  if (suite.missing !== undefined) {
    lines.push(`NOT RUN: ${suite.title}: ${suite.missing}.`);
    continue;
  }
  const result = await run(suite);
  const { numPassedTests: passed, numFailedTests: failed, numPendingTests: skipped } = result;
  const broken = result.testResults.filter(({ assertionResults }) => assertionResults.length === 0);
  lines.push(
    `${suite.title}: ${passed} passed, ${failed} failed, ${skipped} skipped, ` +
      `${result.testResults.length} files, ${secondsOf(result)} s`,
  );
  for (const [title, count] of skippedIn(result)) lines.push(`  skipped ${count}: ${title}`);
  for (const { name } of broken) lines.push(`  could not be run: ${name}`);
  if (failed > 0 || broken.length > 0) process.exitCode = 1;
}
console.log(['', 'Against a real EventStoreDB:', ...lines.map((line) => `  ${line}`)].join('\n'));
