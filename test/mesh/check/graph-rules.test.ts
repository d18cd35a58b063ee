import { describe, expect, test } from '@jest/globals';
import { App } from 'cdk8s';
import { checkGraph } from '../../../mesh/check/check-graph.ts';
import { Platform } from '../../../mesh/graph/platform.ts';
import { Service } from '../../../mesh/graph/service.ts';
import { Topic, type TopicProps } from '../../../mesh/graph/topic.ts';
import { ENVIRONMENT, ITEMS, POLICY, RETRIES, SmallPlatform } from './small-platform.ts';

interface Case {
  readonly title: string;
  readonly build: (platform: SmallPlatform) => void;
  /** The violated rule and part of its message; undefined if the graph is valid. */
  readonly expected?: readonly [rule: string, message: string | RegExp];
}

const PROMETHEUS = { namespace: 'monitoring', labels: { app: 'prometheus' }, serviceAccount: 'prometheus' };
const COLLECTOR = { namespace: 'monitoring', labels: { app: 'collector' }, service: 'collector' };
const TOPIC: TopicProps = { messageTypes: [{ $type: 'test.v1.ItemChanged' }] };

const CASES: readonly Case[] = [
  {
    title: 'a service name that begins with a digit',
    build: (p) => new Service(p, '1st'),
    expected: ['service/name', "'1st'"],
  },
  {
    title: 'a service name of 64 letters',
    build: (p) => new Service(p, 'a'.repeat(64)),
    expected: ['service/name', '63'],
  },
  { title: 'a service name with dashes', build: (p) => new Service(p, 'a-b-1') },
  {
    title: 'a topic name with a space',
    build: (p) => new Topic(p, 'a b', TOPIC),
    expected: ['topic/name', "'a b'"],
  },
  {
    title: 'version weights that add up to 99',
    build: (p) => new Service(p, 'c', { versions: [{ name: 'v1', weight: 99 }] }),
    expected: ['service/versions', 'add up to 99'],
  },
  {
    title: 'a version weight that is not a whole number',
    build: (p) =>
      new Service(p, 'c', {
        versions: [
          { name: 'v1', weight: 99.5 },
          { name: 'v2', weight: 0.5 },
        ],
      }),
    expected: ['service/versions', 'weight 99.5'],
  },
  {
    title: 'a proxyless call of a service with mesh calls',
    build: (p) => p.front.calls(p.back, ['load'], { timeout: 'none', layer: 'proxyless' }, 'back-loads'),
    expected: ['call/layer', "use 'proxyless' for all calls of a service, or for none"],
  },
  {
    title: 'a service with proxyless calls only',
    build: (p) =>
      new Service(p, 'c').calls(p.back, ['get'], { ...POLICY, layer: 'proxyless', approximation: 'accept' }),
  },
  {
    title: 'an ejection limit of one of four pods',
    build: (p) =>
      p.web.calls(
        p.front,
        ['add'],
        { ...POLICY, outlierDetection: { consecutiveErrors: 5, maxEjectionPercent: 25 } },
        'adds',
      ),
    expected: ['call/pair', 'outlierDetection differs'],
  },
  {
    title: 'an ejection limit of less than one pod',
    build: (p) =>
      p.web.calls(p.front, ['add'], { ...POLICY, outlierDetection: { consecutiveErrors: 5 } }, 'adds'),
    expected: [
      'policy/outlier-detection',
      'is 10 and front has at most 4 pods: no pod would ever be ejected; use at least 25',
    ],
  },
  {
    title: 'an objective that requires a new version to be faster',
    build: (p) =>
      new Service(p, 'c', { objective: { maxErrorRateIncrease: 1, maxP99Ratio: 0.9, p99Slack: '0s' } }),
    expected: ['service/objective', 'objective.maxP99Ratio is 0.9'],
  },
  {
    title: 'an objective without a unit',
    build: (p) =>
      new Service(p, 'c', {
        objective: { maxErrorRateIncrease: 101, maxP99Ratio: 1, p99Slack: '5' as '5ms' },
      }),
    expected: ['service/objective', "objective.p99Slack is '5'"],
  },
  {
    title: 'admission limits for existing callers',
    build: (p) => {
      const callee = new Service(p, 'c', {
        serves: ITEMS,
        admission: { rates: { web: { perSecond: 5, burst: 1 }, '*': { perSecond: 1, burst: 1 } } },
      });
      p.web.calls(callee, ['get'], POLICY);
    },
  },
  {
    title: 'admission limits for a service that does not call',
    build: (p) =>
      new Service(p, 'c', {
        admission: { concurrency: { minLimit: 1, maxLimit: 2, lowPriority: ['unknown'] } },
      }),
    expected: ['service/admission', "admission names 'unknown', which does not call c"],
  },
  {
    title: 'an admission rate of 0',
    build: (p) => new Service(p, 'c', { admission: { rates: { '*': { perSecond: 0, burst: 1 } } } }),
    expected: ['service/admission', 'admission.rates.*.perSecond is 0'],
  },
  {
    title: 'an admission concurrency with minimum above maximum',
    build: (p) => new Service(p, 'c', { admission: { concurrency: { minLimit: 5, maxLimit: 2 } } }),
    expected: ['service/admission', 'admission.concurrency.minLimit is 5 and maxLimit 2'],
  },
  {
    title: 'an objective that allows no regression',
    build: (p) =>
      new Service(p, 'c', { objective: { maxErrorRateIncrease: 0, maxP99Ratio: 1, p99Slack: '0s' } }),
  },
  {
    title: 'an empty list of versions',
    build: (p) => new Service(p, 'c', { versions: [] }),
    expected: ['service/versions', 'versions is empty'],
  },
  {
    title: 'a version name in capitals',
    build: (p) => new Service(p, 'c', { versions: [{ name: 'V1', weight: 100 }] }),
    expected: ['service/versions', "'c-V1'"],
  },
  {
    title: 'two versions of the same name',
    build: (p) =>
      new Service(p, 'c', {
        versions: [
          { name: 'v', weight: 50 },
          { name: 'v', weight: 50 },
        ],
      }),
    expected: ['service/versions', 'two versions'],
  },
  {
    title: 'a store whose role another service has for its topics',
    build: (p) => new Service(p, 'front-events', { hasStore: true }),
    expected: ['store/shared', "role 'front_events'"],
  },
  {
    title: 'a store named like the database of topics',
    build: (p) => new Service(p, 'events', { hasStore: true }),
    expected: ['store/shared', "database 'events'"],
  },
  {
    title: 'a version setting in lower case',
    build: (p) => new Service(p, 'c', { versions: [{ name: 'v1', weight: 100, settings: { mode: 'x' } }] }),
    expected: ['service/settings', "'mode'"],
  },
  {
    title: 'a version header with a space',
    build: (p) =>
      new Service(p, 'c', { versions: [{ name: 'v1', weight: 100, header: { name: 'x y', value: '' } }] }),
    expected: ['service/version-requests', "'x y'"],
  },
  {
    title: 'the same header for two versions',
    build: (p) =>
      new Service(p, 'c', {
        versions: [
          { name: 'v1', weight: 100, header: { name: 'x', value: '1' } },
          { name: 'v2', weight: 0, header: { name: 'x', value: '1' } },
        ],
      }),
    expected: ['service/version-requests', "'v1' and 'v2'"],
  },
  {
    title: 'one header with a different value per version',
    build: (p) =>
      new Service(p, 'c', {
        versions: [
          { name: 'v1', weight: 100, header: { name: 'x', value: '1' }, mirrorPercent: 100 },
          { name: 'v2', weight: 0, header: { name: 'x', value: '2' } },
        ],
      }),
  },
  {
    title: 'a mirrorPercent of 101',
    build: (p) => new Service(p, 'c', { versions: [{ name: 'v1', weight: 100, mirrorPercent: 101 }] }),
    expected: ['service/version-requests', "mirrorPercent of 'v1' is 101"],
  },
  {
    title: 'mirroring to two versions',
    build: (p) =>
      new Service(p, 'c', {
        versions: [
          { name: 'v1', weight: 100, mirrorPercent: 1 },
          { name: 'v2', weight: 0, mirrorPercent: 1 },
        ],
      }),
    expected: ['service/version-requests', "'v1' and 'v2' have mirrorPercent"],
  },
  {
    title: 'a setting in lower case',
    build: (p) => new Service(p, 'c', { settings: { mode: 'x' } }),
    expected: ['service/settings', "'mode'"],
  },
  {
    title: 'a setting that the compiler reserves',
    build: (p) => new Service(p, 'c', { settings: { WEFT_DRAIN: '1s' } }),
    expected: ['service/settings', 'WEFT_DRAIN'],
  },
  {
    title: 'a proxy count that the environment already sets',
    build: (p) => new Service(p, 'c', { settings: { WEFT_PROXY_HOPS: '9' } }),
    expected: ['service/settings', 'WEFT_PROXY_HOPS'],
  },
  {
    title: 'a secret with the file name of the store password',
    build: (p) =>
      new Service(p, 'c', { hasStore: true, secrets: [{ secret: 'mine', key: 'store-password' }] }),
    expected: ['service/secrets', "'c-store' and 'mine'"],
  },
  {
    title: 'a secret key with a slash',
    build: (p) => new Service(p, 'c', { secrets: [{ secret: 'mine', key: '../x' }] }),
    expected: ['service/secrets', "'../x'"],
  },
  {
    title: 'a secret name in capitals',
    build: (p) => new Service(p, 'c', { secrets: [{ secret: 'MINE', key: 'x' }] }),
    expected: ['service/secrets', "'MINE'"],
  },
  {
    title: 'an edge without a public route for its keys',
    build: (p) =>
      new Service(p, 'c', {
        edge: { hosts: ['h.test'], token: { issuer: 'i', audience: 'a', jwksPath: '/k' }, routes: [] },
      }),
    expected: ['edge/token', "'/k'"],
  },
  {
    title: 'an edge with two routes that differ only in parameter names',
    build: (p) =>
      new Service(p, 'c', {
        edge: {
          hosts: ['h.test'],
          token: { issuer: 'i', audience: 'a', jwksPath: '/k' },
          routes: [
            { method: 'GET', path: '/k', access: 'public' },
            { method: 'GET', path: '/x/{id}', access: 'token' },
            { method: 'GET', path: '/x/{name}', access: 'token' },
          ],
        },
      }),
    expected: ['edge/routes', 'match the same requests'],
  },
  {
    title: 'an edge without hosts and with a route without a slash',
    build: (p) =>
      new Service(p, 'c', {
        edge: {
          hosts: [],
          token: { issuer: 'i', audience: 'a', jwksPath: 'k' },
          routes: [{ method: 'GET', path: 'k', access: 'public' }],
        },
      }),
    expected: ['edge/hosts', 'no hosts'],
  },
  {
    title: 'a consumed topic without a publisher',
    build: (p) => p.web.consumesFrom(new Topic(p, 't', TOPIC)),
    expected: ['topic/publisher', 'web'],
  },
  { title: 'a topic without consumers', build: (p) => p.web.publishesTo(new Topic(p, 't', TOPIC)) },
  {
    title: 'a call of a service to itself',
    build: (p) => p.back.calls(p.back, ['get'], POLICY),
    expected: ['call/itself', "'back'"],
  },
  {
    title: 'a callee without gRPC',
    build: (p) => p.back.calls(p.web, [], POLICY),
    expected: ['call/callee', "'web'"],
  },
  {
    title: 'a callee of another platform',
    build: (p) =>
      p.back.calls(
        new Service(new Platform(new App(), 'other', { environment: ENVIRONMENT }), 'far', { serves: ITEMS }),
        ['get'],
        POLICY,
      ),
    expected: ['call/platform', "'other'"],
  },
  {
    title: 'a call without methods',
    build: (p) => p.back.calls(p.front, [], POLICY),
    expected: ['call/methods', 'no methods'],
  },
  {
    title: 'a method that the callee lacks',
    build: (p) => p.back.calls(p.front, ['ad' as 'add'], POLICY),
    expected: ['call/methods', "did you mean 'add'?"],
  },
  {
    title: 'a method in two calls',
    build: (p) => p.web.calls(p.front, ['get'], POLICY, 'again'),
    expected: ['call/repeated-method', 'small/web/call-front'],
  },
  {
    title: 'an invalid policy',
    build: (p) => p.web.calls(p.back, ['get'], { timeout: '0s' }),
    expected: ['policy/timeout', "'0s'"],
  },
  {
    title: 'a unary method without a timeout',
    build: (p) => p.web.calls(p.back, ['get'], { timeout: 'none' }),
    expected: ['call/stream', 'Get is unary'],
  },
  {
    title: 'a stream with a timeout of 500 ms',
    build: (p) => p.web.calls(p.back, ['watch'], { timeout: '500ms' }),
    expected: ['call/stream', "'500ms'"],
  },
  {
    title: 'a request stream retried on conditions after its start',
    build: (p) => p.web.calls(p.back, ['load'], { timeout: '9s', retries: { max: 1, on: ['unavailable'] } }),
    expected: ['call/stream', 'cannot be sent again'],
  },
  {
    title: 'a request stream retried on connection failure only',
    build: (p) => p.web.calls(p.back, ['load'], { timeout: '9s', retries: RETRIES }),
  },
  {
    title: 'retries of a method that is not idempotent',
    build: (p) => p.web.calls(p.back, ['add'], { ...POLICY, retries: { max: 1, on: ['unavailable'] } }),
    expected: ['call/idempotency', 'unavailable repeat Add'],
  },
  {
    title: 'hedging of a method that is not idempotent',
    build: (p) => p.web.calls(p.back, ['add'], { ...POLICY, hedging: { maxAttempts: 2, delay: '1ms' } }),
    expected: ['call/idempotency', 'hedging repeats Add'],
  },
  {
    title: 'retries of an idempotent method',
    build: (p) => p.web.calls(p.back, ['get'], { ...POLICY, retries: { max: 1, on: ['unavailable'] } }),
  },
  {
    title: 'balancing weights for a missing version',
    build: (p) =>
      p.web.calls(p.back, ['get'], {
        ...POLICY,
        balance: { kind: 'weighted-round-robin', weights: { v1: 1, v2: 1, v3: 1 } },
      }),
    expected: ['call/version-weights', "'v3'"],
  },
  {
    title: 'balancing weights for some versions only',
    build: (p) =>
      p.web.calls(p.back, ['get'], {
        ...POLICY,
        balance: { kind: 'weighted-round-robin', weights: { v1: 1 } },
      }),
    expected: ['call/version-weights', 'lacks v2'],
  },
  {
    title: 'balancing weights for all versions',
    build: (p) =>
      p.web.calls(p.back, ['get'], {
        ...POLICY,
        balance: { kind: 'weighted-round-robin', weights: { v1: 1, v2: 3 } },
      }),
  },
  {
    title: 'different balancing in two mesh calls of a pair',
    build: (p) => p.web.calls(p.front, ['add'], { ...POLICY, balance: { kind: 'random' } }, 'adding'),
    expected: ['call/pair', 'balance differs from that of small/web/call-front'],
  },
  {
    title: 'limits in only one mesh call of a pair',
    build: (p) => p.web.calls(p.front, ['add'], { ...POLICY, limits: { requests: 5 } }, 'adding'),
    expected: ['call/pair', 'limits'],
  },
  {
    title: 'explicit default balancing',
    build: (p) => p.web.calls(p.front, ['add'], { ...POLICY, balance: { kind: 'round-robin' } }, 'adding'),
  },
  {
    title: 'an in-process call and a mesh call of the same pair',
    build: (p) =>
      p.web.calls(p.front, ['add'], { ...POLICY, layer: 'app', balance: { kind: 'random' } }, 'adding'),
    expected: ['call/pair', "is 'mesh', whose sidecar balances both"],
  },
  {
    title: 'different balancing in two in-process calls of a pair',
    build: (p) => {
      const callee = new Service(p, 'c', { serves: ITEMS });
      p.web.calls(callee, ['get'], { ...POLICY, layer: 'app' });
      p.web.calls(callee, ['add'], { ...POLICY, layer: 'app', balance: { kind: 'random' } }, 'adding');
    },
  },
  {
    title: 'a method that two layers retry',
    build: (p) => p.web.calls(p.front, ['get'], { ...POLICY, layer: 'app', retries: RETRIES }, 'again'),
    expected: [
      'retries/two-layers',
      /3 x 3 = 9 attempts of one call, 27 attempts of one request along web -> front -> back/,
    ],
  },
  {
    title: 'a cycle of calls that retry',
    build: (p) => p.back.calls(p.front, ['get'], { ...POLICY, retries: RETRIES }),
    expected: ['retries/cycle', /front -> back -> front.*9 attempts after one round, 81 after two/],
  },
  {
    title: 'a cycle with one call that does not retry',
    build: (p) => p.back.calls(p.front, ['get'], POLICY),
  },
];

describe('reports the violated rule, if any, for', () => {
  test.each(CASES.map((one) => [one.title, one] as const))('%s', (_, { build, expected }) => {
    const platform = new SmallPlatform();
    build(platform);
    const problems = checkGraph(platform);
    if (!expected) return expect(problems).toEqual([]);
    const [rule, message] = expected;
    const violations = problems.filter((problem) => problem.rule === rule);
    expect(problems.map((problem) => problem.rule)).toContain(rule);
    const text = violations.map((problem) => problem.message).join('\n');
    if (message instanceof RegExp) expect(text).toMatch(message);
    else expect(text).toContain(message);
    return expect(violations[0]?.path).toMatch(/^(small|other)/);
  });
});

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
