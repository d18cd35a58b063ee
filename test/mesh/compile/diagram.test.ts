import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { DiagramEdge, DiagramGraph } from '../../../mesh/compile/diagram/diagram-graph.ts';
import { layers } from '../../../mesh/compile/diagram/layers.ts';
import { mermaid } from '../../../mesh/compile/diagram/mermaid.ts';
import { svg } from '../../../mesh/compile/diagram/svg.ts';
import { smallPlatform } from './small-platform.ts';

test('renders the graph as a Mermaid flowchart', () => {
  expect(mermaid(smallPlatform().platform)).toMatchSnapshot();
});

test('renders the graph as a standalone SVG with every name', () => {
  const picture = svg(smallPlatform().platform);
  for (const name of ['shop', 'stock', 'audit', 'changes']) expect(picture).toContain(`>${name}</text>`);
  expect(picture).not.toMatch(/href|url\((?!#)|@import/);
});

const graph = fc.integer({ min: 1, max: 12 }).chain((size) =>
  fc
    .uniqueArray(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 30, selector: String })
    .map((pairs): DiagramGraph => {
      const nodes = Array.from(
        { length: size },
        (_, n) => ({ id: `n${n}`, kind: 'service', label: '' }) as const,
      );
      const edge = ([from, to]: readonly [number, number]): DiagramEdge => ({
        from: `n${from}`,
        to: `n${to}`,
        kind: 'call',
      });
      return { nodes, edges: pairs.filter(([from, to]) => from < to).map(edge) };
    }),
);

test('lays out every edge of an acyclic graph to the right, one column at a time', () => {
  fc.assert(
    fc.property(graph, (diagram) => {
      const { columns, routes } = layers(diagram);
      const column = new Map(columns.flatMap((ids, index) => ids.map((id) => [id, index] as const)));
      expect(diagram.nodes.every(({ id }) => column.has(id))).toBe(true);
      for (const route of routes.values()) {
        const passed = route.map((id) => column.get(id) ?? -1);
        expect(passed).toEqual(passed.map((_, step) => (passed[0] ?? 0) + step));
      }
    }),
  );
});

test('renders a graph with a cycle', () => {
  const edges = [
    { from: 'a', to: 'b', kind: 'call' },
    { from: 'b', to: 'a', kind: 'call' },
  ] as const;
  const nodes = ['a', 'b'].map((id) => ({ id, kind: 'service', label: id }) as const);
  expect(layers({ nodes, edges }).columns.flat().sort()).toEqual(['a', 'b']);
});
