import { expect, test } from '@jest/globals';
import { declaredGraph } from '../../../../mesh/compile/graph/declared-graph.ts';
import { smallPlatform } from '../small-platform.ts';

test('the declared graph is plain data with the services, calls and topics of a platform', () => {
  const { platform } = smallPlatform({ policy: { timeout: '2s', retries: { max: 1, on: ['unavailable'] } } });
  const graph = declaredGraph(platform);
  expect(JSON.parse(JSON.stringify(graph))).toEqual(graph);
  const versions = [{ name: 'v1', weightPercent: 100 }];
  expect(graph).toMatchObject({
    services: expect.arrayContaining([
      { name: 'stock', serves: 'test.v1.Stock', isEdge: false, hasStore: true, versions },
      { name: 'shop', isEdge: true, hasStore: false, versions },
    ]),
    calls: [
      {
        caller: 'shop',
        callee: 'stock',
        name: expect.any(String),
        methods: expect.arrayContaining(['test.v1.Stock/Count']),
        layer: 'mesh',
        policy: { timeout: '2s', retries: { max: 1 } },
      },
    ],
    topics: [{ name: 'changes', publishers: ['stock'], consumers: ['audit'] }],
  });
});
