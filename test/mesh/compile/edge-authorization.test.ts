import { describe, expect, test } from '@jest/globals';
import { App } from 'cdk8s';
import fc from 'fast-check';
import type { VirtualServiceSpec } from '../../../imports/networking.istio.io.ts';
import type {
  AuthorizationPolicyRules,
  AuthorizationPolicyRulesFromSource,
  AuthorizationPolicyRulesToOperation,
  AuthorizationPolicySpec,
} from '../../../imports/security.istio.io.ts';
import { checkGraph } from '../../../mesh/check/check-graph.ts';
import { addEdgeAuthorizationPolicy } from '../../../mesh/compile/gateways/istio/edge-authorization-policy.ts';
import { addEdgeVirtualService } from '../../../mesh/compile/gateways/istio/edge-virtual-service.ts';
import { INGRESS_GATEWAY } from '../../../mesh/compile/peers/control-plane.ts';
import { Platform } from '../../../mesh/graph/platform.ts';
import { Service } from '../../../mesh/graph/service.ts';
import { sharedEdges } from '../../../mesh/graph/shared-edge.ts';
import { type EdgeRoute, isRetryableRoute } from '../../../mesh/policy/edge.ts';
import { resolveManifests } from '../../../mesh/render/resolve-manifests.ts';
import { propertyRuns } from '../../property-runs.ts';
import { routeSet, routesOnPath, servedBy } from './edge-requests.ts';
import { ENVIRONMENT } from './small-platform.ts';

const KEYS: EdgeRoute = { method: 'GET', path: '/keys.json', handler: 'getKeys', access: 'public' };
const ISSUER = 'https://issuer.test';

interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly principal: string;
  /** Claims of a verified token. */
  readonly claims?: { readonly sub: string; readonly role?: string };
}

function compiledEdge(routes: readonly EdgeRoute[]) {
  const app = new App();
  const platform = new Platform(app, 'small', { environment: ENVIRONMENT });
  const edge = {
    hosts: ['shop.test'],
    token: { issuer: ISSUER, audience: 'shop', jwksPath: KEYS.path, roles: ['admin', 'clerk'] },
    routes: [...routes, KEYS],
  };
  const service = new Service(platform, 'web', { edge });
  expect(checkGraph(platform)).toEqual([]);
  addEdgeAuthorizationPolicy(service, edge);
  for (const shared of sharedEdges([service])) addEdgeVirtualService(shared);
  const specOf = (kind: string) =>
    resolveManifests(app).find(({ object }) => object.kind === kind)?.object.spec;
  return {
    policy: specOf('AuthorizationPolicy') as AuthorizationPolicySpec,
    routing: specOf('VirtualService') as VirtualServiceSpec,
  };
}

/** Istio's semantics: https://istio.io/latest/docs/reference/config/security/authorization-policy/ */
function admits({ rules = [] }: AuthorizationPolicySpec, request: HttpRequest): boolean {
  return rules.some((rule) => fits(rule, request));
}

function fits({ from, to, when }: AuthorizationPolicyRules, request: HttpRequest): boolean {
  return (
    (!from || from.some(({ source }) => isSource(source ?? {}, request))) &&
    (!to || to.some(({ operation }) => isOperation(operation ?? {}, request))) &&
    (when ?? []).every(({ key, values = [] }) => {
      expect(key).toBe('request.auth.claims[role]');
      return values.some((value) => matches(value, request.claims?.role));
    })
  );
}

function isSource(
  { principals, requestPrincipals }: AuthorizationPolicyRulesFromSource,
  request: HttpRequest,
) {
  const requestPrincipal = request.claims && `${ISSUER}/${request.claims.sub}`;
  return (
    (principals ?? ['*']).some((one) => matches(one, request.principal)) &&
    (!requestPrincipals || requestPrincipals.some((one) => matches(one, requestPrincipal)))
  );
}

