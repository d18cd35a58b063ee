import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import type { EdgeRoute } from '../../../mesh/policy/edge.ts';
import { allowedMethods } from '../../../mesh/policy/edge-paths.ts';
import { bindRoutes } from '../../../services/gateway/bind-routes.ts';
import { defineOperation } from '../../../services/gateway/http/define-operation.ts';
import { RouteTable, routeOf } from '../../../services/kit/edge/route-table.ts';
import { routeSet, routesOnPath, servedBy } from '../../mesh/compile/edge-requests.ts';
import { propertyRuns } from '../../property-runs.ts';

const operation = (needsBearer = false) =>
  defineOperation({
    tag: 'Test',
    summary: 'Test',
    needsBearer,
    answer: { status: 200, kind: 'json', description: '', schema: z.null() },
    handle: () => ({ body: null }),
  });

const route = (more: Partial<EdgeRoute> = {}): EdgeRoute => ({
  method: 'GET',
  path: '/a',
  handler: 'getA',
  access: 'public',
  ...more,
});

test('binds each operation to the route of the graph with its name', () => {
  const getA = operation();
  const rule = route({ access: { role: 'admin' } });
  expect(bindRoutes({ getA }, [rule])).toEqual([{ rule, operation: getA }]);
});

test('reports all differences from the graph at once', () => {
  const operations = { getA: operation(), getB: operation(), getC: operation(true), getD: operation() };
  const edge = [
    route(),
    route({ method: 'POST', handler: 'constructor' }),
    route({ path: '/c', handler: 'getC' }),
    route({
      path: '/d/{id}',
      handler: 'getD',
      body: { mediaTypes: ['application/json'], maxBytes: 1 },
      stream: 'ndjson',
    }),
  ];
  expect(() => bindRoutes(operations, edge)).toThrow(
    [
      'the gateway and the service graph disagree:',
      "POST /a has the handler 'constructor', which the gateway does not have; remove the route, or write the operation",
      "the graph has no route with the handler 'getB'; add one to the edge's routes",
      "GET /c needs the identity of the client but is public in the graph; set access 'token' or 'owner'",
      'GET /d/{id} has the parameters id in the graph and none in the gateway',
      'GET /d/{id} has a body of kind json in the graph and none in the gateway',
      'GET /d/{id} has the stream ndjson in the graph and answers with json in the gateway',
    ].join('\n  '),
  );
});

test('the gateway and the mesh serve a request by the same route', () => {
  const segments = fc.array(fc.constantFrom('a', 'b', 'c', 'A', ''), { minLength: 1, maxLength: 4 });
  const requests = fc.array(
    fc.record({
      method: fc.constantFrom('GET', 'POST', 'HEAD', 'PUT'),
      path: segments.map((all) => `/${all.join('/')}`),
    }),
    { minLength: 20, maxLength: 40 },
  );
  fc.assert(
    fc.property(routeSet, requests, (edge, requested) => {
      const table = new RouteTable(edge.map((rule) => ({ rule })));
      for (const { method, path } of requested) {
        const match = table.find(path);
        const served = match && (routeOf(match.entry, method)?.rule ?? match.entry.allow);
        const onPath = routesOnPath(edge, path);
        const expected =
          onPath.length === 0 ? undefined : (servedBy(edge, { method, path }) ?? allowedMethods(onPath));
        if (served !== expected)
          throw new Error(`${method} ${path} is served by ${served} and not by ${expected}`);
      }
    }),
    { numRuns: propertyRuns(100) },
  );
});

test('the table of routes finds the values of parameters, also after a literal that leads nowhere', () => {
  const paths = ['/a/{x}', '/a/b/c', '/{y}/b/d', '/'];
  const table = new RouteTable(paths.map((path) => ({ rule: route({ path }) })));
  const find = (path: string) => {
    const match = table.find(path);
    return match && [routeOf(match.entry, 'GET')?.rule.path, ...match.values];
  };
  expect(find('/a/b')).toEqual(['/a/{x}', 'b']);
  expect(find('/a/b/d')).toEqual(['/{y}/b/d', 'a']);
  expect(find('/a/b/c')).toEqual(['/a/b/c']);
  expect(find('/')).toEqual(['/']);
  for (const path of ['/a/', '/a', '/a/b/c/', '//', '/a/b/e']) expect(find(path)).toBeUndefined();
});
