import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  ACCOUNT,
  type BadInputHarness,
  ITEM,
  NEW_PRODUCT,
  ORDER,
  startBadInputGateway,
} from './bad-input-harness.ts';
import { lines } from './request.ts';

let edge: BadInputHarness;
beforeAll(async () => {
  edge = await startBadInputGateway();
});
afterAll(() => edge.gateway.stop());

describe('bodies', () => {
  test('above 1 MB are 413, whether they say their length or not', async () => {
    const large = JSON.stringify({ ...ACCOUNT, name: 'x'.repeat(1_000_001) });
    expect(await edge.ask('POST', '/v1/users', { body: large })).toMatchObject({
      status: 413,
      body: { code: 'body-too-large' },
    });
    const chunked = await fetch(`${edge.gateway.url}/v1/users`, {
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
    const answers = await edge.sendRaw(
      ['POST /v1/users HTTP/1.1', 'host: a', 'content-type: application/json', 'transfer-encoding: chunked'],
      `${part.repeat(60)}0\r\n\r\nGET /nothing HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`,
    );
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413', 'HTTP/1.1 404']);
  });

  test('just below 1 MB are read', async () => {
    const near = { ...ACCOUNT, name: 'x'.repeat(999_900) };
    expect(await edge.ask('POST', '/v1/users', { body: near })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'name', detail: 'must be at most 200 characters long' }] },
    });
  });

  test('that do not come are 408', async () => {
    const answer = await edge.sendRaw(
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
    expect(await edge.ask('POST', '/v1/users', { body: bytes })).toMatchObject({
      status: 400,
      body: { code: 'malformed-body', detail: 'the body cannot be parsed: it is not UTF-8' },
    });
  });

  test.each(['', '{', '{"a":1,}', 'NaN', '\u0000'])('%j is 400', async (body) => {
    expect(await edge.ask('POST', '/v1/users', { body })).toMatchObject({
      status: 400,
      body: { code: 'malformed-body' },
    });
  });

  test.each(['null', '[]', '"text"', '1', `${'['.repeat(100_000)}${']'.repeat(100_000)}`])(
    '%.20s is 400, being no object',
    async (body) => {
      expect((await edge.ask('POST', '/v1/users', { body })).status).toBe(400);
    },
  );

  test.each([
    { 'content-type': 'text/plain' },
    { 'content-type': 'application/json; charset=latin1' },
    { 'content-encoding': 'gzip' },
  ])('with %j are 415', async (headers) => {
    expect((await edge.ask('POST', '/v1/users', { body: ACCOUNT, headers })).status).toBe(415);
  });

  test('unknown fields are refused by name, at any depth', async () => {
    const body = { ...ORDER, discount: 1, items: [{ ...ITEM, price: 0 }] };
    const { status, body: problem } = await edge.placeOrder(body);
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
    expect((await edge.ask('POST', '/v1/users', { body: proto })).status).toBe(400);
  });

  test.each(['application/x-ndjson', 'application/ndjson', 'application/jsonl; charset=utf-8'])(
    'of lines may be called %s',
    async (type) => {
      const answer = await edge.ask('POST', '/v1/products/import', {
        token: edge.admin,
        body: lines(NEW_PRODUCT),
        headers: { 'content-type': type },
      });
      expect(answer.status).toBe(201);
    },
  );

  test('a line that is too long, not UTF-8 or not JSON is named', async () => {
    const send = (body: string | Uint8Array) =>
      edge.ask('POST', '/v1/quotes', { body, headers: { 'content-type': 'application/x-ndjson' } });
    expect((await send(`{"items":"${'x'.repeat(2_000)}"}`)).status).toBe(413);
    expect((await send('\n\n{"items":')).body.detail).toContain('in line 3');
    expect((await send(Buffer.from([0x0a, 0xff]))).body.detail).toContain('not UTF-8 in line 2');
    expect((await send(lines({ items: [] }))).body.errors[0].field).toBe('line 1.items');
  });
});

describe('connections', () => {
  test('a header that is too large is refused, and the connection closed', async () => {
    const answer = await edge.sendRaw(['GET /v1/products HTTP/1.1', 'host: a', `x: ${'x'.repeat(20_000)}`]);
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
  });

  test('what is not HTTP is refused, and the connection closed', async () => {
    expect(await edge.sendRaw(['nonsense'])).toMatch(/^HTTP\/1\.1 400 /);
  });
});
