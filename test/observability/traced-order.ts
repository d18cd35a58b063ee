import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import { readGatewayAddress } from '../../scripts/operate/cluster/gateway-address.ts';
import { createProduct } from '../cluster/shop.ts';
import { Customer } from '../shop/customer.ts';

/** Returns the id of a new trace, and the header that samples the trace. */
export function newTrace(): { readonly traceId: string; readonly headers: { readonly traceparent: string } } {
  const traceId = randomUUID().replaceAll('-', '');
  return { traceId, headers: { traceparent: `00-${traceId}-${traceId.slice(16)}-01` } };
}

/** Places an order through the ingress gateway, and returns the id of its trace. */
export async function placeTracedOrder(): Promise<string> {
  const customer = await Customer.register(await readGatewayAddress());
  const productId = await createProduct(5);
  const { traceId, headers } = newTrace();
  const order = { items: [{ productId, quantity: 1 }], payment: { token: 'tok_ok' } };
  const { status } = await customer.send('POST', '/v1/orders', order, {
    'idempotency-key': randomUUID(),
    ...headers,
  });
  expect(status).toBe(201);
  return traceId;
}
