import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { App } from 'cdk8s';
import fc from 'fast-check';
import { loadEnvironment } from '../../charts/environments.ts';
import { Shop } from '../../charts/shop.ts';
import { nginxConfig } from '../../mesh/compile/gateways/nginx/nginx-config.ts';
import { type SharedEdge, sharedEdges } from '../../mesh/graph/shared-edge.ts';
import type { EdgeRoute } from '../../mesh/policy/edge.ts';
import { freePort } from '../../scripts/lab/brokers/broker-container.ts';
import { exchangeRaw } from '../../scripts/lab/gateways/raw-http.ts';
import { edgeOf, RATE_LIMIT } from '../mesh/compile/gateways/edge-of.ts';
import { routeAsNginx } from '../mesh/compile/gateways/nginx-model.ts';
import { target } from '../mesh/compile/gateways/targets.ts';
import { testContract } from '../scripts/lab/gateways/test-contract.ts';
import { startGateway, type TestGateway } from '../services/gateway/test-gateway.ts';
import { until } from '../until.ts';
import { NginxContainer } from './nginx-container.ts';

let gateway: TestGateway;
let nginx: NginxContainer;
let url: URL;
let token: string;

/** Returns the shop's edge, for any host. */
function shopEdge(): SharedEdge {
  const shop = new Shop(new App(), { ...loadEnvironment('kind'), hosts: ['*'] });
  const [edge] = sharedEdges(shop.services);
  if (!edge) throw new Error('the shop has no edge');
  return edge;
}

function configFor(address: string, on: number, rateLimit = { perSecond: 2_000, burst: 20_000 }): string {
  return nginxConfig(shopEdge(), {
    rateLimit,
    addressOf: () => address,
    listen: `127.0.0.1:${on}`,
    folder: '/tmp',
  });
}

beforeAll(async () => {
  gateway = await startGateway({ WEFT_PROXY_HOPS: '1' });
  const port = await freePort();
  token = await gateway.token();
  nginx = await NginxContainer.start(configFor(`127.0.0.1:${gateway.port}`, port), port);
  url = new URL(`http://127.0.0.1:${port}`);
});
afterAll(async () => {
  await nginx?.remove();
  await gateway?.stop();
});

testContract('nginx', () => ({ url, token }));

test('a request without the role is refused before the service receives it', async () => {
  const authorization = `Bearer ${token}`;
  const requestId = 'forbidden-1';
  const headers = { authorization, 'content-type': 'application/json', 'x-request-id': requestId };
  const response = await fetch(new URL('/v1/products', url), { method: 'POST', headers, body: '{}' });
  expect(response.status).toBe(403);
  expect(await response.json()).toMatchObject({ code: 'forbidden', requestId, instance: '/v1/products' });
  expect(gateway.logged.join()).not.toContain(requestId);
});

test('the question whether a request is permitted cannot be asked from outside', async () => {
  const headers = { authorization: `Bearer ${token}` };
  for (const path of [
    '/:authorize',
    '/:authorize?role=customer',
    '/:route/gateway/listProducts',
    '/:options',
  ]) {
    expect((await fetch(new URL(path, url), { headers })).status).toBe(404);
  }
});

test('the access log of nginx has the fields of a log line of the gateway', async () => {
  const requestId = 'logged-1';
  // A client cannot forge its address.
  const headers = { 'x-request-id': requestId, 'x-forwarded-for': '192.0.2.1' };
  await fetch(new URL('/v1/products/none?limit=1', url), { headers });
  const text = await until('nginx has logged the request', async () =>
    (await nginx.log()).split('\n').find((line) => line.includes(requestId)),
  );
  const line = JSON.parse(text);
  expect(line).toMatchObject({
    ...{ level: 'info', message: 'request', requestId, method: 'GET', path: '/v1/products/none' },
    ...{ route: '/v1/products/{id}', status: 404, client: '127.0.0.1' },
  });
  const ofGateway = JSON.parse(gateway.logged.find((logged) => logged.includes(requestId)) ?? '{}');
  expect(Object.keys(line).sort()).toEqual(Object.keys(ofGateway).sort());
  expect(ofGateway).toMatchObject({ client: '127.0.0.1', requestId });
});

test('a streamed body of any length reaches the service, also after its token was verified', async () => {
  const line = JSON.stringify({
    name: 'Scarf',
    description: 'Woven.',
    price: { amount: 1, currency: 'EUR' },
    stock: 1,
  });
  const body = `${line}\n`.repeat(15_000);
  expect(body.length).toBeGreaterThan(1_048_576);
  const authorization = `Bearer ${await gateway.token({ role: 'admin' })}`;
  const headers = { authorization, 'content-type': 'application/x-ndjson' };
  const response = await fetch(new URL('/v1/products/import', url), { method: 'POST', headers, body });
  expect({ status: response.status, answer: await response.json() }).toEqual({
    status: 201,
    answer: { imported: 15_000 },
  });
});

