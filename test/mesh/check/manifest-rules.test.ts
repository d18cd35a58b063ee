import { describe, expect, test } from '@jest/globals';
import { checkManifests } from '../../../mesh/check/check-manifests.ts';
import type { Manifest } from '../../../mesh/render/manifest.ts';
import { find, SECRETS, set, smallManifests } from './small-manifests.ts';

const POD = 'spec.template.spec';
const CONTAINER = `${POD}.containers.0`;

/** A field of an object, an invalid value for it, the rule that rejects it (or none), and part of the message. */
type Case = readonly [object: string, field: string, value: unknown, rule: string, message: string];

const CASES: readonly Case[] = [
  [
    'Service front',
    'spec.prots',
    [],
    'schema/field',
    "spec.prots is []: is not a field of this kind: remove it; did you mean 'ports'?",
  ],
  ['Service front', 'apiVersion', 'v2', 'schema/kind', 'no schema exists for v2/Service'],
  ['Service front', 'spec.ports.0.port', '80', 'schema/field', 'spec.ports[0].port is "80": must be integer'],
  ['Deployment front-v1', 'spec.selector', undefined, 'schema/field', 'spec.selector: is required'],
  [
    'Deployment front-v1',
    `${CONTAINER}.resources.requests.cpu`,
    '1 core',
    'schema/field',
    'is "1 core": must match',
  ],
  [
    'Deployment front-v1',
    `${CONTAINER}.imagePullPolicy`,
    'Sometimes',
    'schema/field',
    'must be one of Always, IfNotPresent, Never',
  ],
  [
    'VirtualService front',
    'spec.http.0.timeout',
    '2 seconds',
    'schema/field',
    'spec.http[0].timeout is "2 seconds": violates a CRD rule: must be a valid duration',
  ],
  ['VirtualService front', 'spec.http.0.retries.perTryTimeout', '0.5ms', 'schema/field', 'greater than 1ms'],
  [
    'DestinationRule web-to-front',
    'spec.trafficPolicy.loadBalancer',
    { simple: 'FASTEST' },
    'schema/field',
    'must be one of',
  ],
  [
    'DestinationRule web-to-front',
    'spec.trafficPolicy.loadBalancer',
    { simple: 'RANDOM', consistentHash: { useSourceIp: true } },
    'schema/field',
    'exactly one of the alternatives',
  ],
  ['Gateway web', 'spec.selector', { istio: 7 }, 'schema/field', 'spec.selector.istio is 7: must be string'],

  [
    'ConfigMap front-app',
    'data.half',
    'a\ud800',
    'manifest/text',
    'data.half is "a\\ud800": it has an unpaired surrogate',
  ],
  ['ConfigMap front-app', 'data.\udfff', 'x', 'manifest/text', 'a key of data is "\\udfff"'],
  [
    'Deployment front-v1',
    `${CONTAINER}.env.0`,
    { name: 'A', value: 'a\0b' },
    'manifest/text',
    'variable A of container front is "a\\u0000b": it has a NUL character',
  ],
  ['Deployment front-v1', `${CONTAINER}.args.0`, '\0', 'manifest/text', 'an argument of container front'],

  ['Service front', 'metadata.name', 'Front', 'name/syntax', '"Front": use at most 63'],
  ['ConfigMap front-app', 'metadata.name', 'front_app', 'name/syntax', '"front_app": use at most 253'],
  ['Service front', 'metadata.labels.-x', 'y', 'name/syntax', '"-x"'],
  ['Service front', 'metadata.labels.app', 'a b', 'name/syntax', '"a b"'],
  ['Deployment front-v1', 'metadata.annotations', { 'a/b/c': 'x' }, 'name/syntax', '"a/b/c"'],
  [
    'Deployment front-v1',
    'spec.template.metadata.labels.team',
    'x'.repeat(64),
    'name/syntax',
    'use at most 63',
  ],
  ['Deployment front-v1', `${CONTAINER}.ports.0.name`, 'a-very-long-name', 'name/syntax', 'use at most 15'],
  ['Deployment front-v1', `${CONTAINER}.ports.1.name`, 'grpc', 'name/port', 'two ports of the pod have it'],
  [
    'ConfigMap front-app',
    'metadata.name',
    'back-app',
    'name/unique',
    'creates an object of the same kind and name',
  ],
  ['Service front', 'metadata.namespace', 'smal', 'reference/namespace', "did you mean 'small'?"],

  [
    'Deployment front-v1',
    `${POD}.serviceAccountName`,
    'frnt',
    'reference/ServiceAccount',
    "did you mean 'front'?",
  ],
  [
    'Deployment front-v1',
    `${POD}.volumes.0.configMap.name`,
    'front-ap',
    'reference/ConfigMap',
    "did you mean 'front-app'?",
  ],
  [
    'Deployment front-v1',
    `${POD}.volumes.0.configMap.items`,
    [{ key: 'ap.json', path: 'x' }],
    'reference/ConfigMap',
    "ConfigMap front-app has app.json; did you mean 'app.json'?",
  ],
  [
    'Deployment front-v1',
    `${POD}.volumes.1.projected.sources.0.secret.name`,
    'mine',
    'reference/Secret',
    'none is declared as existing outside',
  ],
  [
    'Deployment front-v1',
    `${POD}.volumes.1.projected.sources.0.secret.items.0.key`,
    'pass',
    'reference/Secret',
    'Secret front-store has store-password',
  ],
  [
    'Deployment front-v1',
    `${CONTAINER}.env.0`,
    { name: 'A', valueFrom: { secretKeyRef: { name: 'no', key: 'k' } } },
    'reference/Secret',
    'variable A of container front is "no"',
  ],
  [
    'Deployment front-v1',
    `${CONTAINER}.envFrom`,
    [{ configMapRef: { name: 'no' } }],
    'reference/ConfigMap',
    'envFrom of container front is "no"',
  ],
  [
    'Deployment front-v1',
    `${CONTAINER}.volumeMounts.0.name`,
    'confg',
    'reference/volume',
    "did you mean 'config'?",
  ],
  [
    'Deployment front-v1',
    `${POD}.volumes.3`,
    { name: 'idle', emptyDir: {} },
    'reference/volume',
    'no container mounts it',
  ],
  [
    'Deployment front-v1',
    `${POD}.volumes.2`,
    { name: 'tmp', persistentVolumeClaim: { claimName: 'no' } },
    'reference/PersistentVolumeClaim',
    '"no"',
  ],
  [
    'ConfigMap front-app',
    'data.app~json',
    '{"service":"front","calls":{}}',
    'pod/config-checksum',
    'must be the sha256 of app.json',
  ],
  [
    'Deployment front-v1',
    'spec.template.metadata.annotations',
    undefined,
    'pod/config-checksum',
    '"missing"',
  ],
  [
    'Deployment front-v1',
    `${CONTAINER}.readinessProbe.httpGet.port`,
    'http-admn',
    'pod/probe',
    'the container has grpc, http-admin',
  ],
  [
    'Deployment front-v1',
    `${CONTAINER}.livenessProbe.httpGet.port`,
    9091,
    'pod/probe',
    'livenessProbe of container front is 9091',
  ],

  [
    'Service front',
    'spec.selector.app',
    'frnt',
    'reference/selector',
    'Service front: spec.selector is {"app":"frnt"}: no pod in namespace small',
  ],
  [
    'PodDisruptionBudget front',
    'spec.selector.matchLabels.app',
    'x',
    'reference/selector',
    'PodDisruptionBudget',
  ],
  ['NetworkPolicy front', 'spec.podSelector.matchLabels.app', 'x', 'reference/selector', 'NetworkPolicy'],
  [
    'AuthorizationPolicy web-to-front',
    'spec.selector.matchLabels.app',
    'x',
    'reference/selector',
    'AuthorizationPolicy',
  ],
  [
    'RequestAuthentication web',
    'spec.selector.matchLabels.app',
    'x',
    'reference/selector',
    'RequestAuthentication',
  ],
  [
    'DestinationRule web-to-front',
    'spec.workloadSelector.matchLabels.app',
    'x',
    'reference/selector',
    'DestinationRule',
  ],
  ['Sidecar front', 'spec.workloadSelector.labels.app', 'x', 'reference/selector', 'Sidecar'],
  ['Deployment front-v1', 'spec.selector.matchLabels.app', 'back', 'reference/selector', 'its own pods have'],
  [
    'PodDisruptionBudget front',
    'spec.selector',
    { matchExpressions: [{ key: 'app', operator: 'In', values: ['x'] }] },
    'reference/selector',
    'matchExpressions',
  ],
  ['VirtualService front', 'spec.http.0.match.0.sourceLabels.app', 'x', 'reference/selector', 'sourceLabels'],

  [
    'Service front',
    'spec.ports.0.targetPort',
    'grp',
    'service/target-port',
    'the pods of Deployment front-v1 have grpc, http-admin',
  ],
  ['Service front', 'spec.ports.0.targetPort', undefined, 'none', ''],
  [
    'Service front',
    'spec.ports.0',
    { name: 'other', port: 50_051, targetPort: 'grpc' },
    'service/protocol',
    "start the name with 'grpc-'",
  ],
  ['HorizontalPodAutoscaler front-v1', 'spec.minReplicas', 5, 'autoscaler/range', 'maxReplicas is 4'],
  [
    'HorizontalPodAutoscaler front-v1',
    'spec.scaleTargetRef.name',
    'front-v2',
    'reference/scale-target',
    "did you mean 'front-v1'?",
  ],
  ['Deployment front-v1', 'spec.replicas', 3, 'autoscaler/replicas', 'each apply would reset the replicas'],
  [
    'PodDisruptionBudget front',
    'spec',
    { minAvailable: 2, selector: { matchLabels: { app: 'front' } } },
    'budget/eviction',
    'the workload may have only 2 pods',
  ],
  [
    'PodDisruptionBudget front',
    'spec',
    { minAvailable: '51%', selector: { matchLabels: { app: 'front' } } },
    'budget/eviction',
    '"51%"',
  ],
  [
    'PodDisruptionBudget front',
    'spec',
    { minAvailable: '50%', selector: { matchLabels: { app: 'front' } } },
    'none',
    '',
  ],
  [
    'PodDisruptionBudget back',
    'spec',
    { minAvailable: 3, selector: { matchLabels: { app: 'back' } } },
    'none',
    '',
  ],
  ['PodDisruptionBudget front', 'spec.maxUnavailable', 0, 'budget/eviction', 'use at least 1'],

  [
    'VirtualService front',
    'spec.http.0.route.0.destination.host',
    'frnt',
    'reference/host',
    "did you mean 'front.small.svc.cluster.local'?",
  ],
  ['VirtualService front', 'spec.http.0.route.0.destination.host', 'front', 'none', ''],
  [
    'VirtualService back',
    'spec.http.0.route.0.destination.subset',
    'v3',
    'reference/subset',
    'there are v1, v2',
  ],
  [
    'VirtualService front',
    'spec.http.0.route.0.destination.port.number',
    80,
    'reference/port',
    'has 50051, 9090',
  ],
  ['VirtualService front', 'spec.http.0.route.0.destination.port', undefined, 'reference/port', 'choose one'],
  [
    'VirtualService back',
    'spec.http.0.route.0.weight',
    80,
    'route/weights',
    'spec.http[0].route: the sum of the weights is 90: the sum must be 100',
  ],
  ['VirtualService web-edge', 'spec.gateways.0', 'wb', 'reference/gateway', "did you mean 'web'?"],
  [
    'DestinationRule web-to-front',
    'spec.host',
    'nowhere.test',
    'reference/host',
    'no Service or ServiceEntry',
  ],
  [
    'DestinationRule back',
    'spec.subsets.1.labels.version',
    'v9',
    'reference/subset',
    'the labels of subset v2',
  ],
  [
    'Sidecar front',
    'spec.egress.0.hosts.0',
    './bak.small.svc.cluster.local',
    'reference/host',
    "did you mean 'back.small",
  ],
  [
    'AuthorizationPolicy web-to-front',
    'spec.rules.0.from.0.source.principals.0',
    'cluster.local/ns/small/sa/wb',
    'reference/principal',
    "did you mean 'web'?",
  ],
  [
    'AuthorizationPolicy web-to-front',
    'spec.rules.0.from.0.source.principals.0',
    'spiffe://web',
    'reference/principal',
    'write it as',
  ],

  [
    'NetworkPolicy front',
    'spec.ingress.0.from.0.podSelector.matchLabels.app',
    'back',
    'network/authorization',
    'AuthorizationPolicy web-to-front: a principal is "cluster.local/ns/small/sa/web": no NetworkPolicy admits it to port 50051 of Deployment front-v1',
  ],
  ['NetworkPolicy front', 'spec.ingress.0.ports.0.port', 50_052, 'network/authorization', 'port 50051'],
  ['NetworkPolicy front', 'spec.ingress.0.ports.0', { port: 50_000, endPort: 50_100 }, 'none', ''],
  ['NetworkPolicy front', 'spec.ingress.0.from', undefined, 'none', ''],
  ['NetworkPolicy web', 'spec.ingress', undefined, 'network/authorization', 'istio-ingressgateway'],
  ['NetworkPolicy monitoring', 'spec.ingress.0.ports.0.port', 9_091, 'network/authorization', 'port 9090'],
  [
    'NetworkPolicy monitoring',
    'spec.ingress.0.from.0.namespaceSelector.matchLabels.kubernetes~io/metadata~name',
    'other',
    'network/authorization',
    '"cluster.local/ns/monitoring/sa/prometheus"',
  ],
  ['NetworkPolicy back', 'spec.egress', undefined, 'network/dns', 'egress by UDP: a NetworkPolicy must'],
  [
    'NetworkPolicy web',
    'spec.egress.1.ports',
    [{ protocol: 'UDP', port: 53 }],
    'network/dns',
    'egress by TCP to port 53',
  ],
  ['NetworkPolicy web', 'spec.egress.1.ports', undefined, 'none', ''],
  [
    'NetworkPolicy web',
    'spec.egress.1.to.0',
    { ipBlock: { cidr: '169.254.20.10/32', except: ['169.254.20'] } },
    'network/cidr',
    'a network is "169.254.20"',
  ],
];

