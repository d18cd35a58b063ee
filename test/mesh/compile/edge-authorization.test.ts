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
import { addEdgeAuthorizationPolicy } from '../../../mesh/compile/istio/edge-authorization-policy.ts';
import { addEdgeVirtualService } from '../../../mesh/compile/istio/edge-virtual-service.ts';
import { INGRESS_GATEWAY } from '../../../mesh/compile/peers/control-plane.ts';
import { Platform } from '../../../mesh/graph/platform.ts';
import { Service } from '../../../mesh/graph/service.ts';
import { type EdgeRoute, isRetryableRoute } from '../../../mesh/policy/edge.ts';
import { resolveManifests } from '../../../mesh/render/resolve-manifests.ts';
import { propertyRuns } from '../../property-runs.ts';
import { anyRoute, servedBy } from './edge-requests.ts';
import { ENVIRONMENT } from './small-platform.ts';

const KEYS: EdgeRoute = { method: 'GET', path: '/keys.json', access: 'public' };
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
    token: { issuer: ISSUER, audience: 'shop', jwksPath: KEYS.path },
    routes: [...routes, KEYS],
  };
  const service = new Service(platform, 'web', { edge });
  expect(checkGraph(platform)).toEqual([]);
  addEdgeAuthorizationPolicy(service, edge);
  addEdgeVirtualService(service, edge);
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
  return claims !== undefined && (route.access === 'token' || claims.role === route.access.role);
}

const routeSet = fc
  .uniqueArray(anyRoute, {
    minLength: 1,
    maxLength: 8,
    selector: ({ method, path }) => method + path.replaceAll(/p\d/g, ''),
  })
  .map((routes) => routes.filter(({ method, path }) => !(method === 'GET' && path === KEYS.path)));
const anyRequest: fc.Arbitrary<HttpRequest> = fc.record(
  {
    method: fc.constantFrom('GET', 'GET', 'POST', 'PUT', 'HEAD'),
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
    fc.property(routeSet, fc.array(anyRequest, { minLength: 20, maxLength: 40 }), (routes, requests) => {
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

test('the ingress gateway retries a request exactly if its route is retryable', () => {
  fc.assert(
    fc.property(routeSet, fc.array(anyRequest, { minLength: 20, maxLength: 40 }), (routes, requests) => {
      const { http = [] } = compiledEdge(routes).routing;
      for (const request of requests) {
        const match = http.find(({ match = [] }) =>
          match.some(({ method, uri }) => {
            if (method?.exact !== request.method) return false;
            return uri?.exact
              ? uri.exact === request.path
              : new RegExp(`^(?:${uri?.regex})$`).test(request.path);
          }),
        );
        const route = servedBy([...routes, KEYS], request);
        const name = route && (isRetryableRoute(route) ? 'repeatable' : 'once');
        if (match?.name !== name) throw new Error(JSON.stringify({ request, name, actual: match?.name }));
      }
    }),
    { numRuns: propertyRuns(100) },
  );
});

describe('the authorization rule of a route', () => {
  const operationsOf = (...routes: readonly EdgeRoute[]) =>
    (compiledEdge(routes).policy.rules ?? [])
      .flatMap(({ to = [] }) => to.map(({ operation }) => operation))
      .filter((operation) => !operation?.paths?.includes(KEYS.path));

  test('excludes a path that another route serves under a stricter rule', () => {
    expect(
      operationsOf(
        { method: 'GET', path: '/x/{id}', access: 'public' },
        { method: 'GET', path: '/x/secret', access: { role: 'admin' } },
      ),
    ).toEqual([
      { ports: ['8080'], methods: ['GET'], paths: ['/x/{*}'], notPaths: ['/x/secret'] },
      { ports: ['8080'], methods: ['GET'], paths: ['/x/secret'] },
    ]);
  });

  test('excludes nothing if the other route has another method, the same rule or a less strict one', () => {
    const operations = operationsOf(
      { method: 'GET', path: '/x/{id}', access: 'token' },
      { method: 'POST', path: '/x/secret', access: { role: 'admin' } },
      { method: 'GET', path: '/x/mine', access: 'token' },
      { method: 'GET', path: '/x/open', access: 'public' },
    );
    expect(operations.filter((operation) => operation?.notPaths)).toEqual([]);
  });

  test('admits pods without a certificate to the public keys of tokens, with GET only', () => {
    const { policy } = compiledEdge([{ method: 'POST', path: KEYS.path, access: 'public' }]);
    const outside = { path: KEYS.path, principal: '' };
    expect(admits(policy, { ...outside, method: 'GET' })).toBe(true);
    expect(admits(policy, { ...outside, method: 'POST' })).toBe(false);
  });
});
