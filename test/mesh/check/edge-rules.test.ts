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

/** Problems of a platform with a second edge. */
function problemsOf(edge: Partial<Edge>, environment: Partial<Environment> = {}) {
  const platform = new SmallPlatform(environment);
  new Service(platform, 'c', { edge: { ...EDGE, ...edge } });
  return checkGraph(platform).map(({ rule, message }) => `${rule}: ${message}`);
}

describe('an edge is refused with the host', () => {
  test.each([
    ['https://shop.test', 'give the name alone, without a scheme'],
    ['shop.test:443', 'give the name alone, without a port'],
    ['shop.test:', 'give the name alone, without a port'],
    ['shop.test/v1', 'give the name alone, without a path'],
    ['istio-system/shop.test', 'give the name alone, without a path'],
    ['*.*.test', 'a wildcard stands for whole labels at the start'],
    ['shop.*.test', 'a wildcard stands for whole labels at the start'],
    ['shop*.test', 'a wildcard stands for whole labels at the start'],
    ['*shop.test', 'a wildcard stands for whole labels at the start'],
    ['Shop.test', 'use lower case'],
    ['shop.test.', 'leave out the dot at the end'],
    ['127.0.0.1', 'an address is no host name'],
    ['::1', 'an address is no host name'],
    ['[::1]', 'an address is no host name'],
    ['shop', 'give a name with a dot'],
    ['localhost', 'give a name with a dot'],
    ['', 'give a name with a dot'],
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
    ['small.test', "which 'web' has too"],
  ])('%j', (host, change) => {
    const problems = problemsOf({ hosts: [host] });
    if (change === undefined) return expect(problems).toEqual([]);
    expect(problems).toEqual([expect.stringMatching(/^edge\/hosts: the edge has the host '/)]);
    return expect(problems[0]).toContain(change);
  });

  test('which it has twice', () => {
    expect(problemsOf({ hosts: ['a.test', 'a.test'] })).toEqual([
      "edge/hosts: the edge has the host 'a.test' twice: remove one",
    ]);
  });

  test('except localhost without Istio', () => {
    expect(problemsOf({ hosts: ['localhost'] }, { hasIstio: false, layer: 'app' })).toEqual([]);
  });
});

describe('a route is refused with the path', () => {
  test.each([
    ['x', 'begin it with /'],
    ['', 'begin it with /'],
    ['/x/', 'it has an empty segment'],
    ['//x', 'it has an empty segment'],
    ['/x/../y', 'proxies resolve the segments . and ..'],
    ['/./x', 'proxies resolve the segments . and ..'],
    ['/a/{id}.json', "a parameter is a whole segment, as in {id}; Istio takes no '{id}.json'"],
    ['/a/v{id}', "Istio takes no 'v{id}'"],
    ['/a/{id}{more}', "Istio takes no '{id}{more}'"],
    ['/a/{id', "Istio takes no '{id'"],
    ['/a/id}', "Istio takes no 'id}'"],
    ['/a/{}', "Istio takes no '{}'"],
    ['/a/{*}', "Istio takes no '{*}'"],
    ['/a/{**}', "Istio takes no '{**}'"],
    ['/a/{a-b}', "Istio takes no '{a-b}'"],
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
  ])('%j', (path, change) => {
    const problems = problemsOf({ routes: [KEYS, { method: 'GET', path, access: 'token' }] });
    if (change === undefined) return expect(problems).toEqual([]);
    expect(problems).toEqual([expect.stringContaining(`edge/routes: a route has the path '${path}': `)]);
    return expect(problems[0]).toContain(change);
  });
});

test.each(['*', 'adm*', '*in', '', ' admin', 'admin clerk', 'admin,clerk', 'a"b'])(
  'a route is refused that asks for the role %j',
  (role) => {
    const problems = problemsOf({ routes: [KEYS, { method: 'GET', path: '/x', access: { role } }] });
    expect(problems).toEqual([expect.stringContaining(`edge/role: GET /x asks for the role '${role}': `)]);
  },
);

test.each([
  [{ issuer: '*' }, "token.issuer is '*'"],
  [{ issuer: '' }, "token.issuer is ''"],
  [{ audience: 'a b' }, "token.audience is 'a b'"],
])('tokens are refused with %j', (token, message) => {
  const problems = problemsOf({ token: { ...EDGE.token, ...token } });
  expect(problems).toEqual([expect.stringContaining(`edge/token: ${message}`)]);
});

test('keys of tokens are refused behind a parameter', () => {
  const problems = problemsOf({
    token: { ...EDGE.token, jwksPath: '/{keys}' },
    routes: [{ ...KEYS, path: '/{keys}' }],
  });
  expect(problems).toEqual([expect.stringContaining("edge/token: token.jwksPath is '/{keys}'")]);
});
