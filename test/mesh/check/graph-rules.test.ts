import { describe, expect, test } from '@jest/globals';
import { App } from 'cdk8s';
import { checkGraph } from '../../../mesh/check/check-graph.ts';
import { Platform } from '../../../mesh/graph/platform.ts';
import { Service } from '../../../mesh/graph/service.ts';
import { Topic, type TopicProps } from '../../../mesh/graph/topic.ts';
import { ENVIRONMENT, ITEMS, POLICY, RETRIES, SmallPlatform } from './small-platform.ts';

interface Case {
  readonly what: string;
  readonly build: (platform: SmallPlatform) => void;
  /** Rule and part of the message; undefined when nothing is wrong. */
  readonly expected?: readonly [rule: string, message: string | RegExp];
}

const PROMETHEUS = { namespace: 'monitoring', labels: { app: 'prometheus' }, serviceAccount: 'prometheus' };
const COLLECTOR = { namespace: 'monitoring', labels: { app: 'collector' }, service: 'collector' };
const SAID: TopicProps = { messageTypes: [{ $type: 'test.v1.Said' }] };

const CASES: readonly Case[] = [
  {
    what: 'a service that begins with a digit',
    build: (p) => new Service(p, '1st'),
    expected: ['service/name', "'1st'"],
  },
  {
    what: 'a service of 64 letters',
    build: (p) => new Service(p, 'a'.repeat(64)),
    expected: ['service/name', '63'],
  },
  { what: 'a service with dashes', build: (p) => new Service(p, 'a-b-1') },
  {
    what: 'a topic with a slash',
    build: (p) => new Topic(p, 'a b', SAID),
    expected: ['topic/name', "'a b'"],
  },
  {
    what: 'weights of 99',
    build: (p) => new Service(p, 'c', { versions: [{ name: 'v1', weight: 99 }] }),
    expected: ['service/versions', 'add up to 99'],
  },
  {
    what: 'a weight of a half',
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
    what: 'a call over xDS beside calls of the mesh',
    build: (p) => p.front.calls(p.back, ['load'], { timeout: 'none', layer: 'proxyless' }, 'back-loads'),
    expected: ['call/layer', "give all calls of a service 'proxyless', or none"],
  },
  {
    what: 'a service all of whose calls go over xDS',
    build: (p) =>
      new Service(p, 'c').calls(p.back, ['get'], { ...POLICY, layer: 'proxyless', approximation: 'accept' }),
  },
  {
    what: 'ejection of one of four at most',
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
    what: 'ejection of less than one',
    build: (p) =>
      p.web.calls(p.front, ['add'], { ...POLICY, outlierDetection: { consecutiveErrors: 5 } }, 'adds'),
    expected: [
      'policy/outlier-detection',
      'is 10, and front has at most 4 pods: none of them would ever be ejected; give at least 25',
    ],
  },
  {
    what: 'an objective that asks a new version to be better',
    build: (p) =>
      new Service(p, 'c', { objective: { maxErrorRateIncrease: 1, maxP99Ratio: 0.9, p99Slack: '0s' } }),
    expected: ['service/objective', 'objective.maxP99Ratio is 0.9'],
  },
  {
    what: 'an objective without a unit',
    build: (p) =>
      new Service(p, 'c', {
        objective: { maxErrorRateIncrease: 101, maxP99Ratio: 1, p99Slack: '5' as '5ms' },
      }),
    expected: ['service/objective', "objective.p99Slack is '5'"],
  },
  {
    what: 'an admission of callers that there are',
    build: (p) => {
      const callee = new Service(p, 'c', {
        serves: ITEMS,
        admission: { rates: { web: { perSecond: 5, burst: 1 }, '*': { perSecond: 1, burst: 1 } } },
      });
      p.web.calls(callee, ['get'], POLICY);
    },
  },
  {
    what: 'an admission of who does not call',
    build: (p) =>
      new Service(p, 'c', {
        admission: { concurrency: { minLimit: 1, maxLimit: 2, lowPriority: ['nobody'] } },
      }),
    expected: ['service/admission', "admission names 'nobody', which does not call c"],
  },
  {
    what: 'an admission of nothing',
    build: (p) => new Service(p, 'c', { admission: { rates: { '*': { perSecond: 0, burst: 1 } } } }),
    expected: ['service/admission', 'admission.rates.*.perSecond is 0'],
  },
  {
    what: 'an admission of less than nothing',
    build: (p) => new Service(p, 'c', { admission: { concurrency: { minLimit: 5, maxLimit: 2 } } }),
    expected: ['service/admission', 'admission.concurrency.least is 5 and most 2'],
  },
  {
    what: 'an objective that allows nothing',
    build: (p) =>
      new Service(p, 'c', { objective: { maxErrorRateIncrease: 0, maxP99Ratio: 1, p99Slack: '0s' } }),
  },
  {
    what: 'no versions',
    build: (p) => new Service(p, 'c', { versions: [] }),
    expected: ['service/versions', 'no versions'],
  },
  {
    what: 'a version in capitals',
    build: (p) => new Service(p, 'c', { versions: [{ name: 'V1', weight: 100 }] }),
    expected: ['service/versions', "'c-V1'"],
  },
  {
    what: 'two versions of one name',
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
    what: 'a store whose role is that of another at the topics',
    build: (p) => new Service(p, 'front-events', { hasStore: true }),
    expected: ['store/shared', "role 'front_events'"],
  },
  {
    what: 'a store named as the database of topics',
    build: (p) => new Service(p, 'events', { hasStore: true }),
    expected: ['store/shared', "database 'events'"],
  },
  {
    what: 'a setting of a version in lower case',
    build: (p) => new Service(p, 'c', { versions: [{ name: 'v1', weight: 100, settings: { mode: 'x' } }] }),
    expected: ['service/settings', "'mode'"],
  },
  {
    what: 'a header with a space',
    build: (p) =>
      new Service(p, 'c', { versions: [{ name: 'v1', weight: 100, header: { name: 'x y', value: '' } }] }),
    expected: ['service/version-requests', "'x y'"],
  },
  {
    what: 'one header for two versions',
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
    what: 'one header with two values',
    build: (p) =>
      new Service(p, 'c', {
        versions: [
          { name: 'v1', weight: 100, header: { name: 'x', value: '1' }, mirrorPercent: 100 },
          { name: 'v2', weight: 0, header: { name: 'x', value: '2' } },
        ],
      }),
  },
  {
    what: 'copies of 101 percent',
    build: (p) => new Service(p, 'c', { versions: [{ name: 'v1', weight: 100, mirrorPercent: 101 }] }),
    expected: ['service/version-requests', "mirrorPercent of 'v1' is 101"],
  },
  {
    what: 'copies for two versions',
    build: (p) =>
      new Service(p, 'c', {
        versions: [
          { name: 'v1', weight: 100, mirrorPercent: 1 },
          { name: 'v2', weight: 0, mirrorPercent: 1 },
        ],
      }),
    expected: ['service/version-requests', "'v1' and 'v2' ask for copies"],
  },
  {
    what: 'a setting in lower case',
    build: (p) => new Service(p, 'c', { settings: { mode: 'x' } }),
    expected: ['service/settings', "'mode'"],
  },
  {
    what: 'a setting of the manifests',
    build: (p) => new Service(p, 'c', { settings: { WEFT_DRAIN: '1s' } }),
    expected: ['service/settings', 'WEFT_DRAIN'],
  },
  {
    what: 'a count of proxies beside that of the environment',
    build: (p) => new Service(p, 'c', { settings: { WEFT_PROXY_HOPS: '9' } }),
    expected: ['service/settings', 'WEFT_PROXY_HOPS'],
  },
  {
    what: 'a secret that would be the password of the store',
    build: (p) =>
      new Service(p, 'c', { hasStore: true, secrets: [{ secret: 'mine', key: 'store-password' }] }),
    expected: ['service/secrets', "'c-store' and 'mine'"],
  },
  {
    what: 'a key with a slash',
    build: (p) => new Service(p, 'c', { secrets: [{ secret: 'mine', key: '../x' }] }),
    expected: ['service/secrets', "'../x'"],
  },
  {
    what: 'a secret in capitals',
    build: (p) => new Service(p, 'c', { secrets: [{ secret: 'MINE', key: 'x' }] }),
    expected: ['service/secrets', "'MINE'"],
  },
  {
    what: 'an edge whose keys are not public',
    build: (p) =>
      new Service(p, 'c', {
        edge: { hosts: ['h.test'], token: { issuer: 'i', audience: 'a', jwksPath: '/k' }, routes: [] },
      }),
    expected: ['edge/token', "'/k'"],
  },
  {
    what: 'an edge with a route twice, whatever its parameter is called',
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
    expected: ['edge/routes', 'twice'],
  },
  {
    what: 'an edge without hosts, and a route without a slash',
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
    what: 'a topic that nobody fills',
    build: (p) => p.web.consumesFrom(new Topic(p, 't', SAID)),
    expected: ['topic/publisher', 'web'],
  },
  { what: 'a topic that nobody reads', build: (p) => p.web.publishesTo(new Topic(p, 't', SAID)) },
  {
    what: 'a call to itself',
    build: (p) => p.back.calls(p.back, ['get'], POLICY),
    expected: ['call/itself', "'back'"],
  },
  {
    what: 'a callee without gRPC',
    build: (p) => p.back.calls(p.web, [], POLICY),
    expected: ['call/callee', "'web'"],
  },
  {
    what: 'a callee of another platform',
    build: (p) =>
      p.back.calls(
        new Service(new Platform(new App(), 'other', { environment: ENVIRONMENT }), 'far', { serves: ITEMS }),
        ['get'],
        POLICY,
      ),
    expected: ['call/platform', "'other'"],
  },
  {
    what: 'a call without methods',
    build: (p) => p.back.calls(p.front, [], POLICY),
    expected: ['call/methods', 'no method'],
  },
  {
    what: 'a method that is not there',
    build: (p) => p.back.calls(p.front, ['ad' as 'add'], POLICY),
    expected: ['call/methods', "did you mean 'add'?"],
  },
  {
    what: 'a method twice',
    build: (p) => p.web.calls(p.front, ['get'], POLICY, 'again'),
    expected: ['call/repeated-method', 'small/web/call-front'],
  },
  {
    what: 'a wrong policy',
    build: (p) => p.web.calls(p.back, ['get'], { timeout: '0s' }),
    expected: ['policy/timeout', "'0s'"],
  },
  {
    what: 'no time for a unary method',
    build: (p) => p.web.calls(p.back, ['get'], { timeout: 'none' }),
    expected: ['call/stream', 'Get is no stream'],
  },
  {
    what: 'half a second for a stream',
    build: (p) => p.web.calls(p.back, ['watch'], { timeout: '500ms' }),
    expected: ['call/stream', "'500ms'"],
  },
  { what: 'ten seconds for a stream', build: (p) => p.web.calls(p.back, ['watch'], { timeout: '10s' }) },
  {
    what: 'a request stream that is retried once it may have begun',
    build: (p) => p.web.calls(p.back, ['load'], { timeout: '9s', retries: { max: 1, on: ['unavailable'] } }),
    expected: ['call/stream', 'cannot be sent again'],
  },
  {
    what: 'a request stream that is retried before it began',
    build: (p) => p.web.calls(p.back, ['load'], { timeout: '9s', retries: RETRIES }),
  },
  {
    what: 'a retry of what may not be repeated',
    build: (p) => p.web.calls(p.back, ['add'], { ...POLICY, retries: { max: 1, on: ['unavailable'] } }),
    expected: ['call/idempotency', 'unavailable repeat Add'],
  },
  {
    what: 'a hedge of what may not be repeated',
    build: (p) => p.web.calls(p.back, ['add'], { ...POLICY, hedging: { maxAttempts: 2, delay: '1ms' } }),
    expected: ['call/idempotency', 'hedging repeats Add'],
  },
  {
    what: 'a retry of what may be repeated',
    build: (p) => p.web.calls(p.back, ['get'], { ...POLICY, retries: { max: 1, on: ['unavailable'] } }),
  },
  {
    what: 'weights for a version that is not there',
    build: (p) =>
      p.web.calls(p.back, ['get'], {
        ...POLICY,
        balance: { kind: 'weighted-round-robin', weights: { v1: 1, v2: 1, v3: 1 } },
      }),
    expected: ['call/version-weights', "'v3'"],
  },
  {
    what: 'weights for some of the versions',
    build: (p) =>
      p.web.calls(p.back, ['get'], {
        ...POLICY,
        balance: { kind: 'weighted-round-robin', weights: { v1: 1 } },
      }),
    expected: ['call/version-weights', 'no v2'],
  },
  {
    what: 'weights for all versions',
    build: (p) =>
      p.web.calls(p.back, ['get'], {
        ...POLICY,
        balance: { kind: 'weighted-round-robin', weights: { v1: 1, v2: 3 } },
      }),
  },
  {
    what: 'two balances for one pair',
    build: (p) => p.web.calls(p.front, ['add'], { ...POLICY, balance: { kind: 'random' } }, 'adding'),
    expected: ['call/pair', 'balance differs from that of small/web/call-front'],
  },
  {
    what: 'limits for one call of a pair',
    build: (p) => p.web.calls(p.front, ['add'], { ...POLICY, limits: { requests: 5 } }, 'adding'),
    expected: ['call/pair', 'limits'],
  },
  {
    what: 'the default balance, said',
    build: (p) => p.web.calls(p.front, ['add'], { ...POLICY, balance: { kind: 'round-robin' } }, 'adding'),
  },
  {
    what: 'a balance of the process beside one of the mesh, for one pair',
    build: (p) =>
      p.web.calls(p.front, ['add'], { ...POLICY, layer: 'app', balance: { kind: 'random' } }, 'adding'),
    expected: ['call/pair', "is 'mesh', whose sidecar balances both"],
  },
  {
    what: 'two balances for one pair, in the process',
    build: (p) => {
      const called = new Service(p, 'c', { serves: ITEMS });
      p.web.calls(called, ['get'], { ...POLICY, layer: 'app' });
      p.web.calls(called, ['add'], { ...POLICY, layer: 'app', balance: { kind: 'random' } }, 'adding');
    },
  },
  {
    what: 'one method retried by two layers',
    build: (p) => p.web.calls(p.front, ['get'], { ...POLICY, layer: 'app', retries: RETRIES }, 'again'),
    expected: [
      'retries/two-layers',
      /3 x 3 = 9 tries of one call, 27 tries of one request along web -> front -> back/,
    ],
  },
  {
    what: 'a cycle of calls that retry',
    build: (p) => p.back.calls(p.front, ['get'], { ...POLICY, retries: RETRIES }),
    expected: ['retries/cycle', /front -> back -> front.*9 tries, the next 81/],
  },
  { what: 'a cycle in which one call does not retry', build: (p) => p.back.calls(p.front, ['get'], POLICY) },
];

