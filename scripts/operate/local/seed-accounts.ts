import { writeFile } from 'node:fs/promises';
import type { Secrets } from '../../../mesh/run/secrets.ts';

/** Someone who can sign in. */
export interface SeedAccount {
  readonly email: string;
  readonly password: string;
}

/** The first accounts' addresses, each with the key of Secret `seed` that holds its password. */
export const SEED_ACCOUNTS = {
  'admin@weft.example': 'seed-admin-password',
  'customer@weft.example': 'seed-customer-password',
} as const;

/** The accounts that the service `user` makes at its first start. */
export async function readSeedAccounts(
  secrets: Secrets,
): Promise<{ readonly admin: SeedAccount; readonly customer: SeedAccount }> {
  return {
    admin: {
      email: 'admin@weft.example',
      password: await secrets.read({ secret: 'seed', key: 'seed-admin-password' }),
    },
    customer: {
      email: 'customer@weft.example',
      password: await secrets.read({ secret: 'seed', key: 'seed-customer-password' }),
    },
  };
}

/** Whether passwords are still to be shown; from then on they have been. @param mark a file that says so */
export async function claimFirstDisplay(mark: string): Promise<boolean> {
  try {
    await writeFile(mark, '', { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
