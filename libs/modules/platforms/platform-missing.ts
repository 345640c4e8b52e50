/**
 * Whether a platform exists is asked where something begins on it (an account, a case, a member of the
 * staff, a policy): whatever is there already was begun on one that did, and no platform ends.
 */
import { type Violation } from '#kernel/violation';
import { platformDecider } from './platform.decider.ts';
import { platformEvents } from './platform.events.ts';
import { platformStream, type PlatformState } from './platform.state.ts';
import { platformViolation } from './platform.violations.ts';

/** Folds a stream from where it was read last: infra/command-handler/fact-folds.ts. */
interface Folds {
  fold(
    stream: string,
    decider: typeof platformDecider,
    catalogue: typeof platformEvents,
    options?: { readonly signal?: AbortSignal },
  ): Promise<{ readonly state: PlatformState }>;
}

/** What refuses a command that begins something there; undefined where there is such a platform. */
export async function platformMissing(
  folds: Folds,
  { platform, signal }: { readonly platform: string; readonly signal?: AbortSignal },
): Promise<Violation | undefined> {
  const options = signal ? { signal } : {};
  const stream = platformStream(platform);
  const { state } = await folds.fold(stream, platformDecider, platformEvents, options);
  return state.registered ? undefined : platformViolation('platform-not-found');
}
