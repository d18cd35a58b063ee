import { generateKeyPairSync } from 'node:crypto';
import { Pool } from 'pg';
import { migrate } from '../../../services/kit/store/migrate.ts';
import { createLog } from '../../../services/kit/telemetry/log.ts';
import { Accounts } from '../../../services/user/accounts.ts';
import { migrations } from '../../../services/user/migrations.ts';
import { testStore } from '../../postgres.ts';

/** The accounts in a fresh database of a real Postgres. */
export async function openAccounts(): Promise<{ accounts: Accounts; pool: Pool }> {
  const { connectionString } = await testStore('user');
  const pool = new Pool({ connectionString, max: 4 });
  await migrate(pool, migrations, createLog({}, { write: () => {} }));
  return { accounts: new Accounts(pool), pool };
}

/** A new signing key, as the secret `token-key.pem` holds one. */
export function tokenKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}
