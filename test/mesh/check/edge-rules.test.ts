import { describe, expect, test } from '@jest/globals';
import { checkGraph } from '../../../mesh/check/check-graph.ts';
import type { Environment } from '../../../mesh/graph/environment.ts';
import { Service } from '../../../mesh/graph/service.ts';
import type { Edge, EdgeRoute } from '../../../mesh/policy/edge.ts';
import { SmallPlatform } from './small-platform.ts';

const KEYS: EdgeRoute = { method: 'GET', path: '/k', access: 'public' };
const EDGE: Edge = {
  hosts: ['other.test'],
  token: { issuer: 'https://other.test', audience: 'other', jwksPath: '/k' },
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
    const problems = problemsOf({ routes: [KEYS, { method: 'GET', path, access: 'token' }] });
    if (fix === undefined) return expect(problems).toEqual([]);
    expect(problems).toEqual([expect.stringContaining(`edge/routes: route path is '${path}': `)]);
    return expect(problems[0]).toContain(fix);
  });
});

test.each(['*', 'adm*', '*in', '', ' admin', 'admin clerk', 'admin,clerk', 'a"b'])(
  'rejects a route that requires the role %j',
  (role) => {
    const problems = problemsOf({ routes: [KEYS, { method: 'GET', path: '/x', access: { role } }] });
    expect(problems).toEqual([expect.stringContaining(`edge/role: GET /x requires the role '${role}': `)]);
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
