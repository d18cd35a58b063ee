import { describe, expect, test } from '@jest/globals';
import { compile } from '../../../mesh/compile/compile.ts';
import { istioInstallSpec } from '../../../mesh/compile/istio/install.ts';
import type { CallPolicy } from '../../../mesh/policy/call-policy.ts';
import { compiled, ENVIRONMENT, type SmallPlatformProps, smallPlatform } from './small-platform.ts';
import { yaml } from './yaml.ts';

describe('objects of Istio', () => {
  const objects = compiled();

  for (const [kind, name] of [
    ['PeerAuthentication', 'default'],
    ['PeerAuthentication', 'shop'],
    ['RequestAuthentication', 'shop'],
    ['AuthorizationPolicy', 'default-deny'],
    ['AuthorizationPolicy', 'shop-to-stock'],
    ['AuthorizationPolicy', 'shop'],
    ['AuthorizationPolicy', 'postgres'],
    ['Gateway', 'shop'],
    ['EnvoyFilter', 'small-shop-edge'],
    ['EnvoyFilter', 'shop-edge'],
    ['VirtualService', 'shop-edge'],
    ['VirtualService', 'stock'],
    ['DestinationRule', 'shop-to-stock'],
    ['Sidecar', 'default'],
    ['Sidecar', 'shop'],
    ['Telemetry', 'default'],
  ] as const) {
    test(`${kind} ${name}`, () => {
      expect(yaml(objects.one(kind, name))).toMatchSnapshot();
    });
  }
});

test('an environment without Istio has no objects of Istio', () => {
  const { all } = compiled({ environment: { hasIstio: false, layer: 'app' } });
  expect(all.filter(({ apiVersion }) => apiVersion.includes('istio'))).toEqual([]);
});

describe('a call policy', () => {
  const everything: CallPolicy = {
    timeout: '1500ms',
    retries: {
      max: 2,
      perTryTimeout: '500ms',
      on: ['connect-failure', 'unavailable'],
      backOff: { base: '10ms', max: '100ms' },
      budget: { percent: 20, minConcurrency: 3 },
    },
    balance: { kind: 'consistent-hash', by: { header: 'x-customer' }, table: { kind: 'maglev' } },
    outlierDetection: { consecutiveErrors: 5, baseEjectionTime: '1m' },
    limits: { connections: 10, pendingRequests: 20, requests: 30, concurrentRetries: 4 },
  };

  test('compiles with all fields', () => {
    const objects = compiled({ policy: everything });
    expect(yaml(objects.one('VirtualService', 'stock').spec)).toMatchSnapshot('the route');
    expect(yaml(objects.one('DestinationRule', 'shop-to-stock').spec)).toMatchSnapshot('the destination');
  });

  test('compiles with a fault', () => {
    const policy: CallPolicy = {
      timeout: '1s',
      fault: { delay: { percent: 5, duration: '2s' }, abort: { percent: 1, grpcStatus: 'UNAVAILABLE' } },
    };
    expect(compiled({ policy }).one('VirtualService', 'stock').spec).toHaveProperty('http.0.fault', {
      delay: { percentage: { value: 5 }, fixedDelay: '2s' },
      abort: { percentage: { value: 1 }, grpcStatus: 'UNAVAILABLE' },
    });
  });

  test.each([
    [{ kind: 'round-robin' }, { simple: 'ROUND_ROBIN' }],
    [{ kind: 'random' }, { simple: 'RANDOM' }],
    [{ kind: 'least-request' }, { simple: 'LEAST_REQUEST' }],
    [
      { kind: 'consistent-hash', by: { source: true } },
      { consistentHash: { useSourceIp: true, ringHash: { minimumRingSize: 1024 } } },
    ],
    [
      { kind: 'consistent-hash', by: { header: 'x-id' }, table: { kind: 'ring', minSize: 4096 } },
      { consistentHash: { httpHeaderName: 'x-id', ringHash: { minimumRingSize: 4096 } } },
    ],
  ] as const)('compiles with balance %j', (balance, loadBalancer) => {
    const objects = compiled({ policy: { timeout: '1s', balance } });
    expect(objects.one('DestinationRule', 'shop-to-stock').spec).toHaveProperty(
      'trafficPolicy.loadBalancer',
      loadBalancer,
    );
  });

  test('compiles a stream without a timeout', () => {
    const objects = compiled({ policy: { timeout: 'none' } });
    const { spec } = objects.one('VirtualService', 'stock');
    expect(spec).toHaveProperty('http.0.name', 'shop-to-stock');
    expect(spec).not.toHaveProperty('http.0.timeout');
  });

  test('disables the default retries of Istio if it has none', () => {
    const { spec } = compiled().one('VirtualService', 'stock');
    expect(spec).toHaveProperty('http.0.retries', { attempts: 0 });
    expect(spec).toHaveProperty('http.1.retries', { attempts: 0 });
  });
});

