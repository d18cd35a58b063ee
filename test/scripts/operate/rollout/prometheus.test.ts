import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  addInbound,
  NO_INBOUND,
  readInbound,
  subtractInbound,
} from '../../../../scripts/operate/rollout/inbound.ts';
import { parsePrometheus } from '../../../../scripts/operate/rollout/prometheus.ts';

test('parses samples with labels, timestamps and any number format, and skips other lines', () => {
  const text = [
    '# HELP a what it is',
    '# TYPE a counter',
    'a 1',
    'a_bucket{le="+Inf"} 2 1712345678901',
    'b{x="1",y="a \\"b\\" \\\\ \\n, c}"} 1.5e-3',
    'c{} +Inf',
    '',
    'not a sample at all',
  ].join('\n');
  expect(parsePrometheus(text)).toEqual([
    { name: 'a', labels: {}, value: 1 },
    { name: 'a_bucket', labels: { le: '+Inf' }, value: 2 },
    { name: 'b', labels: { x: '1', y: 'a "b" \\ \n, c}' }, value: 0.0015 },
    { name: 'c', labels: {}, value: Number.POSITIVE_INFINITY },
  ]);
});

test('parses any escaped label value', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer(), (value, number) => {
      fc.pre(!/[\r\u2028\u2029]/.test(value));
      const escaped = value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
      expect(parsePrometheus(`a{l="${escaped}"} ${number}`)).toEqual([
        { name: 'a', labels: { l: value }, value: number },
      ]);
    }),
  );
});

/** Returns statistics as Envoy 1.39 prints them, shortened. */
function statistics(cluster: string, { served = 0, unavailable = 0, missing = 0, broken = 0 }): string {
  const labels = `cluster_name="${cluster}"`;
  const all = served + unavailable + missing + broken;
  return `
# TYPE envoy_cluster_upstream_rq counter
envoy_cluster_upstream_rq{${labels},response_code="200"} ${all - broken}
envoy_cluster_upstream_rq{${labels},response_code_class="2xx"} ${all - broken}
envoy_cluster_upstream_rq{${labels},response_code="503"} ${broken}
envoy_cluster_upstream_rq{${labels},response_code_class="5xx"} ${broken}
envoy_cluster_external_upstream_rq{${labels},response_code_class="5xx"} ${broken}
envoy_cluster_grpc_0{${labels}} ${served}
envoy_cluster_grpc_14{${labels}} ${unavailable}
envoy_cluster_grpc_5{${labels}} ${missing}
envoy_cluster_grpc_failure{${labels}} ${unavailable + missing}
envoy_cluster_upstream_rq_total{${labels}} ${all}
envoy_cluster_upstream_rq_time_bucket{${labels},le="0.5"} 0
envoy_cluster_upstream_rq_time_bucket{${labels},le="10"} ${all}
envoy_cluster_upstream_rq_time_bucket{${labels},le="+Inf"} ${all}
envoy_cluster_external_upstream_rq_time_bucket{${labels},le="+Inf"} ${all}
envoy_cluster_upstream_rq_time_count{${labels}} ${all}
`;
}

test('counts inbound requests, and server errors of HTTP and gRPC', () => {
  const text =
    statistics('inbound|50051||', { served: 90, unavailable: 5, missing: 4, broken: 1 }) +
    statistics('inbound|9090||', { broken: 7 }) +
    statistics('outbound|50051||payment.shop.svc.cluster.local', { unavailable: 8 });
  expect(readInbound(parsePrometheus(text), 50_051)).toEqual({
    requests: 100,
    errors: 6,
    latency: [
      { upTo: 0.5, count: 0 },
      { upTo: 10, count: 100 },
      { upTo: Number.POSITIVE_INFINITY, count: 100 },
    ],
  });
});

test('counts nothing for a sidecar without requests', () => {
  expect(readInbound(parsePrometheus('envoy_server_live 1\n'), 50_051)).toEqual(NO_INBOUND);
});

test('subtracts readings and adds pods', () => {
  const read = (counts: Parameters<typeof statistics>[1]) =>
    readInbound(parsePrometheus(statistics('inbound|50051||', counts)), 50_051);
  const earlier = read({ served: 10, unavailable: 1 });
  const later = read({ served: 30, unavailable: 3 });
  const both = addInbound([subtractInbound(later, earlier), subtractInbound(earlier, NO_INBOUND)]);
  expect(both).toEqual(later);
});
