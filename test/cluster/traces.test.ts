import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { loadEnvironment } from '../../charts/environments.ts';
import { traceCollector } from '../../mesh/compile/peers/telemetry-peers.ts';
import { readGatewayAddress } from '../../scripts/operate/cluster/gateway-address.ts';
import { kubectl } from '../../scripts/operate/cluster/kubectl.ts';
import { ask } from '../shop/customer.ts';
import { until } from '../until.ts';
import { hasStack } from './stack.ts';
import { createMissing, NO_SIDECAR, startTestPods, type TestPods } from './test-pods.ts';

const environment = loadEnvironment('kind');
const [peer] = environment.telemetry ?? [];
const port = traceCollector(environment)?.port;
if (!peer || !port) throw new Error("environment 'kind' declares no collector");

const EXPORT = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
const TEST = 'traces';

/** Receives OTLP over gRPC: prints the path of each request and answers OK. */
const COLLECTOR = `
process.on('SIGTERM', () => process.exit());
require('node:http2').createServer().on('stream', (stream, headers) => {
  stream.resume().on('end', () => {
    console.log(headers[':path']);
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end();
  });
}).listen(${port});`;

let pods: TestPods | undefined;

beforeAll(async () => {
  if (hasStack) return;
  const { namespace, labels, service } = peer;
  pods = await startTestPods(TEST, [
    { name: 'collector', namespace, labels: { ...labels, ...NO_SIDECAR }, script: COLLECTOR },
  ]);
  await createMissing({
    kind: 'Service',
    metadata: { name: service, namespace, labels: { 'weft-test': TEST } },
    spec: { selector: labels, ports: [{ name: 'grpc-otlp', port }] },
  });
});

afterAll(() => pods?.stop());

// With the stack, test/observability/traces.test.ts verifies the same with its collector.
(hasStack ? test.skip : test)(
  'sampled traces of sidecars reach the collector that the environment declares',
  async () => {
    const address = await readGatewayAddress();
    const { namespace } = peer;
    // Sidecars discover the collector some time after its start, and export spans every 5 s.
    const exported = await until('traces arrive', async () => {
      expect((await ask(address, 'GET', '/v1/products')).status).toBe(200);
      const log = await kubectl(['logs', 'collector', `--namespace=${namespace}`]);
      return log.includes(EXPORT) && log.split('\n').filter((line) => line === EXPORT).length;
    });
    expect(exported).toBeGreaterThan(0);
  },
);