function isOperation(operation: AuthorizationPolicyRulesToOperation, { method, path }: HttpRequest) {
  const { ports, methods = ['*'], paths = ['*'], notPaths = [], ...rest } = operation;
  expect(rest).toEqual({});
  expect(ports).toEqual(['8080']);
  return (
    methods.some((one) => matches(one, method)) &&
    paths.some((one) => matchesPath(one, path)) &&
    !notPaths.some((one) => matchesPath(one, path))
  );
}

/** Exact, prefix, suffix or presence. */
function matches(pattern: string, value: string | undefined): boolean {
  if (value === undefined) return false;
  if (pattern === '*') return value !== '';
  if (pattern.startsWith('*')) return value.endsWith(pattern.slice(1));
  return pattern.endsWith('*') ? value.startsWith(pattern.slice(0, -1)) : value === pattern;
}

function matchesPath(pattern: string, path: string): boolean {
  if (!pattern.includes('{')) return matches(pattern, path);
  const segments = path.split('/');
  const templates = pattern.split('/');
  return (
    segments.length === templates.length &&
    templates.every((template, index) =>
      template === '{*}' ? segments[index] !== '' : template === segments[index],
    )
  );
}

function isAdmitted(route: EdgeRoute | undefined, { principal, claims }: HttpRequest): boolean {
  if (!route) return false;
  if (route === KEYS) return true;
  if (principal !== INGRESS_GATEWAY.principal) return false;
  if (route.access === 'public') return true;
  return claims !== undefined && (typeof route.access === 'string' || claims.role === route.access.role);
}

const keylessRoutes = routeSet.map((routes) =>
  routes.filter(({ method, path }) => !(method === 'GET' && path === KEYS.path)),
);
const anyRequest: fc.Arbitrary<HttpRequest> = fc.record(
  {
    method: fc.constantFrom('GET', 'GET', 'POST', 'PUT', 'HEAD', 'OPTIONS'),
    path: fc
      .array(fc.constantFrom('a', 'a', 'b', 'b', 'c', 'A', 'keys.json', '', '%61', '*', '{p}'), {
        minLength: 1,
        maxLength: 4,
      })
      .map((segments) => `/${segments.join('/')}`),
    principal: fc.constantFrom(
      INGRESS_GATEWAY.principal,
      INGRESS_GATEWAY.principal,
      'cluster.local/ns/small/sa/other',
      '',
    ),
    claims: fc.record({
      sub: fc.constant('u1'),
      role: fc.constantFrom('admin', 'clerk', 'adm', 'administrator', ''),
    }),
  },
  { requiredKeys: ['method', 'path', 'principal'] },
);

test('the mesh admits a request exactly when the route that serves it does', () => {
  let admitted = 0;
  fc.assert(
    fc.property(keylessRoutes, fc.array(anyRequest, { minLength: 20, maxLength: 40 }), (routes, requests) => {
      const { policy } = compiledEdge(routes);
      for (const request of requests) {
        const route = servedBy([...routes, KEYS], request);
        const isIn = admits(policy, request);
        if (isIn !== isAdmitted(route, request)) throw new Error(JSON.stringify({ request, route, isIn }));
        admitted += Number(isIn);
      }
    }),
    { numRuns: propertyRuns(100) },
  );
  // The property would also hold for requests that no route serves.
  expect(admitted).toBeGreaterThan(50);
});

test('the ingress gateway forwards exactly the requests that a route serves, with its retries', () => {
  fc.assert(
    fc.property(keylessRoutes, fc.array(anyRequest, { minLength: 20, maxLength: 40 }), (routes, requests) => {
      const { http = [] } = compiledEdge(routes).routing;
      for (const request of requests) {
        const entry = http.find(({ match = [] }) =>
          match.some(
            ({ method, uri }) =>
              (!method || matchesWhole(method, request.method)) && matchesWhole(uri ?? {}, request.path),
          ),
        );
        const expected = nameOfEntry([...routes, KEYS], request);
        if (entry?.name !== expected) throw new Error(JSON.stringify({ request, expected, entry }));
      }
    }),
    { numRuns: propertyRuns(100) },
  );
});

