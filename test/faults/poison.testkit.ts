/** A rule of the running server that throws at what it is told to, until it is mended. */
import { type RecordedEvent } from '#kernel/envelope';
import { type AnyProcess } from '#kernel/process';
import { type AnyView } from '#kernel/view';

class Poison extends Error {
  override readonly name = 'Poison';
}

/** @returns what mends it */
function poisoned(
  rules: object,
  rule: string,
  isPoison: (args: readonly never[], result: unknown) => boolean,
): () => void {
  const kept = Object.getOwnPropertyDescriptor(rules, rule)!;
  const inner = kept.value as (...args: readonly never[]) => unknown;
  const value = (...args: readonly never[]): unknown => {
    const result = inner.apply(rules, [...args]);
    if (isPoison(args, result)) throw new Poison('This one cannot be folded.');
    return result;
  };
  Object.defineProperty(rules, rule, { ...kept, value });
  return () => void Object.defineProperty(rules, rule, kept);
}

/** The fold of the view throws at such an event of such a document. */
export const poisonView = (
  view: AnyView,
  isPoison: (event: RecordedEvent, key: string, before: object | null) => boolean,
): (() => void) =>
  poisoned(view, 'evolve', ([before, event, key]) => isPoison(event!, key!, before!));

/** What the process makes of such an event throws, in spite of the actions that it would send. */
export const poisonProcess = (
  process: AnyProcess,
  isPoison: (event: RecordedEvent, actions: readonly object[]) => boolean,
): (() => void) =>
  poisoned(process, 'react', ([event], actions) => isPoison(event!, actions as readonly object[]));