describe('reports the violated rule, if any, for', () => {
  test.each(CASES)('%s, %s: %j', (object, field, value, rule, message) => {
    const manifests = smallManifests();
    set(manifests, object, field, value);
    const problems = checkManifests(manifests, SECRETS);
    if (rule === 'none') return expect(problems).toEqual([]);
    const violations = problems.filter((problem) => problem.rule === rule);
    expect(problems.map((problem) => problem.rule)).toContain(rule);
    expect(violations.map((problem) => problem.message).join('\n')).toContain(message);
    return expect(violations[0]?.path).toMatch(/^small/);
  });
});

describe('retries in two layers', () => {
  const inProcess = (): Manifest[] => smallManifests({ layer: 'app' });

  test('are absent if the process retries and the mesh does not', () => {
    expect(checkManifests(inProcess(), SECRETS)).toEqual([]);
  });

  test('are reported for a route without retries, where Istio retries twice by default', () => {
    const manifests = inProcess();
    set(manifests, 'VirtualService back', 'spec.http.0.retries', undefined);
    expect(checkManifests(manifests, SECRETS)).toEqual([
      {
        path: 'small/front/deployment-v1',
        rule: 'retries/two-layers',
        message: expect.stringContaining(
          '3 x 3 = 9 attempts of one call, 27 attempts of one request along web -> front -> back',
        ),
      },
    ]);
  });

  test('are reported for hosts without a route', () => {
    const manifests = inProcess().filter(
      ({ object }) => object !== undefined && object.kind !== 'VirtualService',
    );
    const messages = checkManifests(manifests, SECRETS).map(({ message }) => message);
    expect(messages).toHaveLength(2);
    expect(messages.join()).toContain('81 attempts of one request along web -> front -> back');
  });

  test('are absent without Istio', () => {
    expect(checkManifests(smallManifests({ layer: 'app', hasIstio: false }), SECRETS)).toEqual([]);
  });
});

