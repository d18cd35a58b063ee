import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readGatewayAddress } from '../../scripts/operate/cluster/gateway-address.ts';
import { withCalls } from '../cluster/changed-calls.ts';
import { withFailingPod } from '../cluster/failing-pod.ts';
import { createProduct } from '../cluster/shop.ts';
import { kindOf } from '../contract/outline.ts';
import type { OtlpSpan } from '../services/kit/telemetry/otlp-receiver.ts';
import { ask } from '../shop/customer.ts';
import { until } from '../until.ts';
import { descendantsOf, readTrace, sidecarOf } from './jaeger-trace.ts';
import { openPart, type PartClient } from './part-client.ts';
import { newTrace } from './traced-order.ts';

let jaeger: PartClient;
let prometheus: PartClient;

beforeAll(async () => {
  jaeger = await openPart('jaeger', 16_686);
  prometheus = await openPart('prometheus', 9_090);
});

afterAll(async () => {
  await prometheus?.close();
  await jaeger?.close();
});

/** Requests a path of the shop, and returns the status and the trace. */
async function traceRequest(path: string): Promise<{ status: number; trace: readonly OtlpSpan[] }> {
  const { traceId, headers } = newTrace();
  const { status } = await ask(await readGatewayAddress(), 'GET', path, { headers });
  const trace = await until('the trace of the request arrives', async () => {
    const spans = await readTrace(jaeger, traceId);
    const services = new Set(spans.map(({ service }) => service));
    return services.has('gateway') && services.has(sidecarOf('gateway')) && spans;
  });
  return { status, trace };
}

/** Returns the spans of the sidecar of a service that are of a kind and below a span. */
function sidecarSpans(trace: readonly OtlpSpan[], call: OtlpSpan, service: string, kind: string) {
  return descendantsOf(trace, call).filter(
    (span) => span.service === sidecarOf(service) && kindOf(span) === kind,
  );
}

const callOf = (trace: readonly OtlpSpan[], name: string) =>
  trace.find(({ attributes }) => attributes['weft.call'] === name);

test('a retry of a sidecar is a second attempt below one call of the process, which succeeds', async () => {
  await withFailingPod(async () => {
    const retried = await until('a sidecar retries', async () => {
      const { status, trace } = await traceRequest('/v1/products?limit=1');
      expect(status).toBe(200);
      const call = callOf(trace, 'product');
      return call && sidecarSpans(trace, call, 'product', 'SERVER').length > 1 && { call, trace };
    });
    const { call, trace } = retried;
    expect(call.attributes).toMatchObject({ 'rpc.status_code': 'OK', 'weft.call.attempts': 1 });
    expect(sidecarSpans(trace, call, 'gateway', 'CLIENT')).toHaveLength(1);
    const attempts = sidecarSpans(trace, call, 'product', 'SERVER');
    const statuses = attempts.map(({ attributes }) => attributes['grpc.status_code']);
    expect(statuses.toSorted()).toEqual(['0', '14']);
  });
});

test('a fault of the mesh is a response flag of the span and of the metric of the sidecar', async () => {
  const path = `/v1/products/${await createProduct(1)}/stock/events`;
  await withCalls(
    { 'gateway/product-streams': { fault: { abort: { percent: 100, grpcStatus: 'UNAVAILABLE' } } } },
    async () => {
      const { status, trace } = await traceRequest(path);
      expect(status).toBe(503);
      const call = callOf(trace, 'product-streams');
      expect(call?.attributes).toMatchObject({ 'rpc.status_code': 'UNAVAILABLE', 'weft.call.attempts': 1 });
      const spans = call ? sidecarSpans(trace, call, 'gateway', 'CLIENT') : [];
      expect(spans.map(({ attributes }) => attributes.response_flags)).toEqual(['FI']);
      await until('the metric of the sidecar has the flag', async () => {
        const { data } = await prometheus.get<{ data: { result: readonly unknown[] } }>('/api/v1/query', {
          query:
            'istio_requests_total{reporter="source",source_canonical_service="gateway",destination_service_name="product",response_flags="FI"}',
        });
        return data.result.length > 0;
      });
    },
  );
});
