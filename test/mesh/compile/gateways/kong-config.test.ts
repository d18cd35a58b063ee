import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import { kongConfig } from '../../../../mesh/compile/gateways/kong/kong-config.ts';
import type { KongConfig, KongRoute } from '../../../../mesh/compile/gateways/kong/kong-entities.ts';
import { YamlWriter } from '../../../../mesh/render/yaml.ts';
import { propertyRuns } from '../../../property-runs.ts';
import { routeSet, routesOnPath, servedBy } from '../edge-requests.ts';
import { edgeOf, RATE_LIMIT, smallEdge } from './edge-of.ts';
import { kongValidator } from './kong-schema.ts';

const options = { rateLimit: RATE_LIMIT };

test('compiles an edge to a declarative configuration of Kong', () => {
  expect(new YamlWriter().stringify([kongConfig(smallEdge(), options)])).toMatchSnapshot();
});

interface KongRequest {
  readonly method: string;
  readonly path: string;
}

/** Returns the route that Kong's expressions router selects. */
function selectedRoute(config: KongConfig, request: KongRequest): KongRoute | undefined {
  const routes = [...config.services.flatMap((service) => service.routes), ...config.routes];
  const matching = routes.filter(({ expression }) =>
    expression.split(' && ').every((one) => holds(one, request)),
  );
  const [first, second] = matching.toSorted((a, b) => b.priority - a.priority);
  if (first && second && first.priority === second.priority) {
    throw new Error(
      `${first.name} and ${second.name} match ${request.method} ${request.path} with one priority`,
    );
  }
  return first;
}

function holds(condition: string, request: KongRequest): boolean {
  if (condition.startsWith('(')) {
    return condition
      .slice(1, -1)
      .split(' || ')
      .some((one) => holds(one, request));
  }
  const [, field, operator, operand = ''] = /^http\.(path|method) (==|~|\^=) "(.*)"$/.exec(condition) ?? [];
  const value = field === 'path' ? request.path : request.method;
  if (operator === '~') return new RegExp(operand).test(value);
  if (operator === '^=') return value.startsWith(operand);
  return value === operand;
}

const method = fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'OPTIONS', 'PATCH');
const segment = fc.constantFrom('a', 'b', 'keys.json', 'keysxjson', 'c', 'A');
const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => `/${segments.join('/')}`);

test('Kong selects the route that the precedence of the edge selects', () => {
  fc.assert(
    fc.property(routeSet, fc.array(fc.record({ method, path }), { maxLength: 20 }), (routes, requests) => {
      const config = kongConfig(edgeOf(routes), options);
      for (const request of requests) {
        const name = selectedRoute(config, request)?.name;
        const route = servedBy(routes, request);
        const isPath = routesOnPath(routes, request.path).length > 0;
        if (route) expect(name).toBe(`shop.${route.handler}`);
        else if (!isPath) expect(name).toBe('not-found');
        else expect(name).toMatch(request.method === 'OPTIONS' ? /^options\./ : /^method-not-allowed\./);
      }
    }),
    { numRuns: propertyRuns(200) },
  );
});

test('all entities have unique names', () => {
  const { services, routes } = kongConfig(smallEdge(), options);
  const names = [...services.flatMap((service) => [service.name, ...service.routes.map(({ name }) => name)])];
  names.push(...routes.map(({ name }) => name));
  expect(new Set(names).size).toBe(names.length);
});

test('a request that is not repeatable is not sent twice', () => {
  const { services } = kongConfig(smallEdge(), options);
  const retriesOf = (route: string) =>
    services.find(({ routes }) => routes.some(({ name }) => name === route))?.retries;
  expect(retriesOf('shop.getStock')).toBe(2);
  expect(retriesOf('shop.setStock')).toBe(0);
});

test('streams are not buffered and have no limit of size', () => {
  const body = { mediaTypes: ['application/x-ndjson'], maxBytes: 'unlimited' } as const;
  const route = {
    method: 'POST',
    path: '/a',
    handler: 'handle',
    access: 'public',
    body,
    stream: 'ndjson',
  } as const;
  const [service] = kongConfig(edgeOf([route]), options).services;
  expect(service).toMatchObject({ name: 'shop-once-stream', read_timeout: 3_600_000, retries: 2 });
  expect(service?.routes).toEqual([
    expect.objectContaining({ request_buffering: false, response_buffering: false }),
  ]);
  expect(service?.routes[0]?.plugins).toBeUndefined();
});

test('every configuration has only fields and types of the schema that Kong publishes', () => {
  const validate = kongValidator();
  fc.assert(
    fc.property(routeSet, (routes) => {
      // Tests the file as Kong reads it.
      const text = new YamlWriter().stringify([kongConfig(edgeOf(routes), options)]);
      validate(parse(text));
      expect(validate.errors ?? []).toEqual([]);
    }),
    { numRuns: propertyRuns(50) },
  );
  expect(validate({ _format_version: '3.0', services: [{ name: 'a', timeout: 1 }] })).toBe(false);
});
