import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sendLines } from '../../../services/gateway/http/send-lines.ts';
import { EDGE } from './edge.ts';
import { ORDER_ID, PRODUCT_ID, UNKNOWN_ID } from './fake-shop.ts';
import { startGateway, type TestGateway } from './test-gateway.ts';

let gateway: TestGateway;
let token: string;
beforeAll(async () => {
  gateway = await startGateway();
  token = await gateway.token();
});
afterAll(() => gateway.stop());

/** Of a connection, or of a moment. */
const OTHERS = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'date',
  'x-request-id',
  'ratelimit',
]);

/** Returns status and headers of a response, and cancels its body. */
async function head(method: string, path: string, bearer: string | undefined) {
  const giveUp = new AbortController();
  const response = await fetch(gateway.url + path, {
    method,
    headers: bearer === undefined ? {} : { authorization: `Bearer ${bearer}` },
    signal: giveUp.signal,
  });
  const body = method === 'HEAD' ? await response.text() : '';
  giveUp.abort();
  const headers = [...response.headers].filter(([name]) => !OTHERS.has(name));
  return { status: response.status, headers, body };
}

const cases = EDGE.routes
  .filter(({ method }) => method === 'GET')
  .flatMap(({ path }) => {
    const knownId = path.startsWith('/v1/orders') ? ORDER_ID : PRODUCT_ID;
    const ids = path.includes('{id}') ? [knownId, UNKNOWN_ID, 'nonsense'] : [''];
    return ids.map((id) => path.replace('{id}', id).replace('{code}', 'out-of-stock'));
  });

test.each([...cases, '/v1/products?limit=0', '/v1/nothing'])(
  'HEAD of %s returns the response of GET without a body',
  async (path) => {
    for (const bearer of [token, undefined, 'wrong'])
      expect(await head('HEAD', path, bearer)).toEqual(await head('GET', path, bearer));
  },
);

test('HEAD of an event stream leaves no stream open', async () => {
  const fresh = await startGateway();
  try {
    const { status } = await fetch(`${fresh.url}/v1/products/${PRODUCT_ID}/stock/events`, { method: 'HEAD' });
    expect(status).toBe(200);
    await fresh.requests.watchEnded;
  } finally {
    await fresh.stop();
  }
});

test('HEAD of a stream of lines reads only the first line', async () => {
  const read: number[] = [];
  const closed = Promise.withResolvers<void>();
  async function* endless() {
    try {
      for (let line = 1; ; line++) {
        read.push(line);
        yield line;
      }
    } finally {
      closed.resolve();
    }
  }
  const { signal } = new AbortController();
  const describe = () => {
    throw new Error('nothing goes wrong here');
  };
  const server = createServer((_, response) => {
    void sendLines(response, endless(), { status: 200, headers: {}, signal, describe });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}`, { method: 'HEAD' });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/x-ndjson']);
    await closed.promise;
    expect(read).toEqual([1]);
  } finally {
    server.close();
  }
});
