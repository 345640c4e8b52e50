/** Whether every record that an event names can be opened: the vault is written first, and nothing points at nothing. */
import { openSqliteVault, type SqliteVault } from '#infra/vault/sqlite/sqlite-vault';
import { recordsNamedIn } from '#infra/vault/named-refs';
import { systemClock } from '#kernel/clock';
import { randomIds } from '#kernel/ids';
import { type LogRow } from './log-checker.testkit.ts';
import { PLATFORM } from './talk.testkit.ts';
import { type Places } from './views-checker.testkit.ts';

/** @param places of a copy, as opening a vault writes to it */
export async function withVault<T>(
  { dataFolder: folder, keyFile }: Places,
  work: (vault: SqliteVault) => Promise<T>,
): Promise<T> {
  const vault = openSqliteVault({ folder, keyFile, clock: systemClock, ids: randomIds });
  try {
    return await work(vault);
  } finally {
    await vault.close();
  }
}

/** In words, one each; none where all holds. */
export function vaultFaultsOf(rows: readonly LogRow[], copy: Places): Promise<string[]> {
  return withVault(copy, async (vault) => {
    const faults: string[] = [];
    for (const { position, type, data, metadata } of rows) {
      if (metadata.platform !== PLATFORM) continue;
      for (const ref of recordsNamedIn(data)) {
        const [record] = await vault.read(PLATFORM, [ref]).catch(() => []);
        if (!record) faults.push(`the ${type} at ${position} names ${ref}, which cannot be opened`);
      }
    }
    return faults;
  });
}
