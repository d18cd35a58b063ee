import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { PRODUCT_ID } from './fake-shop.ts';
import { type RequestOptions, request } from './request.ts';
import { startGateway } from './test-gateway.ts';

export const ITEM = { productId: PRODUCT_ID, quantity: 1 };
export const ORDER = { items: [ITEM], payment: { token: 'tok_ok' } };
export const NEW_PRODUCT = { name: 'n', description: 'd', price: { amount: 1, currency: 'EUR' }, stock: 1 };
export const ACCOUNT = { email: 'ada@example.com', password: 'long enough', name: 'Ada' };

export type BadInputHarness = Awaited<ReturnType<typeof startBadInputGateway>>;

/** Starts a gateway with short limits, and returns it with functions that send it requests. */
export async function startBadInputGateway() {
  const gateway = await startGateway({ WEFT_BODY_TIMEOUT: '200ms', WEFT_LINE_LIMIT: '1000' });
  const token = await gateway.token();
  const admin = await gateway.token({ role: 'admin' });

  const ask = (method: string, path: string, options: RequestOptions = {}) =>
    request(gateway.url, method, path, options);
  const placeOrder = (body: unknown, headers: Record<string, string> = {}) =>
    ask('POST', '/v1/orders', { token, body, headers: { 'idempotency-key': 'k', ...headers } });

  /** Sends a request as text, and returns all that the server sends, headers included, until it closes the connection. */
  async function sendRaw(head: readonly string[], body = ''): Promise<string> {
    const socket = connect(gateway.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
    return text(socket);
  }

  return { gateway, token, admin, ask, placeOrder, sendRaw };
}
