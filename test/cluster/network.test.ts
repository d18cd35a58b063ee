import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { kubectl, NAMESPACE } from '../../scripts/operate/cluster/kubectl.ts';
import { until } from '../until.ts';
import type { TcpConnect, TcpConnects } from './in-pod/tcp-connects.ts';
import { podsOf, type ShopPod } from './pods.ts';
import { runInPod } from './run-in-pod.ts';
import { NO_SIDECAR, startTestPods, type TestPods } from './test-pods.ts';
import { handWrittenAttempts, MAY_CONNECT } from './who-may-call.ts';

/**
 * Tests the NetworkPolicies alone. The source pods have no sidecar, so only a NetworkPolicy can keep them from a port. An
 * admitted port accepts the connection, whatever the mesh does afterwards. A connection to any other port times out.
 */

const SERVICES = ['gateway', 'notification', 'order', 'payment', 'product', 'user', 'web'] as const;
const SERVERS = { kafka: 9_092, postgres: 5_432, rabbitmq: 5_672 } as const;
/** Ports of every pod: gRPC, edge, admin, Envoy's inbound capture, Istio agent, Envoy. */
const PORTS = [50_051, 8_080, 9_090, 15_006, 15_020, 15_090] as const;
const TIMEOUT_MS = 2_000;
const METRICS_PORTS = [9_090, 15_020, 15_090];
const PROMETHEUS = { 'app.kubernetes.io/name': 'prometheus' } as const;
const ELSEWHERE = 'weft-network';

/** Sources that are not services of the shop. */
const OTHERS = [
  { name: 'unlabelled', namespace: NAMESPACE, labels: {} },
  { name: 'server', namespace: NAMESPACE, labels: { app: 'postgres' }, neverReady: true },
  { name: 'stranger', namespace: ELSEWHERE, labels: {} },
  { name: 'disguised', namespace: ELSEWHERE, labels: { app: 'order', ...PROMETHEUS } },
  { name: 'watcher', namespace: 'monitoring', labels: PROMETHEUS },
  { name: 'neighbor', namespace: 'monitoring', labels: {} },
  {
    name: 'collector',
    namespace: 'monitoring',
    labels: { 'app.kubernetes.io/name': 'opentelemetry-collector' },
  },
] as const;
/** Services with topics. */
const HAVE_EVENTS: readonly string[] = ['order', 'notification'];