test('reports all problems at once, even if some fields have the wrong type', () => {
  const manifests = smallManifests();
  set(manifests, 'Service front', 'spec.ports', 'all');
  set(manifests, 'Service back', 'spec.selector.app', 'bak');
  set(manifests, 'Deployment web-v1', `${POD}.serviceAccountName`, 'wb');
  set(manifests, 'VirtualService back', 'spec.http.1.route.1.weight', 11);
  const rules = checkManifests(manifests, SECRETS).map(({ rule }) => rule);
  expect(rules).toEqual(
    expect.arrayContaining([
      'schema/field',
      'reference/selector',
      'reference/ServiceAccount',
      'route/weights',
    ]),
  );
});

test('accepts references to Secrets of the manifests, and optional references to missing ones', () => {
  const manifests = smallManifests();
  const account = find(manifests, 'ServiceAccount front');
  const secret = (name: string, key: string): Manifest => ({
    path: `small/${name}`,
    file: 'small.k8s.yaml',
    object: {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { ...account.metadata, name },
      stringData: { [key]: 'x' },
    },
  });
  manifests.push(secret('front-store', 'store-password'), secret('front-events', 'events-password'));
  manifests.push(secret('back-events', 'events-password'), secret('signing', 'signing.pem'));
  set(manifests, 'Deployment web-v1', `${CONTAINER}.envFrom`, [
    { secretRef: { name: 'maybe', optional: true } },
  ]);
  expect(checkManifests(manifests)).toEqual([]);
});
