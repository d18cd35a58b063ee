import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { readJson } from '../../../mesh/run/process/read-json.ts';
import { SESSION } from '../load/create-customer.ts';

/** An order in its terminal state. */
export interface FirstOrder {
  readonly id: string;
  readonly status: string;
  readonly total: { readonly amount: number; readonly currency: string };
  /** From the request to the terminal state. */
  readonly durationMs: number;
}

/** An order that is still pending after this is given up, milliseconds. */
const PATIENCE = 30_000;

/**
 * Registers a customer, and orders one piece of the first product that is in stock, over HTTP.
 *
 * @throws Error with the answer of a request that is refused, or when the order stays pending
 */
export async function placeFirstOrder(gateway: string, signal: AbortSignal): Promise<FirstOrder> {
  const send = async (method: string, path: string, body?: unknown, headers = {}): Promise<Response> => {
    const limit = AbortSignal.timeout(PATIENCE);
    const request = fetch(gateway + path, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.any([signal, limit]),
    });
    const response = await request.catch((error) => {
      if (!limit.aborted) throw error;
      throw new Error(`${method} ${path} is not answered within ${PATIENCE / 1_000} s`, { cause: error });
    });
    if (response.ok) return response;
    throw new Error(`${method} ${path} answers ${response.status}: ${await response.text()}`);
  };
  const account = { email: `${randomUUID()}@weft.example`, password: randomUUID() };
  await send('POST', '/v1/users', { ...account, name: 'First Customer' });
  const { accessToken } = await read(SESSION, await send('POST', '/v1/sessions', account));
  const { items } = await read(PRODUCT_PAGE, await send('GET', '/v1/products'));
  const product = items.find(({ stock }) => stock > 0);
  if (!product) throw new Error('no product of the first page is in stock: start with --reset');

  const authorization = `Bearer ${accessToken}`;
  const start = performance.now();
  const order = { items: [{ productId: product.id, quantity: 1 }], payment: { token: 'tok_ok' } };
  const placed = await send('POST', '/v1/orders', order, { authorization, 'idempotency-key': randomUUID() });
  const { id, total } = await read(ORDER, placed);
  const status = await terminalStatus(
    await send('GET', `/v1/orders/${id}/events`, undefined, { authorization }),
  );
  return { id, status, total, durationMs: performance.now() - start };
}

/** Reads server-sent events until one tells a status that does not change any more. */
async function terminalStatus({ body }: Response): Promise<string> {
  let text = '';
  for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    const status = /"status":\s*"(confirmed|cancelled)"/.exec(text)?.[1];
    if (status) return status;
  }
  throw new Error(`the events of the order ended while it was pending: ${text}`);
}

const PRODUCT_PAGE = z.object({ items: z.array(z.object({ id: z.string(), stock: z.number() })) });
const ORDER = z.object({ id: z.string(), total: z.object({ amount: z.number(), currency: z.string() }) });

async function read<T>(schema: z.ZodType<T>, answer: Response): Promise<T> {
  return readJson(schema, await answer.text(), { name: `the answer of ${answer.url}`, isSecret: true });
}

/** An amount as people write it: `€24.90`. */
export function formatMoney({ amount, currency }: FirstOrder['total']): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 0));
}
