/**
 * The longest files first, so that no worker is left alone with one at the end. Jest remembers how long
 * each took, but a fresh clone has nothing to remember and goes by size, which says little here: what
 * takes long are processes that are started. So the slowest are named; the others still go by size.
 */
import { relative } from 'node:path';
import Sequencer from '@jest/test-sequencer';

/** About what they take on two cores; only the order counts. */
const SECONDS = {
  'apps/server/src/main.spec.ts': 20,
  'test/e2e/event-server.e2e.spec.ts': 17,
  'apps/cli/src/main.spec.ts': 15,
  'test/crash/processes.crash.spec.ts': 12,
  'libs/infra/event-store/sqlite/sqlite-event-store.spec.ts': 11,
  'libs/infra/event-store/eventstoredb/opening.spec.ts': 10,
  'test/stores/backup.spec.ts': 10,
  'test/e2e/canary.e2e.spec.ts': 10,
  'test/e2e/bad-input.e2e.spec.ts': 10,
  'apps/cli/src/backup.spec.ts': 9,
  'test/e2e/first-platform.e2e.spec.ts': 9,
  'test/readme/readme.spec.ts': 9,
  'test/property/views.property.spec.ts': 8,
  'libs/infra/vault/sqlite/sqlite-vault.contract.spec.ts': 8,
  'apps/cli/src/backup/take-backup.spec.ts': 7,
  'test/e2e/bad-requests.e2e.spec.ts': 7,
  'test/e2e/authorization.e2e.spec.ts': 7,
  'test/openapi/accepted-forms.spec.ts': 7,
  'apps/cli/src/backup/restore-backup.spec.ts': 6,
  'apps/server/src/stores.spec.ts': 6,
  'apps/server/src/upkeep.spec.ts': 6,
  'test/e2e/hammering.e2e.spec.ts': 6,
};
const BYTES_A_SECOND = 10_000;

export default class LongestFirst extends Sequencer {
  /** In milliseconds. */
  time(test) {
    const { rootDir } = test.context.config;
    const bytes = test.context.hasteFS.getSize(test.path) ?? 0;
    const seconds = SECONDS[relative(rootDir, test.path)] ?? bytes / BYTES_A_SECOND;
    return super.time(test) ?? seconds * 1_000;
  }
}
