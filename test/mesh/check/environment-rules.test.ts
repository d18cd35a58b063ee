import { expect, test } from '@jest/globals';
import { checkGraph } from '../../../mesh/check/check-graph.ts';
import { SmallPlatform } from './small-platform.ts';

const PROMETHEUS = { namespace: 'monitoring', labels: { app: 'prometheus' }, serviceAccount: 'prometheus' };
const COLLECTOR = { namespace: 'monitoring', labels: { app: 'collector' }, service: 'collector' };

test.each([
  [{ sizeOverrides: { fromt: { minReplicas: 1 } } }, 'environment/size', "did you mean 'front'?"],
  [{ sizeOverrides: { web: { minReplicas: 0 } } }, 'environment/size', 'minReplicas is 0'],
  [{ sizeOverrides: { web: { minReplicas: 5 } } }, 'environment/size', 'maxReplicas is 4 and minReplicas 5'],
  [{ sizeOverrides: { web: { memoryMiB: 16 } } }, 'environment/size', 'memoryMiB is 16'],
  [{ versions: { fromt: [] } }, 'environment/versions', "did you mean 'front'?"],
  [{ imageTagOverrides: { fromt: '1' } }, 'environment/imageTagOverrides', "did you mean 'front'?"],
  [{ policyOverrides: { 'web/fromt': {} } }, 'environment/calls', "did you mean 'web/front'?"],
  [{ scaleDownStabilization: '2h' }, 'environment/scaleDownStabilization', "'2h'"],
  [{ scaleDownStabilization: '500ms' }, 'environment/scaleDownStabilization', "'500ms'"],
  [{ drainDuration: '1500ms' }, 'environment/drainDuration', "'1500ms'"],
  [{ traceSamplingPercent: 101 }, 'environment/trace', '101'],
  [{ numTrustedProxies: -1 }, 'environment/proxies', 'numTrustedProxies is -1'],
  [
    { numTrustedProxies: 1.5 },
    'environment/proxies',
    'numTrustedProxies is 1.5: use a whole number from 0 to 9',
  ],
  [{ numTrustedProxies: Number.NaN }, 'environment/proxies', 'numTrustedProxies is NaN'],
  [{ hasIstio: false }, 'call/layer', 'which needs Istio'],
  [{ monitoring: { ...PROMETHEUS, labels: {} } }, 'environment/monitoring', "every pod of 'monitoring'"],
  [{ monitoring: { ...PROMETHEUS, namespace: '' } }, 'environment/monitoring', "monitoring.namespace is ''"],
  [{ monitoring: { ...PROMETHEUS, serviceAccount: '' } }, 'environment/monitoring', "serviceAccount is ''"],
  [{ monitoring: { ...PROMETHEUS, serviceAccount: '*' } }, 'environment/monitoring', "serviceAccount is '*'"],
  [{ monitoring: { ...PROMETHEUS, labels: { 'a b': 'c' } } }, 'environment/monitoring', "is 'a b'"],
  [
    { monitoring: { ...PROMETHEUS, labels: { app: 'c*' } } },
    'environment/monitoring',
    "labels['app'] is 'c*'",
  ],
  [{ telemetry: [{ ...COLLECTOR, labels: {} }] }, 'environment/telemetry', 'telemetry[0].labels is empty'],
  [{ telemetry: [{ ...COLLECTOR, service: 'a.b' }] }, 'environment/telemetry', "service is 'a.b'"],
  [{ telemetry: [{ ...COLLECTOR, ports: [] }] }, 'environment/telemetry', 'ports is empty'],
  [{ telemetry: [{ ...COLLECTOR, ports: [4317, 0] }] }, 'environment/telemetry', 'ports is 0'],
  [{ dns: [] }, 'environment/dns', 'pods cannot resolve names'],
  [{ dns: [{ cidr: '169.254.20.10' }] }, 'environment/dns', "a single address is '10.20.0.7/32'"],
  [{ dns: [{ cidr: '10.0.0.1/24' }] }, 'environment/dns', 'set them to 0, or use /32'],
  [{ dns: [{ namespace: 'openshift-dns', labels: {} }] }, 'environment/dns', 'labels is empty'],
  [{ dns: [{ cidr: '10.0.0.0/8', port: 70_000 }] }, 'environment/dns', 'port is 70000'],
  [
    { postgres: { address: 'db:5432', networkCidr: '10.20.0.0' } },
    'environment/network',
    "postgres.networkCidr is '10.20.0.0'",
  ],
  [{ kafka: { addresses: ['k:1'], networkCidr: '10.20.0.0/33' } }, 'environment/network', 'from 0 to 32'],
  [{ rabbitmq: { address: 'r:1', networkCidr: 'anywhere' } }, 'environment/network', "'anywhere'"],
] as const)('rejects the environment %j', (environment, rule, message) => {
  const problems = checkGraph(new SmallPlatform(environment));
  expect(problems.map((problem) => problem.rule)).toContain(rule);
  expect(problems.map((problem) => problem.message).join('\n')).toContain(message);
});
