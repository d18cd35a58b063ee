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

describe('a request body', () => {
  test('above 1 MB is rejected with 413, with and without Content-Length', async () => {
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

  test('that is rejected before its end leaves the connection usable', async () => {
    const part = `10000\r\n${' '.repeat(0x10000)}\r\n`;
    const answers = await edge.sendRaw(
      ['POST /v1/users HTTP/1.1', 'host: a', 'content-type: application/json', 'transfer-encoding: chunked'],
      `${part.repeat(60)}0\r\n\r\nGET /nothing HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`,
    );
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413', 'HTTP/1.1 404']);
  });

  test('just below 1 MB is read', async () => {
    const near = { ...ACCOUNT, name: 'x'.repeat(999_900) };
    expect(await edge.ask('POST', '/v1/users', { body: near })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'name', detail: 'must be at most 200 characters long' }] },
    });
  });

  test('that does not arrive in time is rejected with 408', async () => {
    const answer = await edge.sendRaw(
      ['POST /v1/users HTTP/1.1', 'host: a', 'content-type: application/json', 'content-length: 100'],
      '{"email":',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toContain('"code":"request-timeout"');
  });

  test('with bytes that are not UTF-8 is rejected with 400', async () => {
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

  test.each(['', '{', '{"a":1,}', 'NaN', '\u0000'])(
    'of malformed JSON is rejected with 400: %j',
    async (body) => {
      expect(await edge.ask('POST', '/v1/users', { body })).toMatchObject({
        status: 400,
        body: { code: 'malformed-body' },
      });
    },
  );

  test.each(['null', '[]', '"text"', '1', `${'['.repeat(100_000)}${']'.repeat(100_000)}`])(
    'that is not an object is rejected with 400: %.20s',
    async (body) => {
      expect((await edge.ask('POST', '/v1/users', { body })).status).toBe(400);
    },
  );

  test.each([
    { 'content-type': 'text/plain' },
    { 'content-type': 'application/json; charset=latin1' },
    { 'content-encoding': 'gzip' },
  ])('with the headers %j is rejected with 415', async (headers) => {
    expect((await edge.ask('POST', '/v1/users', { body: ACCOUNT, headers })).status).toBe(415);
  });

  test('with unknown fields at any depth is rejected with their names', async () => {
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
    'of JSON lines is accepted with the content type %s',
    async (type) => {
      const answer = await edge.ask('POST', '/v1/products/import', {
        token: edge.admin,
        body: lines(NEW_PRODUCT),
        headers: { 'content-type': type },
      });
      expect(answer.status).toBe(201);
    },
  );

  test('with a line that is too long, not UTF-8 or not JSON is rejected with the line number', async () => {
    const send = (body: string | Uint8Array) =>
      edge.ask('POST', '/v1/quotes', { body, headers: { 'content-type': 'application/x-ndjson' } });
    expect((await send(`{"items":"${'x'.repeat(2_000)}"}`)).status).toBe(413);
    expect((await send('\n\n{"items":')).body.detail).toContain('in line 3');
    expect((await send(Buffer.from([0x0a, 0xff]))).body.detail).toContain('not UTF-8 in line 2');
    expect((await send(lines({ items: [] }))).body.errors[0].field).toBe('line 1.items');
  });
});

describe('connections', () => {
  test('are closed after an oversized header, which is rejected with 431', async () => {
    const answer = await edge.sendRaw(['GET /v1/products HTTP/1.1', 'host: a', `x: ${'x'.repeat(20_000)}`]);
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
  });

  test('are closed after bytes that are not HTTP, which are rejected with 400', async () => {
    expect(await edge.sendRaw(['nonsense'])).toMatch(/^HTTP\/1\.1 400 /);
  });
});
