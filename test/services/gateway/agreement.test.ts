import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { grant } from '../../../services/gateway/agreement.ts';
import { defineRoute } from '../../../services/gateway/http/define-route.ts';

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

test('the rule of each route is the one of the graph', () => {
  const orders = route('/v1/orders', true);
  expect(grant([orders], [{ method: 'GET', path: '/v1/orders', access: { role: 'admin' } }])).toEqual([
    { route: orders, access: { role: 'admin' } },
  ]);
});

test('all disagreements are said at once', () => {
  const routes = [route('/a'), route('/b'), route('/c', true)];
  const edge = [
    { method: 'GET', path: '/a', access: 'public' },
    { method: 'POST', path: '/a', access: 'public' },
    { method: 'GET', path: '/c', access: 'public' },
  ] as const;
  expect(() => grant(routes, edge)).toThrow(
    /POST \/a is in the graph but[\s\S]*GET \/b is not in the graph[\s\S]*GET \/c needs to know who asks/,
  );
});
