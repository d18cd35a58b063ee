import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { readJson } from '../../../mesh/run/process/read-json.ts';
import { SESSION } from '../load/create-customer.ts';

/** An order in a terminal state. */
export interface FirstOrder {
  readonly id: string;
  readonly status: string;
  readonly total: { readonly amount: number; readonly currency: string };
  /** Time from the request to the terminal state, in milliseconds. */
  readonly durationMs: number;
}

/** Timeout of each request, including the stream of order events. */
const REQUEST_TIMEOUT_MS = 30_000;

/**
 * Registers a customer over HTTP and orders one piece of the first product in stock.
 *
 * @throws Error if a request fails or times out, or if the order stays pending
 */
export async function placeFirstOrder(gateway: string, signal: AbortSignal): Promise<FirstOrder> {
  const send = async (method: string, path: string, body?: unknown, headers = {}): Promise<Response> => {
    const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
    const request = fetch(gateway + path, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.any([signal, timeout]),
    });
    const response = await request.catch((error) => {
      if (!timeout.aborted) throw error;
      throw new Error(`${method} ${path} timed out after ${REQUEST_TIMEOUT_MS / 1_000} s`, { cause: error });
    });
    if (response.ok) return response;
    throw new Error(`${method} ${path} returned ${response.status}: ${await response.text()}`);
  };
  const account = { email: `${randomUUID()}@weft.example`, password: randomUUID() };
  await send('POST', '/v1/users', { ...account, name: 'First Customer' });
  const { accessToken } = await read(SESSION, await send('POST', '/v1/sessions', account));
  const { items } = await read(PRODUCT_PAGE, await send('GET', '/v1/products'));
  const product = items.find(({ stock }) => stock > 0);
  if (!product) throw new Error('no product on the first page is in stock; start with --reset');

  const authorization = `Bearer ${accessToken}`;
  const start = performance.now();
  const order = { items: [{ productId: product.id, quantity: 1 }], payment: { token: 'tok_ok' } };
  const placeResponse = await send('POST', '/v1/orders', order, {
    authorization,
    'idempotency-key': randomUUID(),
  });
  const { id, total } = await read(ORDER, placeResponse);
  const status = await terminalStatus(
    await send('GET', `/v1/orders/${id}/events`, undefined, { authorization }),
  );
  return { id, status, total, durationMs: performance.now() - start };
}

/** Reads server-sent events until one has a terminal status. */
async function terminalStatus({ body }: Response): Promise<string> {
  let text = '';
  for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    const status = /"status":\s*"(confirmed|cancelled)"/.exec(text)?.[1];
    if (status) return status;
  }
  throw new Error(`the event stream ended while the order was pending: ${text}`);
}

const PRODUCT_PAGE = z.object({ items: z.array(z.object({ id: z.string(), stock: z.number() })) });
const ORDER = z.object({ id: z.string(), total: z.object({ amount: z.number(), currency: z.string() }) });

async function read<T>(schema: z.ZodType<T>, response: Response): Promise<T> {
  return readJson(schema, await response.text(), { name: `the response of ${response.url}`, isSecret: true });
}

/** Formats an amount such as `€24.90`. */
export function formatMoney({ amount, currency }: FirstOrder['total']): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 0));
}
