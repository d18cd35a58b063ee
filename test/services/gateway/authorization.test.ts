import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startGateway, type TestGateway } from './test-gateway.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway?.stop());

/** Asks as a gateway in front does. */
async function ask(query: string, token?: string): Promise<Response> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return fetch(`${gateway.url}/:authorize${query}`, { headers });
}

test.each([
  ['a valid token permits a request without a role', '', {}, 204],
  ['an empty role is no role', '?role=', {}, 204],
  ['a token with the role permits a request', '?role=admin', { role: 'admin' }, 204],
  ['a token with another role does not permit a request', '?role=admin', { role: 'customer' }, 403],
  ['an expired token does not permit a request', '', { exp: 1_000 }, 401],
  ['a token of another audience does not permit a request', '', { aud: 'other' }, 401],
])('%s', async (_, query, claims, status) => {
  const response = await ask(query, await gateway.token(claims));
  expect(response.status).toBe(status);
  expect(await response.text()).toBe('');
  expect(response.headers.get('www-authenticate')).toBeNull();
});

test('a request without a token is not permitted', async () => {
  expect((await ask('?role=admin')).status).toBe(401);
});

test('a question is neither logged nor a route', async () => {
  const lines = gateway.logged.length;
  await ask('');
  expect(gateway.logged).toHaveLength(lines);
  expect((await fetch(`${gateway.url}/:authorize/x`)).status).toBe(404);
});
