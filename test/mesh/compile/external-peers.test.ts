import { describe, expect, test } from '@jest/globals';
import { istioInstallSpec } from '../../../mesh/compile/istio/install.ts';
import type { Environment } from '../../../mesh/graph/environment.ts';
import { KUBE_DNS, NODE_LOCAL_DNS } from '../../../mesh/graph/external-peers.ts';
import { compiled, ENVIRONMENT } from './small-platform.ts';

const MONITORING = { namespace: 'watch', labels: { app: 'prom' }, serviceAccount: 'prom' };
const COLLECTOR = { namespace: 'watch', labels: { app: 'otel' }, service: 'collector' };
const inNamespace = (namespace: string, labels: Readonly<Record<string, string>>) => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
  podSelector: { matchLabels: labels },
});

/** The specs of some objects that an environment compiles to. */
function specs(environment: Partial<Environment>, kind: string, ...names: readonly string[]) {
  const objects = compiled({ environment });
  return names.map((name) => objects.one(kind, name).spec as Record<string, unknown>);
}

describe('monitoring', () => {
  test('is admitted by NetworkPolicies only to the metrics of processes and sidecars', () => {
    expect(specs({ monitoring: MONITORING }, 'NetworkPolicy', 'monitoring')).toEqual([
      {
        podSelector: {},
        policyTypes: ['Ingress'],
        ingress: [
          {
            from: [inNamespace('watch', { app: 'prom' })],
            ports: [{ port: 9090 }, { port: 15020 }, { port: 15090 }],
          },
        ],
      },
    ]);
  });

  test('is admitted by the mesh to the metrics of processes by its identity', () => {
    expect(specs({ monitoring: MONITORING }, 'AuthorizationPolicy', 'monitoring')).toEqual([
      {
        selector: { matchLabels: { 'app.kubernetes.io/part-of': 'small' } },
        action: 'ALLOW',
        rules: [
          {
            from: [{ source: { principals: ['cluster.local/ns/watch/sa/prom'] } }],
            to: [{ operation: { ports: ['9090'], methods: ['GET'], paths: ['/metrics'] } }],
          },
        ],
      },
    ]);
  });

  test('needs a certificate: no metrics port accepts plain text', () => {
    const open = JSON.stringify(
      compiled({ environment: { monitoring: MONITORING } }).of('PeerAuthentication'),
    );
    expect(open).not.toContain('9090');
  });

  test('without Istio is admitted only to the metrics of processes', () => {
    const plain = { monitoring: MONITORING, hasIstio: false, layer: 'app' } as const;
    expect(specs(plain, 'NetworkPolicy', 'monitoring')).toMatchObject([
      { ingress: [{ ports: [{ port: 9090 }] }] },
    ]);
  });

  test('has no policy if it is not declared', () => {
    const names = compiled().all.map(({ metadata }) => metadata.name);
    expect(names).not.toContain('monitoring');
  });
});

describe('a telemetry collector', () => {
  test('is reachable from services, databases and brokers', () => {
    const policies = specs({ telemetry: [COLLECTOR] }, 'NetworkPolicy', 'shop', 'stock', 'postgres');
    const rule = { to: [inNamespace('watch', { app: 'otel' })], ports: [{ port: 4317 }, { port: 4318 }] };
    expect(policies.map(({ egress }) => egress)).toEqual(policies.map(() => expect.arrayContaining([rule])));
  });

  test('is known to every sidecar, which refuses unknown hosts', () => {
    const host = 'watch/collector.watch.svc.cluster.local';
    for (const spec of specs({ telemetry: [COLLECTOR] }, 'Sidecar', 'default', 'shop', 'stock'))
      expect(spec).toHaveProperty('egress.0.hosts', expect.arrayContaining([host]));
  });

  test('receives the traces of sidecars if it is the first collector', () => {
    const telemetry = [
      { ...COLLECTOR, ports: [4319] },
      { ...COLLECTOR, service: 'other' },
    ];
    expect(specs({ telemetry }, 'Telemetry', 'default')).toMatchObject([
      { tracing: [{ providers: [{ name: 'weft-traces' }], randomSamplingPercentage: 1 }] },
    ]);
    expect(istioInstallSpec({ ...ENVIRONMENT, telemetry }).meshConfig).toMatchObject({
      extensionProviders: [
        {
          name: 'weft-traces',
          opentelemetry: { service: 'collector.watch.svc.cluster.local', port: 4319 },
        },
      ],
    });
  });

  test('has no tracing provider if it is not declared', () => {
    expect(specs({}, 'Telemetry', 'default')).toEqual([
      expect.objectContaining({ tracing: [{ randomSamplingPercentage: 1 }] }),
    ]);
    expect(istioInstallSpec(ENVIRONMENT).meshConfig).not.toHaveProperty('extensionProviders');
  });
});

describe('DNS', () => {
  const dnsRules = (environment: Partial<Environment>) =>
    specs(environment, 'NetworkPolicy', 'shop', 'postgres').map(({ egress }) =>
      (egress as { ports: { protocol?: string; port: number }[] }[]).filter(({ ports }) =>
        ports.some(({ protocol }) => protocol === 'UDP'),
      ),
    );
  const both = (port: number) => [
    { protocol: 'UDP', port },
    { protocol: 'TCP', port },
  ];

  test('is kube-dns by default', () => {
    const rule = { to: [inNamespace('kube-system', { 'k8s-app': 'kube-dns' })], ports: both(53) };
    expect(dnsRules({})).toEqual([[rule], [rule]]);
  });

  test('is each declared server, at its port, over UDP and TCP', () => {
    const openshift = {
      namespace: 'openshift-dns',
      labels: { 'dns.operator.openshift.io/daemonset-dns': 'default' },
      port: 5353,
    };
    const rules = [
      {
        to: [
          inNamespace('kube-system', { 'k8s-app': 'kube-dns' }),
          { ipBlock: { cidr: '169.254.20.10/32' } },
        ],
        ports: both(53),
      },
      { to: [inNamespace('openshift-dns', openshift.labels)], ports: both(5353) },
    ];
    expect(dnsRules({ dns: [KUBE_DNS, NODE_LOCAL_DNS, openshift] })).toEqual([rules, rules]);
  });

  test('bypasses the sidecar over TCP, because the sidecar does not know the host', () => {
    const excluded = (environment: Partial<Environment>) =>
      /"traffic.sidecar.istio.io\/excludeOutboundPorts":"([\d,]+)"/.exec(
        JSON.stringify(compiled({ environment }).one('Deployment', 'stock-v1')),
      )?.[1];
    expect(excluded({})).toBe('53');
    expect(excluded({ dns: [KUBE_DNS, { cidr: '10.0.0.53/32', port: 5353 }] })).toBe('53,5353');
  });
});
