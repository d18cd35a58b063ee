import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadEnvironment } from '../../charts/environments.ts';
import { until } from '../until.ts';
import type { Scrape, Scrapes } from './in-pod/scrapes.ts';
import { podOf, type ShopPod } from './pods.ts';
import { runInPod } from './run-in-pod.ts';
import { hasStack } from './stack.ts';
import { startTestPods, type TestPods } from './test-pods.ts';

const { monitoring } = loadEnvironment('kind');
if (!monitoring) throw new Error("environment 'kind' declares no monitoring");

/** Where the sidecar writes its certificate. */
const CERTIFICATES = '/etc/istio-output-certs';
const TIMEOUT_MS = 5_000;
const RBAC: Scrape = { status: 403, body: 'RBAC: access denied' };

/** The annotations of docs/operations.md: a sidecar that fetches a certificate and intercepts nothing. */
const CERTIFICATE_ONLY = {
  'traffic.sidecar.istio.io/includeInboundPorts': '',
  'traffic.sidecar.istio.io/includeOutboundIPRanges': '',
  'proxy.istio.io/config': JSON.stringify({ proxyMetadata: { OUTPUT_CERTS: CERTIFICATES } }),
  'sidecar.istio.io/userVolumeMount': JSON.stringify([{ name: 'shared', mountPath: CERTIFICATES }]),
};

let pods: TestPods;
let product: ShopPod;

beforeAll(async () => {
  if (hasStack) return;
  const { namespace, labels, serviceAccount } = monitoring;
  const withCertificate = {
    annotations: CERTIFICATE_ONLY,
    sharedFolder: CERTIFICATES,
    labels: { ...labels, 'sidecar.istio.io/inject': 'true' },
  };
  product = await podOf('product');
  pods = await startTestPods('metrics', [
    { name: 'monitor', namespace, serviceAccountName: serviceAccount, ...withCertificate },
    { name: 'impostor', namespace, serviceAccountName: 'impostor', ...withCertificate },
    { name: 'elsewhere', namespace: 'weft-metrics', serviceAccountName: serviceAccount, ...withCertificate },
  ]);
  await until('the network admits the pods', async () => {
    const answers = await Promise.all(
      ['monitor', 'impostor'].map((pod) => scrape(pod, { url: at(15_090, '/stats/prometheus') })),
    );
    return answers.flat().every((answer) => 'status' in answer);
  });
});

afterAll(() => pods?.stop());

function at(port: number, path: string, scheme = 'http'): string {
  return `${scheme}://${product.ip}:${port}${path}`;
}

function scrape(from: string, ...requests: Scrapes['requests']): Promise<readonly Scrape[]> {
  return runInPod(pods.at(from), 'scrapes', { timeoutMs: TIMEOUT_MS, requests } satisfies Scrapes);
}

/** With the certificate of the pod, at the admin port. */
function admin(path: string, method = 'GET'): Scrapes['requests'][number] {
  return { url: at(9_090, path, 'https'), method, certificates: CERTIFICATES };
}

// With the stack, the Prometheus of test/observability/prometheus.test.ts has this identity.
(hasStack ? describe.skip : describe)('the identity of monitoring', () => {
  test('reads the metrics of a process', async () => {
    const [metrics] = await scrape('monitor', admin('/metrics'));
    expect(metrics).toMatchObject({
      status: 200,
      body: expect.stringContaining('rpc_server_call_duration_seconds_count'),
    });
  });

  test('reads the metrics of its sidecar, which the mesh does not protect', async () => {
    const answers = await scrape(
      'monitor',
      { url: at(15_020, '/stats/prometheus') },
      { url: at(15_090, '/stats/prometheus') },
    );
    const envoy = { status: 200, body: expect.stringContaining('envoy_') };
    expect(answers).toMatchObject([{ status: 200 }, envoy]);
  });

  test('does nothing else at the admin port', async () => {
    const answers = await scrape(
      'monitor',
      admin('/healthz'),
      admin('/faults'),
      admin('/faults', 'PUT'),
      admin('/metrics', 'POST'),
      admin('/metrics/'),
      admin('/'),
    );
    expect(answers).toEqual(answers.map(() => RBAC));
  });

  test('is anonymous without its certificate', async () => {
    const [plain] = await scrape('monitor', { url: at(9_090, '/metrics') });
    expect(plain).toEqual({ error: 'ECONNRESET' });
  });

  test('is dropped by the network at every other port', async () => {
    const answers = await scrape('monitor', { url: at(50_051, '/') }, { url: at(8_080, '/') });
    expect(answers).toEqual(answers.map(() => ({ error: 'timeout' })));
  });
});

(hasStack ? test.skip : test)(
  'another identity with the labels of monitoring is refused by the mesh',
  async () => {
    const answers = await scrape('impostor', admin('/metrics'), admin('/healthz'));
    expect(answers).toEqual([RBAC, RBAC]);
  },
);

(hasStack ? test.skip : test)(
  'the labels and the name of monitoring in another namespace are dropped by the network',
  async () => {
    const answers = await scrape(
      'elsewhere',
      admin('/metrics'),
      { url: at(15_020, '/stats/prometheus') },
      { url: at(15_090, '/stats/prometheus') },
    );
    expect(answers).toEqual(answers.map(() => ({ error: 'timeout' })));
  },
);