describe('versions', () => {
  const versions = [
    { name: 'v1', weight: 90 },
    { name: 'v2', weight: 10 },
  ];

  test('have their weight in every route, and their subset in every rule', () => {
    const objects = compiled({ stock: { versions } });
    expect(yaml(objects.one('VirtualService', 'stock').spec)).toMatchSnapshot('routes');
    expect(yaml(objects.one('DestinationRule', 'shop-to-stock').spec)).toMatchSnapshot('of the caller');
    expect(yaml(objects.one('DestinationRule', 'stock').spec)).toMatchSnapshot('of other clients');
  });

  test('are selected by a header before weights, and mirror read-only requests', () => {
    const canaryHeader = { name: 'x-canary', value: '1' };
    const objects = compiled({
      stock: {
        versions: [
          { name: 'v1', weight: 100 },
          { name: 'v2', weight: 0, header: canaryHeader, mirrorPercent: 25 },
        ],
      },
      policy: { timeout: '1s' },
    });
    const { http } = objects.one('VirtualService', 'stock').spec as { http: readonly { name: string }[] };
    expect(http.map(({ name }) => name)).toEqual([
      'shop-to-stock-v2',
      'shop-to-stock',
      'default-v2',
      'default',
    ]);
    expect(yaml(http.slice(0, 2))).toMatchSnapshot();
  });

  test('do not mirror methods with side effects', () => {
    const versions = [
      { name: 'v1', weight: 100 },
      { name: 'v2', weight: 0, mirrorPercent: 25 },
    ];
    const { platform, shop, stock } = smallPlatform({ stock: { versions } });
    shop.calls(stock, ['count', 'reset'], { timeout: '1s' }, 'changes');
    compile(platform);
    const text = JSON.stringify(platform.toJson());
    expect(text.match(/"mirrorPercentage"/g)).toHaveLength(1);
  });

  test('have the weights of a call that sets them, in whole percents', () => {
    const balance = { kind: 'weighted-round-robin', weights: { v1: 2, v2: 1 } } as const;
    const objects = compiled({ stock: { versions }, policy: { timeout: '1s', balance } });
    const { spec } = objects.one('VirtualService', 'stock');
    expect(spec).toHaveProperty('http.0.route.0.weight', 67);
    expect(spec).toHaveProperty('http.0.route.1.weight', 33);
    expect(spec).toHaveProperty('http.1.route.0.weight', 90);
  });
});

test('an external Postgres server is known to the sidecars', () => {
  const objects = compiled({ environment: { postgres: { address: 'db.test:6432' } } });
  expect(yaml(objects.one('ServiceEntry', 'postgres').spec)).toMatchSnapshot();
  expect(JSON.stringify(objects.one('Sidecar', 'stock').spec)).toContain('./db.test');
});

describe('TCP connections of sidecars', () => {
  const tcp = { connectTimeout: '5s', tcpKeepalive: { time: '5s', interval: '1s', probes: 10 } };
  const rules = (props: SmallPlatformProps) =>
    compiled(props)
      .of('DestinationRule')
      .map(({ spec }) => spec as { host: string; trafficPolicy: { connectionPool: { tcp: object } } });

  test.each<[string, SmallPlatformProps, readonly string[]]>([
    ['mesh', {}, ['postgres.small.svc.cluster.local', 'stock.small.svc.cluster.local']],
    [
      'app',
      { environment: { layer: 'app' } },
      ['postgres.small.svc.cluster.local', 'stock.small.svc.cluster.local'],
    ],
    [
      'mesh, with limits',
      { policy: { timeout: '1s', limits: { connections: 3 } } },
      ['postgres.small.svc.cluster.local', 'stock.small.svc.cluster.local'],
    ],
    [
      'mesh, with servers outside',
      {
        environment: {
          postgres: { address: 'db.test:6432' },
          broker: 'kafka',
          kafka: { addresses: ['kafka-0.test:9092', 'kafka-1.test:9092'] },
        },
      },
      ['db.test', 'kafka-0.test', 'kafka-1.test', 'stock.small.svc.cluster.local'],
    ],
    [
      'mesh, with versions',
      {
        stock: {
          versions: [
            { name: 'v1', weight: 1 },
            { name: 'v2', weight: 1 },
          ],
        },
      },
      ['postgres.small.svc.cluster.local', 'stock.small.svc.cluster.local', 'stock.small.svc.cluster.local'],
    ],
  ])('have keepalive in every rule: layer %s', (_, props, hosts) => {
    expect(
      rules(props)
        .map(({ host }) => host)
        .sort(),
    ).toEqual(hosts);
    for (const { trafficPolicy } of rules(props)) expect(trafficPolicy.connectionPool.tcp).toMatchObject(tcp);
  });

  test('have the same keepalive without a rule', () => {
    expect(istioInstallSpec(ENVIRONMENT).meshConfig.tcpKeepalive).toEqual(tcp.tcpKeepalive);
  });
});
