import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { eventually } from '../../until.ts';
import { recordSpans } from '../kit/telemetry/recorded-spans.ts';
import { PRODUCT_ID } from './fake-shop.ts';
import { request } from './request.ts';
import { startGateway, type TestGateway } from './test-gateway.ts';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const ROUTE = 'GET /v1/products/{id}';

const spans = recordSpans();
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
beforeEach(() => spans.clear());
afterAll(() => gateway.stop());

const get = (path: string, headers: Readonly<Record<string, string>> = {}) =>
  request(gateway.url, 'GET', path, { headers });

test('the span of a request has the name of its route, continues the trace of the client, and is the parent of calls', async () => {
  await get(`/v1/products/${PRODUCT_ID}`, { traceparent: `00-${TRACE_ID}-00f067aa0ba902b7-01` });
  const span = await eventually(() => spans.named(ROUTE)[0]);
  expect(span.kind).toBe(SpanKind.SERVER);
  expect(span.spanContext().traceId).toBe(TRACE_ID);
  expect(span.parentSpanContext?.spanId).toBe('00f067aa0ba902b7');
  expect(span.attributes).toEqual({
    'http.request.method': 'GET',
    'http.route': '/v1/products/{id}',
    'http.response.status_code': 200,
    'url.path': `/v1/products/${PRODUCT_ID}`,
    'url.scheme': 'http',
    'network.protocol.version': '1.1',
    'weft.request_id': expect.any(String),
  });
  const calls = spans.named('weft.product.v1.ProductService/GetProduct');
  const call = calls.find(({ kind }) => kind === SpanKind.CLIENT);
  expect(call?.parentSpanContext?.spanId).toBe(span.spanContext().spanId);
});

test('the access log line of a request names its trace', async () => {
  await get('/v1/products', { traceparent: `00-${TRACE_ID}-00f067aa0ba902b7-01` });
  const line = await eventually(() =>
    gateway.logged.find((logged) => logged.includes('"route":"/v1/products"')),
  );
  expect(JSON.parse(line)).toMatchObject({ message: 'request', trace_id: TRACE_ID });
});

test('a path without a route has no path in the name of its span', async () => {
  await get(`/v1/nothing-${'x'.repeat(100)}`);
  const span = await eventually(() => spans.named('GET')[0]);
  expect(span.attributes).toMatchObject({ 'http.response.status_code': 404 });
  expect(span.status.code).toBe(SpanStatusCode.UNSET);
});

test.each([
  ['malformed', 'not a trace'],
  ['of zeros', `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`],
  ['of the forbidden version', `ff-${TRACE_ID}-00f067aa0ba902b7-01`],
  ['huge', '0'.repeat(12_000)],
])('a traceparent that is %s is ignored, and the request has a trace of its own', async (_, traceparent) => {
  expect((await get('/v1/products', { traceparent })).status).toBe(200);
  const span = await eventually(() => spans.named('GET /v1/products')[0]);
  expect(span.parentSpanContext).toBeUndefined();
  expect(span.spanContext().traceId).not.toBe(TRACE_ID);
});

test.each([
  ['a malformed tracestate', { tracestate: '=,=,,x' }],
  ['a huge tracestate', { tracestate: `a=${'x'.repeat(8_000)}` }],
  ['a malformed baggage', { baggage: '%%%,=;' }],
  ['a huge baggage', { baggage: `a=${'x'.repeat(10_000)}` }],
])('%s does not fail a request, and is not passed on', async (_, headers) => {
  const traceparent = `00-${TRACE_ID}-00f067aa0ba902b7-01`;
  expect((await get('/v1/products', { traceparent, ...headers })).status).toBe(200);
  const span = await eventually(() => spans.named('GET /v1/products')[0]);
  expect(span.spanContext().traceState?.serialize() ?? '').toBe('');
});

test.each(['jane@example.com', 'jane%40example.com'])(
  'neither the span nor the access log has the e-mail address in path %s, and no span has a query',
  async (address) => {
    await get(`/v1/products/${address}?email=${address}`);
    const span = await eventually(() => spans.named(ROUTE)[0]);
    expect(span.attributes['url.path']).toMatch(/\[redacted\]$/);
    expect(JSON.stringify(span.attributes)).not.toContain('?');
    const line = await eventually(() => gateway.logged.find((logged) => logged.includes('[redacted]')));
    expect(JSON.parse(line).path).toMatch(/\[redacted\]$/);
    expect(gateway.logged.join()).not.toContain(address);
  },
);

test('the address of the client is in the access log only, not in spans and metrics', async () => {
  await get(`/v1/products/${PRODUCT_ID}`);
  const span = await eventually(() => spans.named(ROUTE)[0]);
  const line = await eventually(() => gateway.logged.find((logged) => logged.includes('"client"')));
  const { client } = JSON.parse(line);
  expect(client).toBe('127.0.0.1');
  expect(JSON.stringify(span.attributes)).not.toContain(client);
});
