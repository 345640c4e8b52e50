/** What the clocks of a platform's cases go by, from its stream: its calendar and announced maintenance. */
import { type FactFolds } from '#infra/command-handler/fact-folds';
import { type CallOptions } from '#infra/event-store/event-store.port';
import {
  clockFactsOf,
  platformDecider,
  platformEvents,
  platformStream,
} from '#modules/platforms/index';
import { type CaseFacts } from '../case.facts.ts';

/** @throws EventStoreError when the store cannot be read. */
export async function platformClock(
  folds: FactFolds,
  platform: string,
  options: CallOptions = {},
): Promise<Pick<CaseFacts, 'calendar' | 'maintenance'>> {
  const stream = platformStream(platform);
  const { state } = await folds.fold(stream, platformDecider, platformEvents, options);
  return clockFactsOf(state);
}
