/**
 * What may be logged of an error: its name, code and the places it came through. Not its message,
 * except where the error is one of ours that promises to name no personal data: a JSON parser or a
 * database repeats in its message what it was given.
 */
import { EventStoreError } from '#infra/event-store/event-store.errors';

export interface SafeError {
  readonly name: string;
  readonly code?: string;
  readonly message?: string;
  readonly frames?: readonly string[];
  readonly cause?: SafeError;
}

/** Their messages name streams, references and files, as their ports promise. */
const OURS = new Set([
  'EventOfNewerBuild',
  'EventDamaged',
  'ReadStoreUnavailable',
  'VaultUnavailable',
  'VaultConflict',
  'VaultDamaged',
  'VaultKeyUnusable',
  'HttpProblem',
  'SettingsError',
]);

const FRAMES_MAX = 12;
const CAUSES_MAX = 3;

function framesOf(stack: string | undefined): string[] {
  // A frame begins with white space and "at"; lines before the first belong to the message.
  const lines = (stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return lines.slice(0, FRAMES_MAX).map((line) => line.trim());
}

export function safeError(error: unknown, causesMax = CAUSES_MAX): SafeError {
  if (!(error instanceof Error)) return { name: `thrown ${typeof error}` };
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  return {
    name: error.name,
    ...(typeof code === 'string' && { code }),
    ...((error instanceof EventStoreError || OURS.has(error.name)) && { message: error.message }),
    frames: framesOf(error.stack),
    ...(cause instanceof Error && causesMax > 0 && { cause: safeError(cause, causesMax - 1) }),
  };
}
