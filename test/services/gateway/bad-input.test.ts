import { createHmac, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { EDGE } from './edge.ts';
import { PRODUCT_ID } from './fake-shop.ts';
import { lines, type RequestOptions, request } from './request.ts';
import { CUSTOMER_ID, startGateway, type TestGateway } from './test-gateway.ts';

let gateway: TestGateway;
let token: string;
let admin: string;
beforeAll(async () => {
  gateway = await startGateway({ WEFT_BODY_TIMEOUT: '200ms', WEFT_LINE_LIMIT: '1000' });
  token = await gateway.token();
  admin = await gateway.token({ role: 'admin' });
});
afterAll(() => gateway.stop());

const ask = (method: string, path: string, options: RequestOptions = {}) =>
  request(gateway.url, method, path, options);
const placeOrder = (body: unknown, headers: Record<string, string> = {}) =>
  ask('POST', '/v1/orders', { token, body, headers: { 'idempotency-key': 'k', ...headers } });
const item = { productId: PRODUCT_ID, quantity: 1 };
const order = { items: [item], payment: { token: 'tok_ok' } };
const product = { name: 'n', description: 'd', price: { amount: 1, currency: 'EUR' }, stock: 1 };
const account = { email: 'ada@example.com', password: 'long enough', name: 'Ada' };

/** Returns the raw response, with headers, until the server closes the connection or the response is complete. */
async function raw(head: readonly string[], body = ''): Promise<string> {
  const socket = connect(gateway.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  return text(socket);
}

describe('bodies', () => {
  test('above 1 MB are 413, whether they say their length or not', async () => {
    const large = JSON.stringify({ ...account, name: 'x'.repeat(1_000_001) });
    expect(await ask('POST', '/v1/users', { body: large })).toMatchObject({
      status: 413,
      body: { code: 'body-too-large' },
    });
    const chunked = await fetch(`${gateway.url}/v1/users`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: new Blob([large]).stream(),
      duplex: 'half',
    });
    expect(chunked.status).toBe(413);
    await chunked.text();
  });

  test('that were refused half-way leave the connection fit for the next request', async () => {
    const part = `10000\r\n${' '.repeat(0x10000)}\r\n`;
    const answers = await raw(
      ['POST /v1/users HTTP/1.1', 'host: a', 'content-type: application/json', 'transfer-encoding: chunked'],
      `${part.repeat(60)}0\r\n\r\nGET /nothing HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`,
    );
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413', 'HTTP/1.1 404']);
  });

  test('just below 1 MB are read', async () => {
    const near = { ...account, name: 'x'.repeat(999_900) };
    expect(await ask('POST', '/v1/users', { body: near })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'name', detail: 'must be at most 200 characters long' }] },
    });
  });

  test('that do not come are 408', async () => {
    const answer = await raw(
      ['POST /v1/users HTTP/1.1', 'host: a', 'content-type: application/json', 'content-length: 100'],
      '{"email":',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toContain('"code":"request-timeout"');
  });

  test('with bytes that are not UTF-8 are 400, not changed', async () => {
    const bytes = Buffer.concat([
      Buffer.from('{"email":"ada@example.com","password":"long enough","name":"'),
      Buffer.from([0xc3, 0x28]),
      Buffer.from('"}'),
    ]);
    expect(await ask('POST', '/v1/users', { body: bytes })).toMatchObject({
      status: 400,
      body: { code: 'malformed-body', detail: 'the body cannot be parsed: it is not UTF-8' },
    });
  });

  test.each(['', '{', '{"a":1,}', 'NaN', '\u0000'])('%j is 400', async (body) => {
    expect(await ask('POST', '/v1/users', { body })).toMatchObject({
      status: 400,
      body: { code: 'malformed-body' },
    });
  });

  test.each(['null', '[]', '"text"', '1', `${'['.repeat(100_000)}${']'.repeat(100_000)}`])(
    '%.20s is 400, being no object',
    async (body) => {
      expect((await ask('POST', '/v1/users', { body })).status).toBe(400);
    },
  );

  test.each([
    { 'content-type': 'text/plain' },
    { 'content-type': 'application/json; charset=latin1' },
    { 'content-encoding': 'gzip' },
  ])('with %j are 415', async (headers) => {
    expect((await ask('POST', '/v1/users', { body: account, headers })).status).toBe(415);
  });

  test('unknown fields are refused by name, at any depth', async () => {
    const body = { ...order, discount: 1, items: [{ ...item, price: 0 }] };
    const { status, body: problem } = await placeOrder(body);
    expect(status).toBe(400);
    const unknown = 'is not a known field; remove it';
    expect(problem.errors).toEqual(
      expect.arrayContaining([
        { field: 'discount', detail: unknown },
        { field: 'items[0].price', detail: unknown },
      ]),
    );
    const proto =
      '{"email":"ada@example.com","password":"long enough","name":"Ada","__proto__":{"role":"admin"}}';
    expect((await ask('POST', '/v1/users', { body: proto })).status).toBe(400);
  });

  test.each(['application/x-ndjson', 'application/ndjson', 'application/jsonl; charset=utf-8'])(
    'of lines may be called %s',
    async (type) => {
      const answer = await ask('POST', '/v1/products/import', {
        token: admin,
        body: lines(product),
        headers: { 'content-type': type },
      });
      expect(answer.status).toBe(201);
    },
  );

  test('a line that is too long, not UTF-8 or not JSON is named', async () => {
    const send = (body: string | Uint8Array) =>
      ask('POST', '/v1/quotes', { body, headers: { 'content-type': 'application/x-ndjson' } });
    expect((await send(`{"items":"${'x'.repeat(2_000)}"}`)).status).toBe(413);
    expect((await send('\n\n{"items":')).body.detail).toContain('in line 3');
    expect((await send(Buffer.from([0x0a, 0xff]))).body.detail).toContain('not UTF-8 in line 2');
    expect((await send(lines({ items: [] }))).body.errors[0].field).toBe('line 1.items');
  });
});

