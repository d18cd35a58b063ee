import { expect, test } from '@jest/globals';
import {
  expectedRoutes,
  PROXY_ROUTES,
  type ProxyRoutes,
  proxyRoutes,
  sameRoutes,
  type VirtualServiceObject,
} from '../../../../scripts/operate/rollout/routes.ts';

const HOST = 'product.shop.svc.cluster.local';

interface Shift {
  readonly v2: number;
  readonly header?: string;
  readonly mirror?: number;
}

function virtualService({ v2, header, mirror }: Shift): VirtualServiceObject {
  const route = [
    { destination: { host: HOST, subset: 'v1' }, weight: 100 - v2 },
    { destination: { host: HOST, subset: 'v2' }, weight: v2 },
  ];
  const from = (app: string) => ({ sourceLabels: { app }, uri: { exact: '/a' } });
  return {
    kind: 'VirtualService',
    metadata: { name: 'product', namespace: 'shop' },
    spec: {
      http: [
        ...(header
          ? [
              {
                name: 'gateway-to-product-v2',
                match: [{ ...from('gateway'), headers: { 'x-canary': { exact: header } } }],
                route: [{ destination: { host: HOST, subset: 'v2' } }],
              },
            ]
          : []),
        {
          name: 'gateway-to-product',
          match: [from('gateway'), from('gateway')],
          route,
          ...(mirror && {
            mirror: { host: HOST, subset: 'v2' },
            mirrorPercentage: { value: mirror },
          }),
        },
        { name: 'order-to-product', match: [from('order')], route },
        { name: 'default', route },
      ],
    },
  };
}

/** Returns the routes of the gateway's proxy, as istioctl 1.31 prints them, shortened. */
function proxyOf({ v2, header, mirror }: Shift, from = 'shop'): ProxyRoutes {
  const cluster = (version: string) => `outbound|50051|${version}|${HOST}`;
  const metadata = {
    filterMetadata: {
      istio: { config: `/apis/networking.istio.io/v1/namespaces/${from}/virtual-service/product` },
    },
  };
  const clusters = [
    { name: cluster('v1'), weight: 100 - v2 },
    { name: cluster('v2'), weight: v2 },
  ].filter(({ weight }) => weight > 0);
  const weighted = { weightedClusters: { clusters } };
  const copies = mirror && {
    requestMirrorPolicies: [
      {
        cluster: cluster('v2'),
        runtimeFraction: { defaultValue: { numerator: mirror * 10_000, denominator: 'MILLION' } },
      },
    ],
  };
  const routes = [
    ...(header
      ? [
          {
            name: 'gateway-to-product-v2',
            match: { headers: [{ name: 'x-canary', stringMatch: { exact: header } }] },
            route: { cluster: cluster('v2') },
            metadata,
          },
        ]
      : []),
    {
      name: 'gateway-to-product',
      match: { headers: [{ name: ':method', stringMatch: { exact: 'POST' } }] },
      route: { ...weighted, ...copies },
      metadata,
    },
    { name: 'default', route: weighted, metadata },
  ];
  const other = { name: 'default', route: { cluster: 'outbound|50051||order.shop.svc.cluster.local' } };
  // One virtual host for each port and name.
  const hosts = [{ virtualHosts: [{ routes }, { routes: [other] }] }, { virtualHosts: [{ routes }] }];
  return PROXY_ROUTES.parse([...hosts, {}, { virtualHosts: null }]);
}

const CASES: readonly Shift[] = [
  { v2: 0 },
  { v2: 10 },
  { v2: 100 },
  { v2: 10, header: '1' },
  { v2: 10, header: '2' },
  { v2: 10, mirror: 50 },
  { v2: 10, mirror: 25 },
];

test.each(CASES)('matches a proxy with %j to its own VirtualService only', (shift) => {
  for (const other of CASES) {
    const expected = expectedRoutes(virtualService(shift), 'gateway');
    const actual = proxyRoutes(proxyOf(other), virtualService(shift));
    expect(sameRoutes(expected, actual)).toBe(other === shift);
  }
});

test('rejects a proxy without routes of the service', () => {
  const expected = expectedRoutes(virtualService({ v2: 10 }), 'gateway');
  expect(sameRoutes(expected, proxyRoutes([], virtualService({ v2: 10 })))).toBe(false);
  // A service of the same name in another namespace does not count.
  const actual = proxyRoutes(proxyOf({ v2: 10 }, 'workshop'), virtualService({ v2: 10 }));
  expect(sameRoutes(expected, actual)).toBe(false);
});

test('expects the routes of its caller, and all routes for a gateway', () => {
  const { spec, ...rest } = virtualService({ v2: 10, header: '1' });
  const names = (of: VirtualServiceObject, caller: string) =>
    expectedRoutes(of, caller).map(({ name }) => name);
  expect(names({ spec, ...rest }, 'order')).toEqual(['order-to-product', 'default']);
  expect(names({ spec: { ...spec, gateways: ['gateway'] }, ...rest }, '')).toHaveLength(4);
});
