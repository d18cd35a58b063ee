import { expect, test } from '@jest/globals';
import express from 'express';
import fc from 'fast-check';
import { z } from 'zod';
import type { EdgeRoute } from '../../../mesh/policy/edge.ts';
import { comparePrecedence } from '../../../mesh/policy/edge-paths.ts';
import { defineRoute } from '../../../services/gateway/http/define-route.ts';
import { expressPath } from '../../../services/kit/edge/express-path.ts';
import { authorizeRoutes, sortByPrecedence } from '../../../services/gateway/route-authorization.ts';
import { anyRoute, servedBy } from '../../mesh/compile/edge-requests.ts';
import { propertyRuns } from '../../property-runs.ts';

const route = (path: string, needsBearer = false) =>
  defineRoute({
    method: 'GET',
    path,
    tag: 'Test',
    summary: 'Test',
    needsBearer,
    answer: { status: 200, kind: 'json', description: '', schema: z.null() },
    handle: () => ({ body: null }),
  });

test('authorizes each route by the rule of the graph', () => {
  const orders = route('/v1/orders', true);
  expect(
    authorizeRoutes([orders], [{ method: 'GET', path: '/v1/orders', access: { role: 'admin' } }]),
  ).toEqual([{ route: orders, access: { role: 'admin' } }]);
});

test('reports all differences from the graph at once', () => {
  const routes = [route('/a'), route('/b'), route('/c', true)];
  const edge = [
    { method: 'GET', path: '/a', access: 'public' },
    { method: 'POST', path: '/a', access: 'public' },
    { method: 'GET', path: '/c', access: 'public' },
  ] as const;
  expect(() => authorizeRoutes(routes, edge)).toThrow(
    /POST \/a is in the graph but[\s\S]*GET \/b is not in the graph[\s\S]*GET \/c needs the identity of the client/,
  );
});

test('Express and the mesh serve a request by the same route', () => {
  const routes = fc.uniqueArray(
    anyRoute.map((one) => ({ ...one, method: 'GET' }) as EdgeRoute),
    { minLength: 1, maxLength: 8, selector: ({ path }) => path.replaceAll(/p\d/g, '') },
  );
  const segments = fc.array(fc.constantFrom('a', 'b', 'c', 'A', ''), { minLength: 1, maxLength: 4 });
  const paths = fc.array(
    segments.map((all) => `/${all.join('/')}`),
    { minLength: 20, maxLength: 40 },
  );
  fc.assert(
    fc.property(routes, paths, (edge, requested) => {
      const granted = authorizeRoutes(
        edge.map(({ path }) => route(path)),
        edge,
      );
      let served: string | undefined;
      const router = express.Router({ caseSensitive: true, strict: true });
      for (const one of sortByPrecedence(granted, edge.toSorted(comparePrecedence))) {
        router.get(expressPath(one.route.path), () => {
          served = one.route.path;
        });
      }
      for (const url of requested) {
        served = undefined;
        router({ method: 'GET', url } as express.Request, {} as express.Response, () => undefined);
        const path = servedBy(edge, { method: 'GET', path: url })?.path;
        if (served !== path) throw new Error(`${url} is served by ${served} and not by ${path}`);
      }
    }),
    { numRuns: propertyRuns(100) },
  );
});
