import { describe, expect, test } from '@jest/globals';
import { groupCalls } from '../../../../../mesh/run/dashboard/browser/graph/call-groups.ts';
import { dagreLayout } from '../../../../../mesh/run/dashboard/browser/graph/dagre-layout.ts';
import {
  drawingParts,
  partsKey,
  topicNodeId,
} from '../../../../../mesh/run/dashboard/browser/graph/drawing.ts';
import { layOut } from '../../../../../mesh/run/dashboard/browser/graph/lay-out.ts';
import { tierLayout } from '../../../../../mesh/run/dashboard/browser/graph/tier-layout.ts';
import { sampleCall, sampleGraph } from './sample-views.ts';

const callOf = (caller: string, callee: string) =>
  sampleCall({ id: `${caller}/${callee}`, name: callee, caller, callee });
const topics = [{ name: 'orders', publishers: ['order'], consumers: ['mail'] }];
const graph = sampleGraph(
  [callOf('gateway', 'order'), callOf('order', 'product'), callOf('gateway', 'product')],
  topics,
);
const parts = drawingParts(graph, groupCalls(graph), 'LR');

test('draws services, topics, calls and events', () => {
  expect(parts.nodes.map(({ id }) => id)).toEqual([
    'gateway',
    'order',
    'product',
    'mail',
    topicNodeId('orders'),
  ]);
  expect(parts.edges).toHaveLength(5);
});

test('calls of a service to itself have no edge', () => {
  const self = sampleGraph([callOf('a', 'a')]);
  expect(drawingParts(self, groupCalls(self), 'LR').edges).toEqual([]);
});

test('the layout does not change with the numbers of calls', () => {
  const busy = { ...graph, calls: graph.calls.map((call) => ({ ...call, ratePerSecond: 99 })) };
  expect(partsKey(drawingParts(busy, groupCalls(busy), 'LR'))).toBe(partsKey(parts));
});

describe.each([
  ['dagre', dagreLayout],
  ['tiers', tierLayout],
] as const)('the layout by %s', (_, create) => {
  test.each(['LR', 'TB'] as const)(
    'places callees after their callers, without overlaps (%s)',
    (direction) => {
      const { nodes, edges, width, height } = create(parts, direction);
      const axis = direction === 'LR' ? 'x' : 'y';
      const at = (id: string) => nodes.get(id) ?? { x: Number.NaN, y: Number.NaN };
      for (const { id, from, to } of parts.edges) {
        expect(at(from)[axis]).toBeLessThan(at(to)[axis]);
        expect(edges.get(id)?.path).toMatch(/^M[\d.,]+[LC]/);
      }
      for (const a of parts.nodes) {
        expect(at(a.id).x + a.width / 2).toBeLessThanOrEqual(width);
        expect(at(a.id).y + a.height / 2).toBeLessThanOrEqual(height);
        for (const b of parts.nodes) {
          if (a === b) continue;
          const isApartX = Math.abs(at(a.id).x - at(b.id).x) >= (a.width + b.width) / 2;
          const isApartY = Math.abs(at(a.id).y - at(b.id).y) >= (a.height + b.height) / 2;
          expect(isApartX || isApartY).toBe(true);
        }
      }
    },
  );

  test('places services that call each other in a circle', () => {
    const circle = sampleGraph([callOf('a', 'b'), callOf('b', 'c'), callOf('c', 'a')]);
    const { nodes, edges } = create(drawingParts(circle, groupCalls(circle), 'LR'), 'LR');
    expect(nodes.size).toBe(3);
    expect(edges.size).toBe(3);
  });
});

test('places 300 services with 900 calls in less than the 10 s of dagre', () => {
  const calls = Array.from({ length: 900 }, (_, index) => {
    const caller = (index * 7) % 290;
    return callOf(`s${caller}`, `s${caller + 1 + ((index * 13) % 9)}`);
  });
  const large = sampleGraph(calls);
  const start = performance.now();
  const layout = layOut(drawingParts(large, groupCalls(large), 'LR'), 'LR');
  expect(layout.nodes.size).toBe(large.services.length);
  expect(performance.now() - start).toBeLessThan(5_000);
});
