import { beforeAll, describe, expect, test } from '@jest/globals';
import { withBroker } from '../../charts/broker-override.ts';
import { loadEnvironment } from '../../charts/environments.ts';
import { synthesizeShop } from '../../charts/synthesize.ts';
import { hasEvents } from '../../mesh/compile/peers/broker.ts';
import { Service } from '../../mesh/graph/service.ts';
import { type OwnedRoute, sharedEdges } from '../../mesh/graph/shared-edge.ts';
import { isRetryableRoute, isStreamRoute } from '../../mesh/policy/edge.ts';
import { UNPROCESSED_CONDITIONS } from '../../mesh/policy/retries.ts';
import { readRelease } from '../../scripts/operate/cluster/release.ts';
import { type CallChanges, withCalls } from './changed-calls.ts';
import { expectedPolicy } from './effective-policy.ts';
import { clustersOf, foundPolicies, foundRetries, identitiesOf } from './found-policy.ts';
import { kubectlJson } from './kubectl-json.ts';
import { podOf } from './pods.ts';
import {
  type ProxyCluster,
  type ProxyRoute,
  type ProxyRouteConfig,
  proxyClusters,
  proxyListeners,
  proxyRoutes,
} from './proxy-config.ts';

const { broker = 'postgres' } = await readRelease();
const { shop } = synthesizeShop(withBroker(loadEnvironment('kind'), { broker }));

/** Calls of the shop with each kind of policy. */
const KINDS = {
  read: 'gateway/product',
  idempotent: 'order/payment',
  once: 'gateway/product-changes',
  stream: 'gateway/product-streams',
} as const;

interface Proxy {
  readonly routes: readonly ProxyRouteConfig[];
  readonly clusters: readonly ProxyCluster[];
}
const proxies = new Map<string, Proxy>();

async function load(service: string): Promise<Proxy> {
  const pod = await podOf(service);
  const [routes, clusters] = await Promise.all([proxyRoutes(pod), proxyClusters(pod)]);
  return { routes, clusters };
}

function proxyOf(service: string): Proxy {
  const proxy = proxies.get(service);
  if (proxy) return proxy;
  throw new Error(`the configuration of the proxy of ${service} was not loaded`);
}

beforeAll(async () => {
  for (const { name } of shop.services) proxies.set(name, await load(name));
});

const NAMED = shop.calls.map((call) => [`${call.caller.name}/${call.name}`, call] as const);

test('the tests cover a call with each kind of policy', () => {
  expect(NAMED.map(([name]) => name)).toEqual(expect.arrayContaining(Object.values(KINDS)));
});

describe.each(NAMED)('the sidecar enforces on the call %s', (_name, call) => {
  test('its policy and nothing else, on every route that a request may take', () => {
    const { routes, clusters } = proxyOf(call.caller.name);

    const policies = foundPolicies(call, routes, clusters);

    expect(policies).toEqual(policies.map(() => expectedPolicy(call)));
    expect(policies.length).toBeGreaterThanOrEqual(call.paths.length);
  });
});

describe('policy fields that no call of the shop uses', () => {
  const ALL: CallChanges = {
    'order/payment': {
      timeout: '2500ms',
      retries: {
        max: 4,
        on: ['unavailable', 'connect-failure'],
        perTryTimeout: '700ms',
        backOff: { base: '40ms', max: '400ms' },
      },
      approximation: 'accept',
      balance: { kind: 'random' },
      outlierDetection: { consecutiveErrors: 7, maxEjectionPercent: 50, minHealthPercent: 20 },
      limits: { connections: 3, requests: 5 },
    },
    // Calls to one callee share what belongs to the pair.
    'gateway/order': { balance: { kind: 'consistent-hash', by: { header: 'x-customer' } } },
    'gateway/order-placing': { balance: { kind: 'consistent-hash', by: { header: 'x-customer' } } },
    'gateway/order-streams': {
      balance: { kind: 'consistent-hash', by: { header: 'x-customer' } },
      fault: {
        delay: { percent: 12.5, duration: '300ms' },
        abort: { percent: 0.5, grpcStatus: 'RESOURCE_EXHAUSTED' },
      },
    },
  };

  test('reach the proxies, and are removed again', async () => {
    await withCalls(ALL, async (changed) => {
      for (const [name, caller] of [
        ['order/payment', 'order'],
        ['gateway/order', 'gateway'],
        ['gateway/order-streams', 'gateway'],
      ] as const) {
        const call = changed.calls.find((one) => `${one.caller.name}/${one.name}` === name);
        const { routes, clusters } = await load(caller);
        const policies = call ? foundPolicies(call, routes, clusters) : [];
        expect(policies).toEqual(policies.map(() => call && expectedPolicy(call)));
        expect(policies.length).toBeGreaterThan(0);
      }
    });

    for (const call of shop.calls) {
      const { routes, clusters } = await load(call.caller.name);
      const policies = foundPolicies(call, routes, clusters);
      expect(policies).toEqual(policies.map(() => expectedPolicy(call)));
    }
  });
});