describe('values', () => {
  test.each(['0', '-1', '1001', '1.5', '9007199254740992', '1e400', '"1"', 'null'])(
    'a quantity of %s is 400',
    async (quantity) => {
      const { status, body } = await placeOrder(
        JSON.stringify(order).replace('"quantity":1', `"quantity":${quantity}`),
      );
      expect([status, body.errors[0].field]).toEqual([400, 'items[0].quantity']);
    },
  );

  const limits = ['0', '101', '-1', '1.5', 'ten', '', '10&limit=20', '0x10', '0b1', '1e1', '%205', '5%20'];
  test.each([...limits, '+5', '%2B5', '5.0', '05', '1_0', '%D9%A5', 'Infinity'])(
    'a limit of %p is 400',
    async (limit) => {
      expect(await ask('GET', `/v1/products?limit=${limit}`)).toMatchObject({
        status: 400,
        body: { errors: [{ field: 'limit' }] },
      });
    },
  );

  test.each([
    ['/v1/products?q=%ff', 'q'],
    ['/v1/products?q=%00', 'q'],
    [`/v1/products?q=${'x'.repeat(201)}`, 'q'],
    ['/v1/products?curser=x', 'curser'],
    ['/v1/products?%ff=x', '%ff'],
    ['/v1/products/%ff', 'path'],
  ])('%s is 400 for the parameter that was written', async (path, field) => {
    expect(await ask('GET', path)).toMatchObject({
      status: 400,
      body: { code: 'invalid-request', errors: [{ field }] },
    });
  });

  test('of many wrong fields the first are listed and the rest counted', async () => {
    const items = Array.from({ length: 100 }, () => ({ ...item, quantity: 0 }));
    const { status, body } = await placeOrder({ ...order, items });
    expect([status, body.errors.length, body.omittedErrors]).toEqual([400, 20, 80]);
    expect(body.errors[19].field).toBe('items[19].quantity');
  });

  test.each(['a\u0000b', 'a\u0007b', '\ud800'])('the text %j is 400', async (name) => {
    expect(await ask('POST', '/v1/users', { body: { ...account, name } })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'name' }] },
    });
  });

  test('SQL in any text is passed on as it is', async () => {
    const sql = "x'; drop table product; --";
    const made = await ask('POST', '/v1/products', {
      token: admin,
      body: { ...product, name: sql, description: sql },
    });
    expect(made).toMatchObject({ status: 201, body: { name: sql, description: sql } });
    await ask('GET', `/v1/products?q=${encodeURIComponent(sql)}&cursor=${encodeURIComponent(sql)}`);
    expect(gateway.requests.queries).toContainEqual({ query: sql, limit: 20, cursor: sql });
    await placeOrder({ ...order, payment: { token: sql } }, { 'idempotency-key': "x';--" });
    expect(gateway.requests.orders.at(-1)).toMatchObject({ paymentToken: sql, idempotencyKey: "x';--" });
    await ask('POST', '/v1/users', { body: { ...account, password: sql, name: sql } });
    expect(gateway.requests.users.at(-1)).toMatchObject({ password: sql, name: sql });
    expect(await placeOrder({ ...order, items: [{ ...item, productId: sql }] })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'items[0].productId', detail: 'not a UUID' }] },
    });
  });

  test('any JSON at all is answered as a problem or as what it asks for', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('/v1/users', '/v1/sessions', '/v1/orders'),
        fc.json(),
        async (path, body) => {
          const { status } = await ask('POST', path, { token, body, headers: { 'idempotency-key': 'k' } });
          expect(status).toBe(400);
        },
      ),
      { numRuns: 100 },
    );
  });
});

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
    const refusal = await ask('GET', '/v1/orders');
    expect(refusal).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    expect(refusal.headers.get('www-authenticate')).toBe('Bearer realm="weft"');
  });

  const bad: Record<string, () => Promise<string> | string> = {
    'of algorithm none': () => `${base64({ alg: 'none' })}.${base64(claims)}.`,
    'of an HMAC under the public key': async () => {
      const { body } = await ask('GET', '/.well-known/jwks.json');
      const head = `${base64({ alg: 'HS256', kid: body.keys[0].kid })}.${base64(claims)}`;
      return `${head}.${createHmac('sha256', body.keys[0].x).update(head).digest('base64url')}`;
    },
    'of a foreign key': () => gateway.token({}, generateKeyPairSync('ed25519').privateKey),
    'that has expired': () => gateway.token({ iat: now - 100, exp: now - 1 }),
    'without an end': () => gateway.token({ exp: undefined as unknown as number }),
    'for another audience': () => gateway.token({ aud: 'bank' }),
    'of another issuer': () => gateway.token({ iss: 'https://elsewhere.example' }),
    'without a subject': () => gateway.token({ sub: undefined as unknown as string }),
    'that was changed': async () => {
      const [head, , signature] = (await gateway.token()).split('.');
      return `${head}.${base64(claims)}.${signature}`;
    },
    'that is none': () => 'nonsense',
  };
  test.each(Object.keys(bad))('one %s is 401', async (kind) => {
    const refusal = await ask('GET', '/v1/orders', { token: (await bad[kind]?.()) ?? '' });
    expect(refusal).toMatchObject({ status: 401, body: { code: 'invalid-token' } });
    expect(refusal.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });

  test('a customer may not do what an admin may', async () => {
    expect(await ask('POST', '/v1/products', { token, body: product })).toMatchObject({
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

describe('connections', () => {
  test('a header that is too large is refused, and the connection closed', async () => {
    const answer = await raw(['GET /v1/products HTTP/1.1', 'host: a', `x: ${'x'.repeat(20_000)}`]);
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
  });

  test('what is not HTTP is refused, and the connection closed', async () => {
    expect(await raw(['nonsense'])).toMatch(/^HTTP\/1\.1 400 /);
  });
});
