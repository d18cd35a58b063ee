import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { nginxConfig } from '../../../../mesh/compile/gateways/nginx/nginx-config.ts';
import type { EdgeRoute } from '../../../../mesh/policy/edge.ts';
import { normalizePath } from '../../../../services/kit/edge/normalize-path.ts';
import { propertyRuns } from '../../../property-runs.ts';
import { routeSet, routesOnPath, servedBy } from '../edge-requests.ts';
import { edgeOf, RATE_LIMIT, smallEdge } from './edge-of.ts';
import { decodedPath, routeAsNginx } from './nginx-model.ts';
import { target } from './targets.ts';

const options = { rateLimit: RATE_LIMIT };

/** Returns the directives of a route's location. */
function routeDirectives(route: Partial<EdgeRoute>): readonly string[] {
  const base: EdgeRoute = { method: 'GET', path: '/a', handler: 'handle', access: 'public' };
  const config = nginxConfig(edgeOf([{ ...base, ...route }]), options);
  const text = config.slice(config.indexOf('location = /:route/shop/handle {'));
  return text
    .slice(0, text.indexOf('}'))
    .split('\n')
    .slice(1, -1)
    .map((line) => line.trim());
}

test('compiles an edge to a configuration of nginx', () => {
  expect(nginxConfig(smallEdge(), options)).toMatchSnapshot();
});

const method = fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'OPTIONS', 'PATCH');
const segment = fc.constantFrom('a', 'b', 'keys.json', 'keysxjson', 'c', 'A', '');
const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => `/${segments.join('/')}`);

/** The decision of the contract: the route, or 404, 405 and 204 of the edge itself. */
function contract(routes: readonly EdgeRoute[], request: { readonly method: string; readonly path: string }) {
  const route = servedBy(routes, request);
  if (route) return { route: route.handler };
  if (routesOnPath(routes, request.path).length === 0) return { status: 404 };
  return { status: request.method === 'OPTIONS' ? 204 : 405 };
}

test('nginx selects the route that the precedence of the edge selects', () => {
  fc.assert(
    fc.property(routeSet, fc.array(fc.record({ method, path }), { maxLength: 20 }), (routes, requests) => {
      const config = nginxConfig(edgeOf(routes), options);
      for (const request of requests) {
        expect(routeAsNginx(config, { method: request.method, target: request.path })).toEqual(
          contract(routes, request),
        );
      }
    }),
    { numRuns: propertyRuns(200) },
  );
});

test('a request that nginx forwards reaches the route whose limits nginx applied, however its path is written', () => {
  fc.assert(
    fc.property(routeSet, fc.array(fc.record({ method, target }), { maxLength: 30 }), (routes, requests) => {
      const config = nginxConfig(edgeOf(routes), options);
      for (const request of requests) {
        const decision = routeAsNginx(config, request);
        if (!('route' in decision)) continue;
        const [normalized = ''] = normalizePath(request.target).split('?');
        expect(decision).toEqual(contract(routes, { method: request.method, path: normalized }));
      }
    }),
    { numRuns: propertyRuns(500) },
  );
});

test.each([
  ['/a/%62', '/a/b'],
  ['//a', '//a'],
  ['/a/../b?c/../d', '/b'],
  ['/a%2fb', '/a/b'],
  ['/a%2f..%2fb', '/b'],
  ['/a/..', '/'],
  ['/a/%3f', '/a/?'],
  ['/..', undefined],
  ['/%zz', undefined],
])('the model of nginx decodes %s as nginx does', (raw, expected) => {
  expect(decodedPath(raw)).toBe(expected);
});

test('a repeatable request is sent again after any failure', () => {
  const again = 'proxy_next_upstream error timeout invalid_header http_502 http_503 http_504 non_idempotent;';
  expect(routeDirectives({})).toContain(again);
  expect(routeDirectives({ method: 'POST', isRetryable: true })).toContain(again);
});

test('a request that is not repeatable is never sent twice', () => {
  expect(routeDirectives({ method: 'POST' })).toContain('proxy_next_upstream error timeout;');
  expect(routeDirectives({ method: 'PUT' })).toContain('proxy_next_upstream off;');
  expect(routeDirectives({ isRetryable: false })).toContain('proxy_next_upstream off;');
});

test('streams are forwarded as they arrive, without a limit of size or time', () => {
  const body = { mediaTypes: ['application/x-ndjson'], maxBytes: 'unlimited' } as const;
  expect(routeDirectives({ method: 'POST', body, stream: 'ndjson' })).toEqual([
    'internal;',
    'client_max_body_size 0;',
    'proxy_request_buffering off;',
    'proxy_read_timeout 1h;',
    'proxy_send_timeout 1h;',
    'proxy_buffering off;',
    'proxy_next_upstream error timeout;',
    'proxy_pass http://shop$request_uri;',
  ]);
});

test('limits of the body and the time are those of the route', () => {
  const body = { mediaTypes: ['application/json'], maxBytes: 5_000 };
  expect(routeDirectives({ method: 'POST', body, timeout: '0.5s' })).toEqual(
    expect.arrayContaining(['client_max_body_size 5000;', 'proxy_read_timeout 500ms;']),
  );
});

test('an access token is verified with the role of the route before the request is forwarded', () => {
  expect(routeDirectives({ access: { role: 'admin' } })).toEqual(
    expect.arrayContaining(['set $required_role "admin";', 'auth_request /:authorize;']),
  );
  expect(routeDirectives({ access: 'owner' })).toContain('set $required_role "";');
  expect(routeDirectives({}).join()).not.toContain('auth_request');
});

test('behind trusted proxies, the client is the entry that the first of them appended', () => {
  const config = nginxConfig(smallEdge(), { ...options, numTrustedProxies: 2 });
  const expression = /"~(\(\?:\^.*)" \$forwarded;/.exec(config)?.[1] ?? '';
  const entry = new RegExp(expression.replaceAll('\\\\', '\\').replace('\\z', '$'));
  expect(entry.exec('9.9.9.9, 1.2.3.4, 10.0.0.1')?.groups?.forwarded).toBe('1.2.3.4');
  expect(entry.exec('1.2.3.4,10.0.0.1')?.groups?.forwarded).toBe('1.2.3.4');
  expect(entry.exec('1.2.3.4')).toBeNull();
});
