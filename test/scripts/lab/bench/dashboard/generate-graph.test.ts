import { expect, test } from '@jest/globals';
import { generateGraph } from '../../../../../scripts/lab/bench/dashboard/generate-graph.ts';

const SIZE = { services: 300, calls: 900 };

test('generates the requested number of services, and of calls between different pairs', () => {
  const { services, calls } = generateGraph(SIZE, 1);
  expect(new Set(services.map(({ name }) => name)).size).toBe(300);
  expect(new Set(calls.map(({ caller, callee }) => `${caller}>${callee}`)).size).toBe(900);
  expect(calls).toHaveLength(900);
});

test('generates the same graph for the same seed, and another one for another seed', () => {
  expect(generateGraph(SIZE, 1)).toEqual(generateGraph(SIZE, 1));
  expect(generateGraph(SIZE, 1)).not.toEqual(generateGraph(SIZE, 2));
});

test('gives each service that is not an edge a caller', () => {
  const { services, calls } = generateGraph(SIZE, 1);
  const callees = new Set(calls.map(({ callee }) => callee));
  for (const { name, isEdge } of services) expect([name, callees.has(name)]).toEqual([name, !isEdge]);
});

test('generates a graph without cycles', () => {
  const { calls } = generateGraph(SIZE, 1);
  // Services are numbered from the edge to the stores.
  for (const { caller, callee } of calls) expect(caller < callee).toBe(true);
});