describe('a route without a declared call', () => {
  test.each(shop.services.map(({ name }) => name))('has neither a timeout nor retries: %s', (caller) => {
    const own = new Set(
      shop.calls.filter((call) => call.caller.name === caller).flatMap(({ paths }) => paths),
    );
    const others = proxyOf(caller)
      .routes.filter(({ name }) => name === String(Service.grpcPort))
      .flatMap(({ virtualHosts = [] }) => virtualHosts.flatMap(({ routes = [] }) => routes))
      .filter(({ match, route }) => route && !own.has(match.path ?? ''));

    expect(others.map(({ route }) => [route?.timeout, route?.retryPolicy])).toEqual(
      others.map(() => ['0s', undefined]),
    );
    expect(others.map(({ match }) => match.path)).toEqual(others.map(() => undefined));
  });
});

describe('a sidecar', () => {
  test.each(shop.services)('has clusters only for declared parts of the shop: $name', (service) => {
    const declared = [
      ...service.outgoingCalls.map(({ callee }) => callee.host),
      ...(service.store ? [`postgres.${shop.namespace}.svc.cluster.local`] : []),
      ...(hasEvents(service) && broker !== 'postgres'
        ? [`${broker}.${shop.namespace}.svc.cluster.local`]
        : []),
    ];
    const hosts = proxyOf(service.name)
      .clusters.map(({ name }) => name.split('|'))
      .filter(([direction, , , host]) => direction === 'outbound' && host?.includes(`.${shop.namespace}.`))
      .map(([, , , host = '']) => host);

    expect([...new Set(hosts)].toSorted()).toEqual([...new Set(declared)].toSorted());
  });

  test.each(shop.services)('requires a client certificate: $name', async (service) => {
    const listeners = await proxyListeners(await podOf(service.name));
    const inbound = listeners.find(({ name }) => name === 'virtualInbound');
    const ports = [...(service.serves ? [Service.grpcPort] : []), Service.adminPort];
    for (const port of ports) {
      const chains = (inbound?.filterChains ?? []).filter(
        ({ filterChainMatch }) => filterChainMatch?.destinationPort === port,
      );
      expect(chains.length).toBeGreaterThan(0);
      expect(
        chains.map(({ transportSocket }) => transportSocket?.typedConfig.requireClientCertificate),
      ).toEqual(chains.map(() => true));
    }
  });
});

describe('the ingress gateway', () => {
  const [edge] = sharedEdges(shop.services);
  if (!edge) throw new Error('the shop has no edge');
  const { routes } = edge;
  let ingress: Proxy;

  beforeAll(async () => {
    const words = ['get', 'pods', '--namespace=istio-system', '--selector=istio=ingressgateway'];
    const { items } = await kubectlJson<{ items: readonly { metadata: { name: string } }[] }>(words);
    const pod = { pod: items[0]?.metadata.name ?? '', namespace: 'istio-system' };
    const [routes, clusters] = await Promise.all([proxyRoutes(pod), proxyClusters(pod)]);
    ingress = { routes, clusters };
  });

  function routesOf({ method, path }: OwnedRoute): readonly ProxyRoute[] {
    return all().filter(({ match }) => {
      const { exact, safeRegex } = match.headers?.find(({ name }) => name === ':method')?.stringMatch ?? {};
      const isMethod = safeRegex ? new RegExp(`^(?:${safeRegex.regex})$`).test(method) : exact === method;
      const example = path.replaceAll(/\{\w+\}/g, 'x');
      const matchesPath = match.safeRegex
        ? new RegExp(`^${match.safeRegex.regex}$`).test(example)
        : match.path === example;
      return isMethod && matchesPath;
    });
  }

  function all(): readonly ProxyRoute[] {
    return ingress.routes
      .filter(({ name }) => name === 'http.8080')
      .flatMap(({ virtualHosts = [] }) => virtualHosts.flatMap(({ routes = [] }) => routes));
  }

  test.each(routes)('routes $method $path to its service, and retries it if it is repeatable', (route) => {
    const [proxyRoute, ...duplicates] = routesOf(route);
    const retries = proxyRoute?.route?.retryPolicy;

    expect(duplicates).toEqual([]);
    expect(proxyRoute && clustersOf(proxyRoute)).toEqual([clusterOf(route.service)]);
    expect(proxyRoute?.route?.timeout).toBe(isStreamRoute(route) ? '0s' : '15s');
    const { on, ...rest } = retries ? foundRetries(retries) : { on: [] };
    expect(rest).toEqual({ attempts: 2, perTryMs: 'timeout', backOffMs: 'default' });
    if (isRetryableRoute(route))
      expect(on).toEqual(expect.arrayContaining([...UNPROCESSED_CONDITIONS, 'reset']));
    else expect(on).toEqual(UNPROCESSED_CONDITIONS.toSorted());
  });

  test('has no other route, but an answer to OPTIONS and to other methods for each path', () => {
    const paths = new Set(routes.map(({ path }) => path));
    const [toServices, answers] = [all().filter(({ route }) => route), all().filter(({ route }) => !route)];
    expect(toServices).toHaveLength(routes.length);
    expect(answers).toHaveLength(2 * paths.size);
  });

  test.each(edge.services)('verifies the certificate of $name', (service) => {
    const cluster = ingress.clusters.find(({ name }) => name === clusterOf(service));
    expect(cluster && identitiesOf(cluster)).toEqual([
      `spiffe://cluster.local/ns/${shop.namespace}/sa/${service.name}`,
    ]);
  });

  function clusterOf({ host }: Service): string {
    return `outbound|${Service.httpPort}||${host}`;
  }
});
