import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  ACCOUNT,
  type BadInputHarness,
  ITEM,
  NEW_PRODUCT,
  ORDER,
  startBadInputGateway,
} from './bad-input-harness.ts';

let edge: BadInputHarness;
beforeAll(async () => {
  edge = await startBadInputGateway();
});
afterAll(() => edge.gateway.stop());

describe('the gateway', () => {
  test.each(['0', '-1', '1001', '1.5', '9007199254740992', '1e400', '"1"', 'null'])(
    'rejects the quantity %s with 400',
    async (quantity) => {
      const { status, body } = await edge.placeOrder(
        JSON.stringify(ORDER).replace('"quantity":1', `"quantity":${quantity}`),
      );
      expect([status, body.errors[0].field]).toEqual([400, 'items[0].quantity']);
    },
  );

  const limits = ['0', '101', '-1', '1.5', 'ten', '', '10&limit=20', '0x10', '0b1', '1e1', '%205', '5%20'];
  test.each([...limits, '+5', '%2B5', '5.0', '05', '1_0', '%D9%A5', 'Infinity'])(
    'rejects the limit %p with 400',
    async (limit) => {
      expect(await edge.ask('GET', `/v1/products?limit=${limit}`)).toMatchObject({
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
  ])('rejects %s with 400 and names the parameter', async (path, field) => {
    expect(await edge.ask('GET', path)).toMatchObject({
      status: 400,
      body: { code: 'invalid-request', errors: [{ field }] },
    });
  });

  test('lists the first 20 of many invalid fields, and counts the others', async () => {
    const items = Array.from({ length: 100 }, () => ({ ...ITEM, quantity: 0 }));
    const { status, body } = await edge.placeOrder({ ...ORDER, items });
    expect([status, body.errors.length, body.omittedErrors]).toEqual([400, 20, 80]);
    expect(body.errors[19].field).toBe('items[19].quantity');
  });

  test.each(['a\u0000b', 'a\u0007b', '\ud800'])('rejects the text %j with 400', async (name) => {
    expect(await edge.ask('POST', '/v1/users', { body: { ...ACCOUNT, name } })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'name' }] },
    });
  });

  test('passes SQL in any text to the services unchanged', async () => {
    const sql = "x'; drop table product; --";
    const made = await edge.ask('POST', '/v1/products', {
      token: edge.admin,
      body: { ...NEW_PRODUCT, name: sql, description: sql },
    });
    expect(made).toMatchObject({ status: 201, body: { name: sql, description: sql } });
    await edge.ask('GET', `/v1/products?q=${encodeURIComponent(sql)}`);
    expect(edge.gateway.requests.queries).toContainEqual({ query: sql, limit: 20, cursor: '' });
    await edge.placeOrder({ ...ORDER, payment: { token: sql } }, { 'idempotency-key': "x';--" });
    expect(edge.gateway.requests.orders.at(-1)).toMatchObject({ paymentToken: sql, idempotencyKey: "x';--" });
    await edge.ask('POST', '/v1/users', { body: { ...ACCOUNT, password: sql, name: sql } });
    expect(edge.gateway.requests.users.at(-1)).toMatchObject({ password: sql, name: sql });
    expect(await edge.placeOrder({ ...ORDER, items: [{ ...ITEM, productId: sql }] })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'items[0].productId', detail: 'not a UUID' }] },
    });
  });

  test('rejects arbitrary JSON with 400', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('/v1/users', '/v1/sessions', '/v1/orders'),
        fc.json(),
        async (path, body) => {
          const { status } = await edge.ask('POST', path, {
            token: edge.token,
            body,
            headers: { 'idempotency-key': 'k' },
          });
          expect(status).toBe(400);
        },
      ),
      { numRuns: 100 },
    );
  });
});