describe('one thing wrong is one rule broken', () => {
  test.each(CASES.map((one) => [one.what, one] as const))('%s', (_, { build, expected }) => {
    const platform = new SmallPlatform();
    build(platform);
    const problems = checkGraph(platform);
    if (!expected) return expect(problems).toEqual([]);
    const [rule, message] = expected;
    const found = problems.filter((problem) => problem.rule === rule);
    expect(problems.map((problem) => problem.rule)).toContain(rule);
    const text = found.map((problem) => problem.message).join('\n');
    if (message instanceof RegExp) expect(text).toMatch(message);
    else expect(text).toContain(message);
    return expect(found[0]?.path).toMatch(/^(small|other)/);
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
    'numTrustedProxies is 1.5: give a whole number from 0 to 9',
  ],
  [{ numTrustedProxies: Number.NaN }, 'environment/proxies', 'numTrustedProxies is NaN'],
  [{ hasIstio: false }, 'call/layer', 'has no Istio'],
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
  [
    { telemetry: [{ ...COLLECTOR, labels: {} }] },
    'environment/telemetry',
    'telemetry[0].labels names no label',
  ],
  [{ telemetry: [{ ...COLLECTOR, service: 'a.b' }] }, 'environment/telemetry', "service is 'a.b'"],
  [{ telemetry: [{ ...COLLECTOR, ports: [] }] }, 'environment/telemetry', 'ports is empty'],
  [{ telemetry: [{ ...COLLECTOR, ports: [4317, 0] }] }, 'environment/telemetry', 'ports is 0'],
  [{ dns: [] }, 'environment/dns', 'no pod resolves a name'],
  [{ dns: [{ cidr: '169.254.20.10' }] }, 'environment/dns', "one address is '10.20.0.7/32'"],
  [{ dns: [{ cidr: '10.0.0.1/24' }] }, 'environment/dns', 'set them to 0, or give /32'],
  [{ dns: [{ namespace: 'openshift-dns', labels: {} }] }, 'environment/dns', 'names no label'],
  [{ dns: [{ cidr: '10.0.0.0/8', port: 70_000 }] }, 'environment/dns', 'port is 70000'],
  [
    { postgres: { address: 'db:5432', networkCidr: '10.20.0.0' } },
    'environment/network',
    "postgres.networkCidr is '10.20.0.0'",
  ],
  [{ kafka: { addresses: ['k:1'], networkCidr: '10.20.0.0/33' } }, 'environment/network', 'from 0 to 32'],
  [{ rabbitmq: { address: 'r:1', networkCidr: 'anywhere' } }, 'environment/network', "'anywhere'"],
] as const)('environment %j', (environment, rule, message) => {
  const problems = checkGraph(new SmallPlatform(environment));
  expect(problems.map((problem) => problem.rule)).toContain(rule);
  expect(problems.map((problem) => problem.message).join('\n')).toContain(message);
});
