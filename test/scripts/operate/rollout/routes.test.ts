import { expect, test } from '@jest/globals';
import {
  PROXY_ROUTES,
  type ProxyRoutes,
  proxyRoutes,
  sameRoutes,
  type VirtualServiceObject,
  wantedRoutes,
} from '../../../../scripts/operate/rollout/routes.ts';

const HOST = 'product.shop.svc.cluster.local';

interface Asked {
  readonly v2: number;
  readonly header?: string;
  readonly mirror?: number;
}

function virtualService({ v2, header, mirror }: Asked): VirtualServiceObject {
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

/** What the gateway's proxy has of it, as istioctl 1.31 shows it; shortened. */
function proxyOf({ v2, header, mirror }: Asked, from = 'shop'): ProxyRoutes {
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

const CASES: readonly Asked[] = [
  { v2: 0 },
  { v2: 10 },
  { v2: 100 },
  { v2: 10, header: '1' },
  { v2: 10, header: '2' },
  { v2: 10, mirror: 50 },
  { v2: 10, mirror: 25 },
];

test.each(CASES)('a proxy that has %j has what was asked for, and nothing else', (asked) => {
  for (const other of CASES) {
    const wanted = wantedRoutes(virtualService(asked), 'gateway');
    const found = proxyRoutes(proxyOf(other), virtualService(asked));
    expect(sameRoutes(wanted, found)).toBe(other === asked);
  }
});

test('a proxy that has no route of the service does not have what was asked for', () => {
  const wanted = wantedRoutes(virtualService({ v2: 10 }), 'gateway');
  expect(sameRoutes(wanted, proxyRoutes([], virtualService({ v2: 10 })))).toBe(false);
  // Another namespace's service of the same name is another one.
  const found = proxyRoutes(proxyOf({ v2: 10 }, 'workshop'), virtualService({ v2: 10 }));
  expect(sameRoutes(wanted, found)).toBe(false);
});

test('a caller is to have the routes that are for it, and a gateway all', () => {
  const { spec, ...rest } = virtualService({ v2: 10, header: '1' });
  const names = (of: VirtualServiceObject, caller: string) =>
    wantedRoutes(of, caller).map(({ name }) => name);
  expect(names({ spec, ...rest }, 'order')).toEqual(['order-to-product', 'default']);
  expect(names({ spec: { ...spec, gateways: ['gateway'] }, ...rest }, '')).toHaveLength(4);
});