/** Closes what a test opened. */
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** Starts a server on the loopback interface. @returns its address */
async function startServer(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  closers.push(() => server.close().closeAllConnections());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Starts another nginx. @param configOn returns its configuration for a port */
async function startNginx(configOn: (port: number) => string) {
  const port = await freePort();
  const container = await NginxContainer.start(configOn(port), port);
  closers.push(() => container.remove());
  return { port, origin: `http://127.0.0.1:${port}`, container };
}

test('only repeatable requests are sent again after a service failed while it processed them', async () => {
  const requests: string[] = [];
  // Ends the connection of each request, after it has read the request.
  const address = await startServer((request, response) => {
    if (request.url?.startsWith('/:authorize')) return void response.writeHead(204).end();
    requests.push(`${request.method} ${request.url}`);
    request.on('end', () => request.socket.destroy()).resume();
  });
  const { origin } = await startNginx((port) => configFor(address, port));
  const send = (method: string, path: string) =>
    fetch(origin + path, { method, ...(method !== 'GET' && { body: '{}' }) });
  const response = await send('GET', '/v1/products');
  expect(response.status).toBe(502);
  expect(await response.json()).toMatchObject({ code: 'bad-gateway' });
  // The header Idempotency-Key makes this route repeatable.
  await send('POST', '/v1/orders');
  await send('POST', '/v1/users');
  await send('PUT', '/v1/products/1/stock');
  expect(requests).toEqual([
    ...Array<string>(3).fill('GET /v1/products'),
    ...Array<string>(3).fill('POST /v1/orders'),
    'POST /v1/users',
    'PUT /v1/products/1/stock',
  ]);
});

test('a service that cannot be reached is a problem of nginx, and a reload brings it back', async () => {
  const { origin, port, container } = await startNginx((on) => configFor('127.0.0.1:1', on));
  const statusOf = async (path: string) => (await fetch(origin + path)).status;
  expect(await statusOf('/v1/products')).toBe(502);
  expect(await statusOf('/v1/orders')).toBe(503);
  await container.reload(configFor(`127.0.0.1:${gateway.port}`, port));
  await until('nginx has loaded the configuration', async () => (await statusOf('/v1/products')) === 200);
  expect(await statusOf('/v1/orders')).toBe(401);
});

test('a request that a service does not answer in time ends with 504 and is not sent again', async () => {
  let count = 0;
  const address = await startServer(() => {
    count += 1;
  });
  const route = { method: 'GET', path: '/a', handler: 'getA', access: 'public', timeout: '500ms' } as const;
  const { origin } = await startNginx((port) =>
    nginxConfig(edgeOf([route]), {
      ...{ rateLimit: RATE_LIMIT, addressOf: () => address, listen: `127.0.0.1:${port}`, folder: '/tmp' },
    }),
  );
  const response = await fetch(`${origin}/a`);
  expect(response.status).toBe(504);
  expect(await response.json()).toMatchObject({ code: 'deadline-exceeded', instance: '/a' });
  expect(count).toBe(1);
});

test('a client above the rate limit receives 429 with the time of its next try', async () => {
  const address = `127.0.0.1:${gateway.port}`;
  const { origin } = await startNginx((port) => configFor(address, port, { perSecond: 1, burst: 2 }));
  const responses = await Promise.all(Array.from({ length: 10 }, () => fetch(`${origin}/v1/products`)));
  const limited = responses.filter(({ status }) => status === 429);
  expect(limited.length).toBeGreaterThanOrEqual(1);
  expect(limited[0]?.headers.get('retry-after')).toBe('1');
  expect(await limited[0]?.json()).toMatchObject({ code: 'too-many-requests', status: 429 });
});

/** Routes whose paths overlap. */
const OVERLAPPING: readonly EdgeRoute[] = [
  { method: 'GET', path: '/a', handler: 'getA', access: 'public' },
  { method: 'POST', path: '/a/b', handler: 'createAb', access: 'public' },
  { method: 'GET', path: '/a/{id}', handler: 'getPart', access: 'public' },
  { method: 'GET', path: '/keys.json', handler: 'getKeys', access: 'public' },
  { method: 'GET', path: '/{x}/{y}/b', handler: 'getThird', access: 'public' },
];

test('nginx decodes and routes targets as the model of the unit tests does', async () => {
  let received: string | undefined;
  const address = await startServer((request, response) => {
    received = request.url;
    response.end();
  });
  const rateLimit = { perSecond: 10_000, burst: 10_000 };
  const configOn = (port: number) =>
    nginxConfig(edgeOf(OVERLAPPING), {
      ...{ rateLimit, addressOf: () => address, listen: `127.0.0.1:${port}`, folder: '/tmp' },
    });
  const { origin, port } = await startNginx(configOn);
  for (const sent of new Set(fc.sample(target, { numRuns: 500, seed: 1 }))) {
    const request = `GET ${sent} HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n`;
    const status = (await exchangeRaw(new URL(origin), request))?.status;
    const decision = routeAsNginx(configOn(port), { method: 'GET', target: sent });
    expect({ sent, status }).toEqual({ sent, status: 'route' in decision ? 200 : decision.status });
    // The service receives the target as the client sent it.
    if ('route' in decision) expect(received).toBe(sent);
  }
});
