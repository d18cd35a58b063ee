import { createHmac, generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type BadInputHarness, NEW_PRODUCT, startBadInputGateway } from './bad-input-harness.ts';
import { EDGE } from './edge.ts';
import { request } from './request.ts';
import { CUSTOMER_ID, startGateway } from './test-gateway.ts';

let edge: BadInputHarness;
beforeAll(async () => {
  edge = await startBadInputGateway();
});
afterAll(() => edge.gateway.stop());

describe('the gateway', () => {
  const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1_000);
  const claims = {
    iss: EDGE.token.issuer,
    aud: EDGE.token.audience,
    sub: CUSTOMER_ID,
    role: 'admin',
    exp: now + 900,
  };

  test('rejects a request without a token with 401 and a Bearer challenge', async () => {
    const refusal = await edge.ask('GET', '/v1/orders');
    expect(refusal).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    expect(refusal.headers.get('www-authenticate')).toBe('Bearer realm="weft"');
  });

  const bad: Record<string, () => Promise<string> | string> = {
    'with the algorithm none': () => `${base64({ alg: 'none' })}.${base64(claims)}.`,
    'signed by HMAC with the public key': async () => {
      const { body } = await edge.ask('GET', '/.well-known/jwks.json');
      const head = `${base64({ alg: 'HS256', kid: body.keys[0].kid })}.${base64(claims)}`;
      return `${head}.${createHmac('sha256', body.keys[0].x).update(head).digest('base64url')}`;
    },
    'signed with an unknown key': () => edge.gateway.token({}, generateKeyPairSync('ed25519').privateKey),
    'that has expired': () => edge.gateway.token({ iat: now - 100, exp: now - 1 }),
    'without an expiration time': () => edge.gateway.token({ exp: undefined as unknown as number }),
    'for another audience': () => edge.gateway.token({ aud: 'bank' }),
    'of another issuer': () => edge.gateway.token({ iss: 'https://elsewhere.example' }),
    'without a subject': () => edge.gateway.token({ sub: undefined as unknown as string }),
    'with altered claims': async () => {
      const [head, , signature] = (await edge.gateway.token()).split('.');
      return `${head}.${base64(claims)}.${signature}`;
    },
    'that is not a JWT': () => 'nonsense',
  };
  test.each(Object.keys(bad))('rejects a token %s with 401', async (kind) => {
    const refusal = await edge.ask('GET', '/v1/orders', { token: (await bad[kind]?.()) ?? '' });
    expect(refusal).toMatchObject({ status: 401, body: { code: 'invalid-token' } });
    expect(refusal.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });

  test('rejects a customer on an admin route with 403', async () => {
    expect(await edge.ask('POST', '/v1/products', { token: edge.token, body: NEW_PRODUCT })).toMatchObject({
      status: 403,
      body: { code: 'forbidden' },
    });
  });

  test('fetches the signing keys once for concurrent requests', async () => {
    const fresh = await startGateway();
    try {
      const orders = async () =>
        request(fresh.url, 'GET', '/v1/orders', { token: await fresh.token() }).then(({ status }) => status);
      expect(new Set(await Promise.all(Array.from({ length: 20 }, orders)))).toEqual(new Set([200]));
      expect(fresh.requests.keySets).toBe(1);
    } finally {
      await fresh.stop();
    }
  });
});
