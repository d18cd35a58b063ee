import { beforeAll, expect, test } from '@jest/globals';
import { CallIndex } from '../../../../../mesh/run/dashboard/graph/call-index.ts';
import { generateGraph } from '../../../../../scripts/lab/bench/dashboard/generate-graph.ts';
import {
  type GeneratedTrace,
  TraceGenerator,
} from '../../../../../scripts/lab/bench/dashboard/trace-generator.ts';
import { SeededRandom } from '../../../../../scripts/lab/chaos/seeded-random.ts';

const graph = generateGraph({ services: 300, calls: 900 }, 1);
let traces: readonly GeneratedTrace[];
beforeAll(() => {
  const generator = new TraceGenerator(graph, new SeededRandom(1, 1));
  traces = Array.from({ length: 1_000 }, () => generator.next());
});

test('nests each span within its parent, below one root', () => {
  const outside = traces.flatMap(({ spans, durationUs }) => {
    const byId = new Map(spans.map((span) => [span.spanId, span]));
    return spans.filter(({ parentSpanId, start, end }) => {
      const parent = parentSpanId === undefined ? { start: 0, end: durationUs } : byId.get(parentSpanId);
      return !parent || start < parent.start || end > parent.end;
    });
  });
  expect(outside).toEqual([]);
  const roots = traces.map(({ spans }) => spans.filter(({ parentSpanId }) => parentSpanId === undefined));
  expect(roots.filter(({ length }) => length !== 1)).toEqual([]);
});

test('names the declared call in each client span of a call', () => {
  const index = new CallIndex(graph);
  const undeclared = traces
    .flatMap(({ spans }) => spans)
    .filter(({ attributes }) => attributes['weft.call'] !== undefined)
    .filter(({ service, attributes }) => {
      const key = index.find({
        caller: service,
        callee: String(attributes['weft.callee']),
        method: String(attributes['rpc.method']),
        name: String(attributes['weft.call']),
      });
      return !key?.isDeclared;
    });
  expect(undeclared).toEqual([]);
});

test('has traffic on nearly all calls, failures, retries and large traces', () => {
  const spans = traces.flatMap((trace) => trace.spans);
  const calls = new Set(spans.map(({ service, attributes }) => `${service}/${attributes['weft.call']}`));
  expect(calls.size).toBeGreaterThan(0.95 * graph.calls.length);
  expect(spans.some(({ hasFailed }) => hasFailed)).toBe(true);
  expect(spans.some(({ events }) => events.some(({ name }) => name === 'weft.call.retried'))).toBe(true);
  expect(Math.max(...traces.map((trace) => trace.spans.length))).toBeGreaterThan(300);
});

test('generates the same traces for the same seed', () => {
  const generator = new TraceGenerator(graph, new SeededRandom(1, 1));
  expect(generator.next()).toEqual(traces[0]);
});
