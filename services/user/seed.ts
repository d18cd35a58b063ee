import { uuidv7 } from '../kit/fields/uuid.ts';
import type { Role } from './account.ts';
import type { Accounts } from './accounts.ts';
import { hashPassword } from './password-hash.ts';

const SEEDS: readonly {
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly secret: string;
}[] = [
  { email: 'admin@weft.example', name: 'Admin', role: 'admin', secret: 'seed-admin-password' },
  { email: 'customer@weft.example', name: 'Customer', role: 'customer', secret: 'seed-customer-password' },
];

/**
 * Creates the first admin and the first customer of a shop. Existing accounts are not changed.
 * @param secret reads a secret by its key
 */
export async function seedAccounts(accounts: Accounts, secret: (key: string) => string): Promise<void> {
  for (const seed of SEEDS) {
    if (await accounts.byEmail(seed.email)) continue;
    const passwordHash = await hashPassword(secret(seed.secret));
    await accounts.add({ id: uuidv7(), email: seed.email, name: seed.name, role: seed.role, passwordHash });
  }
}