function matchesWhole(
  { exact, regex }: { readonly exact?: string | undefined; readonly regex?: string | undefined },
  value: string,
): boolean {
  return exact === undefined ? new RegExp(`^(?:${regex})$`).test(value) : exact === value;
}

function nameOfEntry(routes: readonly EdgeRoute[], request: HttpRequest): string | undefined {
  const route = servedBy(routes, request);
  if (route) return isRetryableRoute(route) ? 'web-repeatable' : 'web-once';
  if (routesOnPath(routes, request.path).length === 0) return undefined;
  return request.method === 'OPTIONS' ? 'options' : 'method-not-allowed';
}

test('the ingress gateway names the allowed methods of a path', () => {
  const { http = [] } = compiledEdge([
    { method: 'GET', path: '/x/{id}', handler: 'get', access: 'public' },
    { method: 'PUT', path: '/x/{name}', handler: 'set', access: 'token' },
  ]).routing;
  expect(http.filter(({ directResponse }) => directResponse)).toEqual([
    expect.objectContaining({
      name: 'options',
      directResponse: { status: 204 },
      headers: { response: { set: { allow: 'GET, HEAD, OPTIONS' } } },
      match: [{ method: { exact: 'OPTIONS' }, uri: { exact: '/keys.json' } }],
    }),
    expect.objectContaining({ directResponse: { status: 405 }, match: [{ uri: { exact: '/keys.json' } }] }),
    expect.objectContaining({ headers: { response: { set: { allow: 'GET, PUT, HEAD, OPTIONS' } } } }),
    expect.objectContaining({
      directResponse: { status: 405 },
      headers: { response: { set: { allow: 'GET, PUT, HEAD, OPTIONS' } } },
    }),
  ]);
});

describe('the authorization rule of a route', () => {
  const operationsOf = (...routes: readonly EdgeRoute[]) =>
    (compiledEdge(routes).policy.rules ?? [])
      .flatMap(({ to = [] }) => to.map(({ operation }) => operation))
      .filter((operation) => !operation?.paths?.includes(KEYS.path));

  test('excludes a path that another route serves under a stricter rule', () => {
    expect(
      operationsOf(
        { method: 'GET', path: '/x/{id}', handler: 'get', access: 'public' },
        { method: 'GET', path: '/x/secret', handler: 'getSecret', access: { role: 'admin' } },
      ),
    ).toEqual([
      { ports: ['8080'], methods: ['GET', 'HEAD'], paths: ['/x/{*}'], notPaths: ['/x/secret'] },
      { ports: ['8080'], methods: ['GET', 'HEAD'], paths: ['/x/secret'] },
    ]);
  });

  test('excludes a path that other routes serve, but not with its method', () => {
    expect(
      operationsOf(
        { method: 'GET', path: '/x/{id}', handler: 'get', access: 'public' },
        { method: 'POST', path: '/x/import', handler: 'import', access: 'public' },
      ),
    ).toContainEqual({
      ports: ['8080'],
      methods: ['GET', 'HEAD'],
      paths: ['/x/{*}'],
      notPaths: ['/x/import'],
    });
  });

  test('excludes nothing if the other route has the same rule or a less strict one', () => {
    const operations = operationsOf(
      { method: 'GET', path: '/x/{id}', handler: 'get', access: 'token' },
      { method: 'GET', path: '/x/mine', handler: 'getMine', access: 'token' },
      { method: 'GET', path: '/x/open', handler: 'getOpen', access: 'public' },
    );
    expect(operations.filter((operation) => operation?.notPaths)).toEqual([]);
  });

  test('admits pods without a certificate to the public keys of tokens, with GET only', () => {
    const { policy } = compiledEdge([{ method: 'POST', path: KEYS.path, handler: 'add', access: 'public' }]);
    const outside = { path: KEYS.path, principal: '' };
    expect(admits(policy, { ...outside, method: 'GET' })).toBe(true);
    expect(admits(policy, { ...outside, method: 'POST' })).toBe(false);
  });
});
