import { vaultContract } from '../vault.contract.ts';
import { SqliteVaultFixture } from './sqlite-vault.testkit.ts';

vaultContract('SqliteVault', async (parts) => new SqliteVaultFixture(parts));
