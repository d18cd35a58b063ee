import { Metadata } from '@grpc/grpc-js';
import { afterEach, describe, expect, test } from '@jest/globals';
import { callerOf } from '../../../../services/kit/grpc/call-context.ts';
import { PRODUCT, productWorld } from '../product-server.ts';

const world = productWorld();
afterEach(world.close);

const metadata = (fields: Record<string, string>) => {
  const made = new Metadata();
  for (const [key, value] of Object.entries(fields)) made.set(key, value);
  return made;
};

const XFCC = 'x-forwarded-client-cert';
const element = (name: string) =>
  `By=spiffe://cluster.local/ns/shop/sa/product;Hash=ab12;Subject="";URI=spiffe://cluster.local/ns/shop/sa/${name}`;

test.each([
  ['no header', {}, 'unknown'],
  ['the name in its header', { 'x-weft-caller': 'order' }, 'order'],
  ['the certificate that the sidecar saw', { [XFCC]: element('gateway') }, 'gateway'],
  ['the nearest of several certificates', { [XFCC]: `${element('gateway')},${element('order')}` }, 'order'],
  [
    'the certificate, whatever name its header has',
    { [XFCC]: element('gateway'), 'x-weft-caller': 'order' },
    'gateway',
  ],
  ['a certificate without a name', { [XFCC]: 'Hash=ab', 'x-weft-caller': 'order' }, 'unknown'],
])('identifies the caller by %s', (_, fields, expected) => {
  expect(callerOf(metadata(fields))).toBe(expected);
});

describe('declared callers', () => {
  const GET = '/weft.product.v1.ProductService/GetProduct';
  const serve = () =>
    world.serve({ getProduct: async () => ({ product: PRODUCT }) }, { callers: { order: [GET], user: [] } });

  test('may call the method', async () => {
    const { address } = await serve();
    expect(await world.client([address]).getProduct({ id: 'x' })).toEqual({ product: PRODUCT });
  });

  test.each(['user', 'payment'])('rejects the undeclared caller %s', async (caller) => {
    const { address, lines } = await serve();
    const call = world.client([address], { caller }).getProduct({ id: 'x' });
    await expect(call).rejects.toMatchObject({ code: 'undeclared-call', metadata: { caller, method: GET } });
    expect(lines).toMatchObject([{ message: 'call', caller, status: 'PERMISSION_DENIED' }]);
  });
});

test('rejects a message above the size limit and keeps serving', async () => {
  const { address } = await world.serve({ getProduct: async () => ({ product: PRODUCT }) });
  const client = world.client([address]);
  await expect(client.getProduct({ id: 'x'.repeat(5_000_000) })).rejects.toMatchObject({
    code: 'body-too-large',
    message: 'the body exceeds 4194304 bytes; send a smaller body',
  });
  expect(await client.getProduct({ id: 'x' })).toEqual({ product: PRODUCT });
});
