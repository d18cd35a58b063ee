import { generateKeyPairSync, randomBytes } from 'node:crypto';

/**
 * Generates a secret by the name of its key: an Ed25519 private key for `*.pem`, else a password of 144 random bits.
 */
export function generateSecret(key: string): string {
  if (key.endsWith('.pem')) {
    return generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  }
  return randomBytes(18).toString('base64url');
}
