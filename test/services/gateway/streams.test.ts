import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ORDER_ID, PRODUCT_ID } from './fake-shop.ts';
import { startGateway, type TestGateway } from './test-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ WEFT_HEARTBEAT: '20ms' });
});
afterAll(() => gateway.stop());

describe('server-sent events', () => {
  test('report an order until it ends', async () => {
    const response = await fetch(`${gateway.url}/v1/orders/${ORDER_ID}/events`, {
      headers: { authorization: `Bearer ${await gateway.token()}`, 'last-event-id': 'whatever' },
    });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const events = (await response.text()).split('\n\n');
    expect(events[0]).toBe('retry: 3000');
    const data = events
      .filter((event) => event.startsWith('event: order\n'))
      .map((event) => JSON.parse(event.slice(19)));
    expect(data).toMatchObject([{ status: 'pending' }, { id: ORDER_ID, status: 'confirmed' }]);
  });

  test('report stock with heartbeats until the client disconnects', async () => {
    const client = new AbortController();
    const response = await fetch(`${gateway.url}/v1/products/${PRODUCT_ID}/stock/events`, {
      signal: client.signal,
    });
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      if (/"stock":3[\s\S]*"stock":2[\s\S]*\n:\n/.test(text)) break;
    }
    client.abort();
    await gateway.requests.watchEnded;
  });

  test('end when the process stops', async () => {
    const stopping = await startGateway();
    const response = await fetch(`${stopping.url}/v1/products/${PRODUCT_ID}/stock/events`);
    const [all] = await Promise.all([response.text(), stopping.stop()]);
    expect(all).toContain('"stock":2');
  });
});

test('a quote arrives before the next cart is sent', async () => {
  const cart = (quantity: number) =>
    Buffer.from(`{"items":[{"productId":"${PRODUCT_ID}","quantity":${quantity}}]}\n`);
  const call = request(`${gateway.url}/v1/quotes`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
  });
  const quotes: string[] = [];
  const streamEnd = Promise.withResolvers<void>();
  call.on('response', (response) => {
    response.setEncoding('utf8').on('data', (line: string) => {
      quotes.push(line);
      if (quotes.length === 1) call.end(cart(2));
    });
    response.on('end', streamEnd.resolve);
  });
  call.write(cart(1));
  await streamEnd.promise;
  expect(quotes.map((line) => JSON.parse(line).items[0].quantity)).toEqual([1, 2]);
});
