import { afterEach, expect, jest, test } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { SigningKeys } from '../../../../services/kit/edge/signing-keys.ts';
import { TokenVerifier } from '../../../../services/kit/edge/token-verifier.ts';

const RULES = { issuer: 'https://weft.example', audience: 'shop' };

afterEach(() => {
  jest.restoreAllMocks();
});

/** A verifier on a clock that the test turns, and someone whose key it knows. */
async function verifying() {
  const { publicKey, privateKey } = await generateKeyPair('EdDSA');
  const clock = { now: 1_700_000_000_000 };
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'a', alg: 'EdDSA' }] };
  const now = () => clock.now;
  const keys = new SigningKeys({ fetch: async () => ({ keys: [...jwks.keys] }), maxAgeMs: 60_000, now });
  const verifier = new TokenVerifier(keys, RULES, now);
  const token = await new SignJWT({ role: 'customer' })
    .setProtectedHeader({ alg: 'EdDSA', kid: 'a' })
    .setIssuer(RULES.issuer)
    .setAudience(RULES.audience)
    .setSubject('somebody')
    .setExpirationTime(clock.now / 1_000 + 600)
    .sign(privateKey);
  const checks = jest.spyOn(crypto.subtle, 'verify');
  return { clock, jwks, checks, token, verify: (text: string) => verifier.verify(`Bearer ${text}`) };
}

test('verifies the signature of a token once', async () => {
  const { verify, token, checks } = await verifying();
  const bearer = { subject: 'somebody', role: 'customer' };
  expect([await verify(token), await verify(token), await verify(token)]).toEqual([bearer, bearer, bearer]);
  expect(checks).toHaveBeenCalledTimes(1);
});

test('rejects a verified token after it has expired', async () => {
  const { clock, verify, token } = await verifying();
  clock.now += 599_999;
  await verify(token);
  clock.now += 1;
  await expect(verify(token)).rejects.toMatchObject({ code: 'invalid-token' });
});

test('rejects a verified token after its key was removed', async () => {
  const { clock, jwks, verify, token } = await verifying();
  await verify(token);
  jwks.keys.pop();
  clock.now += 60_000;
  await expect(verify(token)).rejects.toMatchObject({ code: 'invalid-token' });
});

test('rejects a verified token with altered claims', async () => {
  const { verify, token } = await verifying();
  await verify(token);
  const [header, , signature] = token.split('.');
  const payload = Buffer.from(JSON.stringify({ sub: 'else', role: 'admin' })).toString('base64url');
  const forged = [header, payload, signature].join('.');
  await expect(verify(forged)).rejects.toMatchObject({ code: 'invalid-token' });
});
