/** Measures parts one after the other; one that fails is written down with its reason, and the next follows. */
import { type Asked } from './arguments.ts';
import { missingBuild } from './build.ts';
import { measure, type Part, type Result } from './contest.ts';
import { endChildren } from './endings.ts';
import { told } from './told.ts';

export interface Outcome {
  readonly results: Result[];
  /** Why, by the part's name: of what this machine has not. */
  readonly skipped: Record<string, string>;
  /** Why, by the part's name. */
  readonly failed: Record<string, string>;
}

export const nothingYet = (): Outcome => ({ results: [], skipped: {}, failed: {} });

/**
 * @param outcome is filled as it goes on, so that it can be written down wherever that ends
 * @param unbuilt why there is no build to measure
 */
export async function runParts(
  parts: readonly Part[],
  rounds: number,
  outcome: Outcome,
  say: (line: string) => void,
  unbuilt = missingBuild,
): Promise<void> {
  for (const part of parts) {
    const missing = part.missing?.();
    if (missing !== undefined) {
      outcome.skipped[part.name] = missing;
      say(`${part.name}: SKIPPED: ${missing}`);
      continue;
    }
    try {
      const reason = part.ofBuild && unbuilt();
      if (reason !== undefined) throw new Error(reason);
      const result = await measure(part, rounds);
      outcome.results.push(result);
      say(told(part, result));
    } catch (error) {
      endChildren();
      outcome.failed[part.name] = reasonOf(error);
      say(`${part.name}: FAILED: ${reasonOf(error)}`);
    }
  }
}

/** Also what it came of: a request that failed says only that it has. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message, cause } = error;
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}

/** The words by which parts were asked for that were all skipped: nobody may take that for a run. */
export function askedForNothing(asked: readonly Asked[], { skipped }: Outcome): readonly string[] {
  return asked
    .filter(({ parts }) => parts.every(({ name }) => name in skipped))
    .map(({ word }) => word);
}
