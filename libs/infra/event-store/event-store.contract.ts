/**
 * What an event store must keep, whichever it is: written from the port and from "What holds on every
 * store" (docs/architecture.md), each adapter's spec calls it unchanged. Every test uses stream names
 * and event types of its own and asks only for those, so that it also runs against a server whose log
 * holds other events already.
 */
import { appendContract } from './contract/append.contract.ts';
import { callsContract, stallContract } from './contract/calls.contract.ts';
import { lifeContract } from './contract/life.contract.ts';
import { readAllContract } from './contract/read-all.contract.ts';
import { readStreamContract } from './contract/read-stream.contract.ts';
import { repeatContract } from './contract/repeat.contract.ts';
import { subscribeContract } from './contract/subscribe.contract.ts';
import type { RigFactory } from './contract/rig.contract.ts';

export type { EventStoreRig, RigFactory } from './contract/rig.contract.ts';

export function eventStoreContract(
  name: string,
  factory: RigFactory,
  /** `stalls: false` only for a store that works on the caller's own thread, where nothing can wait. */
  { stalls = true } = {},
): void {
  describe(`event store contract: ${name}`, () => {
    appendContract(factory);
    repeatContract(factory);
    readStreamContract(factory);
    readAllContract(factory);
    subscribeContract(factory);
    callsContract(factory);
    lifeContract(factory);
    if (stalls) stallContract(factory);
  });
}