interface Target {
  /** `product:9090` */
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

/** Services outside of the shop, by their names in the tests. */
const CONTROLS = {
  dns: ['kube-system', 'kube-dns', 53],
  istiod: ['istio-system', 'istiod', 15_012],
  ingress: ['istio-system', 'istio-ingressgateway', 80],
} as const;
const COLLECTOR = ['collector:4317', 'collector:4318'] as const;
/** Targets outside of the shop, which every pod without a policy of the shop reaches. */
const OUTSIDE = ['itself', ...Object.keys(CONTROLS), ...COLLECTOR, 'collector:8080'];
/** Targets that every pod of the shop reaches besides its declared calls. */
const PLATFORM = ['itself', 'dns', 'istiod', ...COLLECTOR];

let pods: TestPods;
let targets: readonly Target[];
/** Unexpected outcomes of the last attempt, by source. */
const differences = new Map<string, readonly string[]>();

/** Returns the names of the targets that each source may reach. Those of the shop are written by hand. */
function admittedTargets(): Readonly<Record<string, readonly string[]>> {
  const metrics = targets.filter(({ name, port }) => !OUTSIDE.includes(name) && METRICS_PORTS.includes(port));
  const services = SERVICES.map((service) => {
    const callees = new Set(
      handWrittenAttempts().flatMap(({ caller, callee }) => (caller === service ? [callee] : [])),
    );
    return [
      `as-${service}`,
      [
        ...PLATFORM,
        ...[...callees].map((callee) => `${callee}:50051`),
        ...(MAY_CONNECT.includes(service) ? ['postgres:5432'] : []),
        ...(HAVE_EVENTS.includes(service) ? ['kafka:9092', 'rabbitmq:5672'] : []),
      ],
    ] as const;
  });
  return {
    unlabelled: ['itself'],
    server: PLATFORM,
    stranger: OUTSIDE,
    disguised: OUTSIDE,
    neighbor: OUTSIDE,
    watcher: [...OUTSIDE, ...metrics.map(({ name }) => name)],
    ...Object.fromEntries(services),
  };
}

beforeAll(async () => {
  const callees: ShopPod[] = [];
  for (const name of [...SERVICES, ...Object.keys(SERVERS)])
    callees.push(...(await podsOf(name)).slice(0, 1));
  expect(callees.map(({ container }) => container)).toEqual(
    expect.arrayContaining([...SERVICES, 'postgres']),
  );
  pods = await startTestPods('network', [
    ...OTHERS.map((pod) => ({ ...pod, labels: { ...pod.labels, ...NO_SIDECAR } })),
    // NetworkPolicies treat these pods like the service's, but the Service sends them no requests.
    ...SERVICES.map((app) => ({
      name: `as-${app}`,
      namespace: NAMESPACE,
      labels: { app, ...NO_SIDECAR },
      neverReady: true,
    })),
  ]);
  targets = [
    ...callees.flatMap(({ container, ip }) => {
      const own = Object.entries(SERVERS).flatMap(([name, port]) => (name === container ? [port] : []));
      return [...PORTS, ...own].map((port) => ({ name: `${container}:${port}`, host: ip, port }));
    }),
    ...(await Promise.all(
      Object.entries(CONTROLS).map(async ([name, [namespace, service, port]]) => ({
        name,
        host: await clusterIp(namespace, service),
        port,
      })),
    )),
    ...[4_317, 4_318, 8_080].map((port) => ({ name: `collector:${port}`, host: pods.ip('collector'), port })),
    { name: 'itself', host: '127.0.0.1', port: 8_080 },
  ];
  await Promise.all(Object.entries(admittedTargets()).map(([source, names]) => tryReach(source, names)));
});

afterAll(() => pods?.stop());

/**
 * Connects to all targets from a pod until exactly the admitted ones are reached in one attempt: policies apply to a new
 * pod some seconds after its start. Stores the unexpected outcomes of the last attempt.
 */
async function tryReach(source: string, names: readonly string[]): Promise<void> {
  const input: TcpConnects = { timeoutMs: TIMEOUT_MS, targets };
  await until(`${source} reaches what it may`, async () => {
    const outcomes = await runInPod<readonly TcpConnect[]>(pods.at(source), 'tcp-connects', input);
    const unexpected = targets.flatMap(({ name }, index) => {
      const outcome = outcomes[index] ?? 'none';
      // Nothing listens on the collector's ports: its kernel refuses connections that arrive.
      const arrives = outcome === 'connected' || (name.startsWith('collector') && outcome === 'ECONNREFUSED');
      return (names.includes(name) ? arrives : outcome === 'timeout') ? [] : [`${name}: ${outcome}`];
    });
    differences.set(source, unexpected);
    return unexpected.length === 0;
  }).catch(() => {});
}

async function clusterIp(namespace: string, service: string): Promise<string> {
  return kubectl([
    'get',
    'service',
    service,
    `--namespace=${namespace}`,
    '--output=jsonpath={.spec.clusterIP}',
  ]);
}

describe('targets admitted by NetworkPolicies', () => {
  test.each([
    ['unlabelled', 'nothing: a pod of the shop that no policy names'],
    ['server', 'DNS, istiod and collectors alone: a server of data'],
    ['stranger', 'nothing of the shop: a pod of another namespace'],
    [
      'disguised',
      'nothing of the shop: a pod of another namespace with the labels of a service and of Prometheus',
    ],
    ['neighbor', 'nothing of the shop: a pod beside Prometheus without its labels'],
    ['watcher', 'the ports with metrics, and no other: a pod with the namespace and labels of Prometheus'],
  ])('%s: %s', (source) => {
    expect(differences.get(source)).toEqual([]);
  });

  test.each(SERVICES)('%s: the callees and servers that it declares, and no other port', (service) => {
    expect(differences.get(`as-${service}`)).toEqual([]);
  });

  test('are measured from every source', () => {
    const all = Object.entries(admittedTargets());
    const reached = all.flatMap(([, names]) => targets.filter(({ name }) => names.includes(name))).length;
    console.log(
      `${all.length} sources, ${targets.length} targets: ${reached} admitted, ${all.length * targets.length - reached} dropped`,
    );
    expect([...differences.keys()].toSorted()).toEqual(all.map(([source]) => source).toSorted());
  });
});
