import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { TokenSigner } from '../../../services/user/token-signer.ts';
import { tokenKey } from './test-accounts.ts';

const RULES = { issuer: 'i', audience: 'a', lifetimeSeconds: 900 };

test('derives the key id from the key, so that all replicas use the same id', async () => {
  const pem = tokenKey();
  const signers = await Promise.all([TokenSigner.fromPem(pem, RULES), TokenSigner.fromPem(pem, RULES)]);
  expect(signers[0]?.keySet).toEqual(signers[1]?.keySet);
});

test('rejects another type of key without quoting the key in the error', async () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const pem = rsa.export({ type: 'pkcs8', format: 'pem' }).toString();
  await expect(TokenSigner.fromPem(pem, RULES)).rejects.toThrow(/is a key of type rsa; use an Ed25519 key/);
  await expect(TokenSigner.fromPem('top secret', RULES)).rejects.toThrow(
    /^secret token-key.pem is not a private key/,
  );
});
