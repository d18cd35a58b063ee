import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { calculateJwkThumbprint, createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import type { Pool } from 'pg';
import type { CallContext, Handlers } from '../../../services/kit/grpc/handlers.ts';
import { createLog } from '../../../services/kit/telemetry/log.ts';
import type { UserServiceDefinition } from '../../../services/proto/gen/weft/user/v1/user.ts';
import type { Accounts } from '../../../services/user/accounts.ts';
import { HashingQueue } from '../../../services/user/hashing-queue.ts';
import { seedAccounts } from '../../../services/user/seed.ts';
import { TokenSigner } from '../../../services/user/token-signer.ts';
import { userService } from '../../../services/user/user-service.ts';
import { openAccounts, tokenKey } from './test-accounts.ts';

const RULES = { issuer: 'https://shop.example', audience: 'shop', lifetimeSeconds: 1_800 };
const context: CallContext = {
  caller: 'gateway',
  signal: new AbortController().signal,
  deadline: Number.POSITIVE_INFINITY,
  requestId: 'test',
  canary: '',
  isRetry: false,
  log: createLog({}, { write: () => {} }),
};

let accounts: Accounts;
let pool: Pool;
let service: Handlers<UserServiceDefinition>;
beforeAll(async () => {
  ({ accounts, pool } = await openAccounts());
  const signer = await TokenSigner.fromPem(tokenKey(), RULES);
  service = await userService({
    accounts,
    hashing: new HashingQueue({ maxConcurrent: 2, maxQueued: 64 }),
    signer,
  });
});
afterAll(() => pool.end());

const register = (request: Partial<{ email: string; password: string; name: string }> = {}) =>
  service.register({ email: 'ada@example.com', password: 'correct horse', name: 'Ada', ...request }, context);
const signIn = (email: string, password: string) => service.signIn({ email, password }, context);
const count = async () => Number((await pool.query('SELECT count(*) FROM account')).rows[0].count);

describe('register', () => {
  test('creates a customer, and stores only the hash of the password', async () => {
    const { user } = await register({ email: 'first@example.com', password: 'pässwörd 🔑' });
    expect(user).toMatchObject({ email: 'first@example.com', name: 'Ada', role: 'customer' });
    expect(await service.getUser({ id: user?.id ?? '' }, context)).toEqual({ user });
    const { rows } = await pool.query('SELECT * FROM account WHERE id = $1', [user?.id]);
    expect(rows[0].password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(JSON.stringify(rows)).not.toContain('pässwörd');
  });

  test('accepts an email address once, regardless of case and concurrency', async () => {
    const before = await count();
    const spellings = ['twice@example.com', 'Twice@example.com', 'TWICE@EXAMPLE.COM', 'twice@Example.com'];
    const results = await Promise.allSettled(spellings.map((email) => register({ email })));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    expect(reasons.map(({ code }) => code)).toEqual(['email-taken', 'email-taken', 'email-taken']);
    expect(await count()).toBe(before + 1);
  });

  test.each([
    ['email', { email: 'no address' }],
    ['email', { email: `${'a'.repeat(250)}@example.com` }],
    ['email', { email: 'a\0@example.com' }],
    ['email', { email: "a'; drop table account; --@example.com" }],
    ['password', { password: '7 chars' }],
    ['password', { password: '🔑'.repeat(257) }],
    ['password', { password: 'with a \0 in it' }],
    ['name', { name: '   ' }],
    ['name', { name: 'x'.repeat(201) }],
    ['name', { name: 'bell \u0007' }],
  ])('names the wrong field: %s of %j', async (field, wrong) => {
    const before = await count();
    await expect(register(wrong)).rejects.toMatchObject({ code: 'invalid-request', violations: [{ field }] });
    expect(await count()).toBe(before);
  });

  test('stores SQL in a name as text', async () => {
    const name = "Robert'); drop table account; --";
    const { user } = await register({ email: "o'brien@example.com", password: name, name });
    expect(user).toMatchObject({ email: "o'brien@example.com", name });
    expect((await signIn("o'brien@example.com", name)).accessToken).not.toBe('');
  });
});

describe('signIn', () => {
  test('returns a token that the published keys verify', async () => {
    const { user } = await register({ email: 'token@example.com' });
    const { accessToken, expiresInSeconds } = await signIn('TOKEN@example.com', 'correct horse');
    expect(expiresInSeconds).toBe(1_800);
    const keys = JSON.parse((await service.getSigningKeys({}, context)).jwksJson);
    expect(keys.keys[0]).not.toHaveProperty('d');
    const { issuer, audience } = RULES;
    const { payload } = await jwtVerify(accessToken, createLocalJWKSet(keys), { issuer, audience });
    expect(payload).toMatchObject({ sub: user?.id, role: 'customer', jti: expect.any(String) });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(1_800);
    expect(decodeProtectedHeader(accessToken)).toMatchObject({
      alg: 'EdDSA',
      kid: await calculateJwkThumbprint(keys.keys[0]),
    });
  });

  test('accepts a password in any Unicode normalization form', async () => {
    await register({ email: 'nfc@example.com', password: 'pässwörter'.normalize('NFC') });
    await expect(signIn('nfc@example.com', 'pässwörter'.normalize('NFD'))).resolves.toBeDefined();
  });

  test.each([
    ['nobody@example.com', 'correct horse'],
    ['wrong@example.com', 'correct horse '],
    ['wrong@example.com\0', 'correct horse'],
    ["' or true --", "' or true --"],
  ])('refuses %j with %j in the same words', async (email, password) => {
    await register({ email: 'wrong@example.com' }).catch(() => {});
    await expect(signIn(email, password)).rejects.toMatchObject({
      code: 'wrong-credentials',
      violations: [],
    });
  });
});

test.each(['', 'no uuid', "' or true --", '01935a1e-7c1f-7e0a-9f3a-000000000000'])(
  'getUser returns not-found for %j',
  async (id) => {
    await expect(service.getUser({ id }, context)).rejects.toMatchObject({ code: 'not-found' });
  },
);

test('the seed creates missing accounts, and keeps existing ones', async () => {
  await seedAccounts(accounts, (key) => `first ${key}`);
  await seedAccounts(accounts, (key) => `second ${key}`);
  const { accessToken } = await signIn('admin@weft.example', 'first seed-admin-password');
  expect(JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString()).role).toBe('admin');
  await expect(signIn('customer@weft.example', 'first seed-customer-password')).resolves.toBeDefined();
});
