import { describe, expect, test } from '@jest/globals';
import { checkGraph } from '../../../mesh/check/check-graph.ts';
import type { Environment } from '../../../mesh/graph/environment.ts';
import { Service } from '../../../mesh/graph/service.ts';
import type { Edge, EdgeRoute } from '../../../mesh/policy/edge.ts';
import { SmallPlatform } from './small-platform.ts';

const KEYS: EdgeRoute = { method: 'GET', path: '/k', handler: 'keys', access: 'public' };
const EDGE: Edge = {
  hosts: ['other.test'],
  token: { issuer: 'https://other.test', audience: 'other', jwksPath: '/k', roles: ['admin'] },
  routes: [KEYS],
};

/** Returns the problems of a platform with a second edge. */
function problemsOf(edge: Partial<Edge>, environment: Partial<Environment> = {}) {
  const platform = new SmallPlatform(environment);
  new Service(platform, 'c', { edge: { ...EDGE, ...edge } });
  return checkGraph(platform).map(({ rule, message }) => `${rule}: ${message}`);
}

describe('rejects an edge with the host', () => {
  test.each([
    ['https://shop.test', 'remove the scheme'],
    ['shop.test:443', 'remove the port'],
    ['shop.test:', 'remove the port'],
    ['shop.test/v1', 'remove the path'],
    ['istio-system/shop.test', 'remove the path'],
    ['*.*.test', 'a wildcard must be the whole first label'],
    ['shop.*.test', 'a wildcard must be the whole first label'],
    ['shop*.test', 'a wildcard must be the whole first label'],
    ['*shop.test', 'a wildcard must be the whole first label'],
    ['Shop.test', 'use lower case'],
    ['shop.test.', 'remove the trailing dot'],
    ['127.0.0.1', 'an IP address is not a host name'],
    ['::1', 'an IP address is not a host name'],
    ['[::1]', 'an IP address is not a host name'],
    ['shop', 'use a name with a dot'],
    ['localhost', 'use a name with a dot'],
    ['', 'use a name with a dot'],
    ['*.test', undefined],
    ['*.shop.test', undefined],
    ['*', undefined],
    ['xn--bcher-kva.example', undefined],
    ['bücher.example', 'use at most 253 lower-case letters'],
    ['shop_1.test', 'use at most 253 lower-case letters'],
    ['-shop.test', 'use at most 253 lower-case letters'],
    ['shop..test', 'use at most 253 lower-case letters'],
    [`${'a'.repeat(64)}.test`, 'use at most 63 characters between two dots'],
    [`${'a.'.repeat(130)}test`, 'use at most 253'],
    ['small.test', "which 'web' also has"],
  ])('%j', (host, fix) => {
    const problems = problemsOf({ hosts: [host] });
    if (fix === undefined) return expect(problems).toEqual([]);
    expect(problems).toEqual([expect.stringMatching(/^edge\/hosts: the edge has the host '/)]);
    return expect(problems[0]).toContain(fix);
  });

  test('of another entry of the same edge', () => {
    expect(problemsOf({ hosts: ['a.test', 'a.test'] })).toEqual([
      "edge/hosts: the edge has the host 'a.test' twice: remove one",
    ]);
  });

  test('but accepts localhost without Istio', () => {
    expect(problemsOf({ hosts: ['localhost'] }, { hasIstio: false, layer: 'app' })).toEqual([]);
  });
});

describe('rejects a route with the path', () => {
  test.each([
    ['x', 'start it with /'],
    ['', 'start it with /'],
    ['/x/', 'it has an empty segment'],
    ['//x', 'it has an empty segment'],
    ['/x/../y', 'proxies resolve the segments . and ..'],
    ['/./x', 'proxies resolve the segments . and ..'],
    ['/a/{id}.json', "a parameter must be a whole segment such as {id}; Istio rejects '{id}.json'"],
    ['/a/v{id}', "Istio rejects 'v{id}'"],
    ['/a/{id}{more}', "Istio rejects '{id}{more}'"],
    ['/a/{id', "Istio rejects '{id'"],
    ['/a/id}', "Istio rejects 'id}'"],
    ['/a/{}', "Istio rejects '{}'"],
    ['/a/{*}', "Istio rejects '{*}'"],
    ['/a/{**}', "Istio rejects '{**}'"],
    ['/a/{a-b}', "Istio rejects '{a-b}'"],
    ['/a/*', "'*' has characters that proxies compare differently"],
    ['/a*', "'a*' has characters"],
    ['/a?b', "'a?b' has characters"],
    ['/a#b', "'a#b' has characters"],
    ['/a;b', "'a;b' has characters"],
    ['/a:b', "'a:b' has characters"],
    ['/a%2Fb', "'a%2Fb' has characters"],
    ['/a\\b', 'has characters'],
    ['/a b', "'a b' has characters"],
    ['/é', "'é' has characters"],
    ['/{id}/x/{id}', "two of its parameters have the name 'id'"],
    ['/', undefined],
    ['/.well-known/a_b~c.json/{id}/x', undefined],
  ])('%j', (path, fix) => {
    const problems = problemsOf({ routes: [KEYS, { method: 'GET', path, handler: 'x', access: 'token' }] });
    if (fix === undefined) return expect(problems).toEqual([]);
    expect(problems).toEqual([expect.stringContaining(`edge/routes: route path is '${path}': `)]);
    return expect(problems[0]).toContain(fix);
  });
});

test('rejects a route that requires a role that no token has', () => {
  const route: EdgeRoute = { method: 'GET', path: '/x', handler: 'x', access: { role: 'clerk' } };
  expect(problemsOf({ routes: [KEYS, route] })).toEqual([
    "edge/role: GET /x requires the role 'clerk', which no token has: use one of token.roles (admin), or add it there",
  ]);
});

test.each(['*', 'adm*', '*in', '', ' admin', 'admin clerk', 'admin,clerk', 'a"b'])(
  'rejects tokens with the role %j',
  (role) => {
    const problems = problemsOf({ token: { ...EDGE.token, roles: [role] } });
    expect(problems).toEqual([expect.stringContaining(`edge/token: token.roles has '${role}': `)]);
  },
);

test.each([
  [{ issuer: '*' }, "token.issuer is '*'"],
  [{ issuer: '' }, "token.issuer is ''"],
  [{ audience: 'a b' }, "token.audience is 'a b'"],
])('rejects token settings with %j', (token, message) => {
  const problems = problemsOf({ token: { ...EDGE.token, ...token } });
  expect(problems).toEqual([expect.stringContaining(`edge/token: ${message}`)]);
});

test('rejects a key set path with a parameter', () => {
  const problems = problemsOf({
    token: { ...EDGE.token, jwksPath: '/{keys}' },
    routes: [{ ...KEYS, path: '/{keys}' }],
  });
  expect(problems).toEqual([expect.stringContaining("edge/token: token.jwksPath is '/{keys}'")]);
});

describe('rejects routes that', () => {
  const json = { mediaTypes: ['application/json'], maxBytes: 100 } as const;
  test.each<[string, readonly Partial<EdgeRoute>[], string]>([
    [
      'overlap without one of them being more specific',
      [{ path: '/x/{id}/b' }, { method: 'POST', path: '/x/a/{id}' }],
      'edge/ambiguous: /x/a/{id} and /x/{id}/b both match some paths',
    ],
    [
      'have the same handler',
      [
        { path: '/x', handler: 'same' },
        { path: '/y', handler: 'same' },
      ],
      "edge/handler: GET /y has the handler 'same', as has GET /x",
    ],
    ['have a handler that is no name', [{ handler: 'get-x' }], "the handler of GET /x is 'get-x'"],
    [
      'belong to an owner and name no object',
      [{ access: 'owner' }],
      "edge/owner: GET /x has access 'owner' and no parameter",
    ],
    ['have a body and are read', [{ body: json }], 'edge/fields: GET /x has a body'],
    [
      'have a media type with parameters',
      [{ method: 'POST', body: { ...json, mediaTypes: ['text/plain; charset=utf-8'] } }],
      "POST /x has the media type 'text/plain; charset=utf-8'",
    ],
    [
      'have no media type',
      [{ method: 'POST', body: { ...json, mediaTypes: [] } }],
      "POST /x has the media type ''",
    ],
    ['have an empty body', [{ method: 'POST', body: { ...json, maxBytes: 0 } }], 'POST /x has maxBytes 0'],
    [
      'are retryable with an unlimited body',
      [{ method: 'POST', isRetryable: true, body: { ...json, maxBytes: 'unlimited' } }],
      'POST /x is retryable and has an unlimited body',
    ],
    [
      'are streams with a timeout',
      [{ stream: 'ndjson', timeout: '5s' }],
      'GET /x is a stream and has the timeout 5s',
    ],
  ])('%s', (_, routes, message) => {
    const complete = routes.map(
      (route, index): EdgeRoute => ({
        method: 'GET',
        path: '/x',
        handler: `handle${index}`,
        access: 'public',
        ...route,
      }),
    );
    expect(problemsOf({ routes: [KEYS, ...complete] })).toEqual([expect.stringContaining(message)]);
  });
});

describe('two services with the same hosts and token settings', () => {
  const route = (more: Partial<EdgeRoute>): EdgeRoute => ({
    method: 'GET',
    path: '/x',
    handler: 'getX',
    access: 'public',
    ...more,
  });
  function problemsOfPages(route: EdgeRoute, hosts = EDGE.hosts) {
    const platform = new SmallPlatform();
    new Service(platform, 'c', { edge: EDGE });
    new Service(platform, 'pages', { edge: { ...EDGE, hosts, routes: [route] } });
    return checkGraph(platform).map(({ rule, message }) => `${rule}: ${message}`);
  }

  test('share one edge', () => {
    expect(problemsOfPages(route({}))).toEqual([]);
  });

  test('may not declare the same route', () => {
    expect(problemsOfPages(route({ path: '/k' }))).toEqual([
      'edge/routes: GET /k is declared twice: remove one',
    ]);
  });

  test('may not declare methods of the same path', () => {
    expect(problemsOfPages(route({ method: 'POST', path: '/k' }))).toEqual([
      expect.stringContaining("edge/owner-service: /k is served by 'c' as well"),
    ]);
  });

  test('may not share only some of their hosts', () => {
    expect(problemsOfPages(KEYS, [...EDGE.hosts, 'more.test'])).toEqual([
      expect.stringContaining("edge/hosts: the edge has the host 'other.test', which 'c' also has"),
    ]);
  });
});
