import { generateKeyPairSync, randomBytes } from 'node:crypto';

/** Where the passwords of the first accounts may come from. */
const SEED_VARIABLES: Readonly<Record<string, string>> = {
  'seed-admin-password': 'WEFT_ADMIN_PASSWORD',
  'seed-customer-password': 'WEFT_CUSTOMER_PASSWORD',
};

/**
 * The value of a secret that nobody has made yet, as the name of its key asks for: an Ed25519 private key for a
 * `.pem`, else a password of 144 random bits, unless `environment` gives one for a first account.
 */
export function generateSecret(key: string, environment: NodeJS.ProcessEnv): string {
  const variable = SEED_VARIABLES[key];
  const given = variable && environment[variable];
  if (given) return given;
  if (key.endsWith('.pem')) {
    return generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  }
  return randomBytes(18).toString('base64url');
}
