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

describe('tokens', () => {
  const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1_000);
  const claims = {
    iss: EDGE.token.issuer,
    aud: EDGE.token.audience,
    sub: CUSTOMER_ID,
    role: 'admin',
    exp: now + 900,
  };

  test('none at all is 401 and says what is missing', async () => {
    const refusal = await edge.ask('GET', '/v1/orders');
    expect(refusal).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    expect(refusal.headers.get('www-authenticate')).toBe('Bearer realm="weft"');
  });

  const bad: Record<string, () => Promise<string> | string> = {
    'of algorithm none': () => `${base64({ alg: 'none' })}.${base64(claims)}.`,
    'of an HMAC under the public key': async () => {
      const { body } = await edge.ask('GET', '/.well-known/jwks.json');
      const head = `${base64({ alg: 'HS256', kid: body.keys[0].kid })}.${base64(claims)}`;
      return `${head}.${createHmac('sha256', body.keys[0].x).update(head).digest('base64url')}`;
    },
    'of a foreign key': () => edge.gateway.token({}, generateKeyPairSync('ed25519').privateKey),
    'that has expired': () => edge.gateway.token({ iat: now - 100, exp: now - 1 }),
    'without an end': () => edge.gateway.token({ exp: undefined as unknown as number }),
    'for another audience': () => edge.gateway.token({ aud: 'bank' }),
    'of another issuer': () => edge.gateway.token({ iss: 'https://elsewhere.example' }),
    'without a subject': () => edge.gateway.token({ sub: undefined as unknown as string }),
    'that was changed': async () => {
      const [head, , signature] = (await edge.gateway.token()).split('.');
      return `${head}.${base64(claims)}.${signature}`;
    },
    'that is none': () => 'nonsense',
  };
  test.each(Object.keys(bad))('one %s is 401', async (kind) => {
    const refusal = await edge.ask('GET', '/v1/orders', { token: (await bad[kind]?.()) ?? '' });
    expect(refusal).toMatchObject({ status: 401, body: { code: 'invalid-token' } });
    expect(refusal.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });

  test('a customer may not do what an admin may', async () => {
    expect(await edge.ask('POST', '/v1/products', { token: edge.token, body: NEW_PRODUCT })).toMatchObject({
      status: 403,
      body: { code: 'forbidden' },
    });
  });

  test('many requests at once ask once for the keys', async () => {
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
