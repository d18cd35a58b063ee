import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

/** An order in its terminal state. */
export interface FirstOrder {
  readonly id: string;
  readonly status: string;
  readonly total: { readonly amount: number; readonly currency: string };
  /** From the request to the terminal state. */
  readonly milliseconds: number;
}

/** An order that is still pending after this is given up, milliseconds. */
const PATIENCE = 30_000;

/**
 * Registers a customer, and orders one piece of the first product that is in stock, over HTTP.
 *
 * @throws Error with the answer of a request that is refused, or when the order stays pending
 */
export async function placeFirstOrder(gateway: string, signal: AbortSignal): Promise<FirstOrder> {
  const send = async <T>(method: string, path: string, body?: unknown, headers = {}): Promise<T> => {
    const response = await fetch(gateway + path, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal,
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answers ${response.status}: ${text}`);
    return JSON.parse(text) as T;
  };
  const account = { email: `${randomUUID()}@weft.example`, password: randomUUID() };
  await send('POST', '/v1/users', { ...account, name: 'First Customer' });
  const { accessToken } = await send<{ accessToken: string }>('POST', '/v1/sessions', account);
  const { items } = await send<{ items: { id: string; stock: number }[] }>('GET', '/v1/products');
  const product = items.find(({ stock }) => stock > 0);
  if (!product) throw new Error('no product of the first page is in stock: start with --reset');

  const authorization = `Bearer ${accessToken}`;
  const start = performance.now();
  let order = await send<Omit<FirstOrder, 'milliseconds'>>(
    'POST',
    '/v1/orders',
    { items: [{ productId: product.id, quantity: 1 }], payment: { token: 'tok_ok' } },
    { authorization, 'idempotency-key': randomUUID() },
  );
  while (order.status === 'pending') {
    if (performance.now() - start > PATIENCE) throw new Error(`order ${order.id} is still pending`);
    await delay(10, undefined, { signal });
    order = await send('GET', `/v1/orders/${order.id}`, undefined, { authorization });
  }
  return { id: order.id, status: order.status, total: order.total, milliseconds: performance.now() - start };
}
