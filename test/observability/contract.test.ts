import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { loadEnvironment } from '../../charts/environments.ts';
import { readRelease } from '../../scripts/operate/cluster/release.ts';
import {
  expectMetricsMoved,
  expectOrderLogs,
  isComplete,
  untilOrderTrace,
} from '../contract/order-contract.ts';
import { kindOf } from '../contract/outline.ts';
import { until } from '../until.ts';
import { descendantsOf, readTrace, sidecarOf, spansBetween } from './jaeger-trace.ts';
import { readLogs } from './loki-logs.ts';
import { openPart, type PartClient } from './part-client.ts';
import { openMetrics, type ShopMetrics } from './shop-metrics.ts';
import { placeTracedOrder } from './traced-order.ts';

let jaeger: PartClient;
let loki: PartClient;
let metrics: ShopMetrics;

beforeAll(async () => {
  jaeger = await openPart('jaeger', 16_686);
  loki = await openPart('loki', 3_100);
  metrics = await openMetrics();
});

afterAll(async () => {
  await metrics?.close();
  await loki?.close();
  await jaeger?.close();
});

/** Time that an order process caches a valid token, during which orders make no call for it, in milliseconds. */
const TOKEN_TTL_MS = 10_000;

/** Places an order and returns the id of its trace; undefined if its process had cached the token. */
async function traceFreshOrder(): Promise<string | undefined> {
  const traceId = await placeTracedOrder();
  const trace = await until('the trace of the order is complete', async () => {
    const spans = await readTrace(jaeger, traceId);
    return isComplete(spans) && spans;
  });
  return trace.some(({ name }) => name.endsWith('/CheckToken')) ? traceId : undefined;
}

test('an order through the mesh is one trace through all services and sidecars, its metrics move, and its log lines name the trace', async () => {
  const { broker = loadEnvironment('kind').broker } = await readRelease();
  const before = await metrics.read();
  const traceId = await until('an order is traced whose token is not cached', traceFreshOrder, {
    timeoutMs: 180_000,
    intervalMs: TOKEN_TTL_MS,
  });
  const trace = await untilOrderTrace(() => readTrace(jaeger, traceId), { layer: 'mesh', broker });

  const calls = trace.filter(({ attributes }) => attributes['weft.call'] !== undefined);
  for (const call of calls) {
    const served = descendantsOf(trace, call).find(
      ({ name, service }) => name === call.name && service === call.attributes['weft.callee'],
    );
    const between = served ? spansBetween(trace, call, served) : [];
    expect([call.name, between.map((span) => `${span.service} ${kindOf(span)}`)]).toEqual([
      call.name,
      [`${sidecarOf(call.service)} CLIENT`, `${sidecarOf(String(call.attributes['weft.callee']))} SERVER`],
    ]);
  }

  expectMetricsMoved(before, await metrics.read());

  const lines = await until('Loki has the log line of the request', async () => {
    const logs = await readLogs(loki);
    return logs.some((line) => line.traceId === traceId && line.body === 'request') && logs;
  });
  expectOrderLogs(lines, traceId, ['tok_ok', 'Bearer ', '@example.test']);
});
