/** The README's walk as a script: its own commands, and what the README says comes out of each. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const HEADING = '## A walk through one case';
/** Where the README's demonstration listens. */
const ADDRESS = 'http://127.0.0.1:3000';
const SEPARATOR = '----- step -----';

export interface Step {
  readonly commands: string;
  /** Lines; `…` stands for the rest of a line. Empty where the README shows nothing. */
  readonly comesOut: readonly string[];
}

/** @throws Error where the walk is not there, or shows output without commands. */
export function stepsOf(readme: string): readonly Step[] {
  const [, after] = readme.split(HEADING);
  const section = after?.split(/^## /m)[0] ?? '';
  const steps: Step[] = [];
  for (const [, language, text] of section.matchAll(/^```(\w+)\n(.*?)^```$/gms)) {
    if (language === 'sh') steps.push({ commands: text!, comesOut: [] });
    else {
      const last = steps.pop();
      if (!last) throw new Error('The README shows output before any command.');
      steps.push({ ...last, comesOut: text!.trimEnd().split('\n') });
    }
  }
  if (steps.length === 0) throw new Error(`The README has no commands under "${HEADING}".`);
  return steps;
}

function fits(line: string, expected: string): boolean {
  if (!expected.endsWith('…')) return line === expected;
  return line.startsWith(expected.slice(0, -1));
}

/** Runs all steps in one shell, in a folder of its own, against a server. @returns the lines of each step. */
async function run(steps: readonly Step[], url: string): Promise<readonly (readonly string[])[]> {
  const script = ['set -euo pipefail', ...steps.map(({ commands }) => commands)]
    .join(`\necho '${SEPARATOR}'\n`)
    .replaceAll(ADDRESS, url);
  const cwd = mkdtempSync(join(tmpdir(), 'casetrail-readme-'));
  try {
    const shell = spawn('bash', ['-c', script], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const said = { out: '', err: '' };
    shell.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
    shell.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()));
    const code = await new Promise((resolve) => shell.on('close', resolve));
    if (code !== 0) throw new Error(`The walk ended with ${code}: ${said.err}\n${said.out}`);
    return said.out
      .split(`${SEPARATOR}\n`)
      .slice(1)
      .map((text) => text.trimEnd().split('\n').filter(Boolean));
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

export interface Walked {
  readonly steps: number;
  /** What came out otherwise than the README says; nothing where all is as it says. */
  readonly wrong: readonly { readonly said: readonly string[]; readonly came: readonly string[] }[];
}

/** @throws Error where a command fails. */
export async function walk(readme: string, url: string): Promise<Walked> {
  const steps = stepsOf(readme);
  const came = await run(steps, url);
  const wrong = steps.flatMap(({ comesOut }, at) => {
    const lines = came[at] ?? [];
    const isSo =
      lines.length === comesOut.length && comesOut.every((one, line) => fits(lines[line]!, one));
    return isSo ? [] : [{ said: comesOut, came: lines }];
  });
  return { steps: steps.length, wrong };
}
