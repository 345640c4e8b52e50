/** What the interleavings stand on takes appends, and refuses them, as every store does. */
import { appendContract } from '../../libs/infra/event-store/contract/append.contract.ts';
import { repeatContract } from '../../libs/infra/event-store/contract/repeat.contract.ts';
import { MemoryLog } from './memory-log.testkit.ts';

async function rig() {
  const log = new MemoryLog();
  return {
    open: async () => log,
    reopen: async () => log,
    dispose: async () => undefined,
    madeUpPositions: [],
    stall: async () => async () => undefined,
  };
}

describe('the log in memory', () => {
  appendContract(rig);
  repeatContract(rig);
});
