import { writeFile } from 'node:fs/promises';
import type { SecretKey } from '../../../mesh/graph/secret-key.ts';
import type { Secrets } from '../../../mesh/run/secrets.ts';

/** Credentials of a user. */
export interface SeedAccount {
  readonly email: string;
  readonly password: string;
}

/** Email addresses of the seed accounts, with the key of Secret `seed` that contains the password. */
export const SEED_ACCOUNTS = {
  'admin@weft.example': 'seed-admin-password',
  'customer@weft.example': 'seed-customer-password',
} as const;

/** Environment variables that set the passwords of seed accounts, by the key of Secret `seed`. */
const PASSWORD_VARIABLES: Readonly<Record<string, string>> = {
  'seed-admin-password': 'WEFT_ADMIN_PASSWORD',
  'seed-customer-password': 'WEFT_CUSTOMER_PASSWORD',
};

/** Returns the password of a seed account if the environment sets it. */
export function presetPassword({ key }: SecretKey, environment: NodeJS.ProcessEnv): string | undefined {
  const variable = PASSWORD_VARIABLES[key];
  return variable && environment[variable];
}

/** Reads the credentials of the accounts that the service `user` creates at its first start. */
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

/**
 * Returns true for the first call only, so that passwords are displayed once.
 *
 * @param markerFile records the first call
 */
export async function claimFirstDisplay(markerFile: string): Promise<boolean> {
  try {
    await writeFile(markerFile, '', { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
