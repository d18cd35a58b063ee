import type { CallView, GraphView } from '../../../../../mesh/run/dashboard/api/views.ts';
import { graphView } from '../../../../../mesh/run/dashboard/graph/graph-view.ts';
import { ObservedGraph } from '../../../../../mesh/run/dashboard/graph/observed-graph.ts';
import { parseMetrics } from '../../../../../mesh/run/dashboard/otlp/parse-metrics.ts';
import { parseSpans } from '../../../../../mesh/run/dashboard/otlp/parse-spans.ts';
import { type AttributeValues, NOW, type SpanFields, span } from '../otlp-requests.ts';
import { GRAPH } from '../test-dashboard.ts';

export interface ObservedCalls {
  readonly observed: ObservedGraph;
  /** Adds an OTLP request that arrives at a time. @param time in milliseconds since the epoch, `NOW` by default */
  add(request: object, time?: number): void;
  view(time?: number): GraphView;
  /** Returns a call by its id. */
  call(id: string, time?: number): CallView | undefined;
}

/** Observes the traffic on the graph of the tests from `NOW` on. */
export function observeCalls(): ObservedCalls {
  const observed = new ObservedGraph(GRAPH, NOW);
  const view = (time = NOW) => graphView(GRAPH, observed, time);
  return {
    observed,
    view,
    add: (request, time = NOW) => {
      if ('resourceSpans' in request) observed.addSpans(parseSpans(request).records, time);
      else observed.addPoints(parseMetrics(request).records, time);
    },
    call: (id, time) => view(time).calls.find((call) => call.id === id),
  };
}

/** A span of a client, by default of a declared call of `order` to `payment`. */
export function clientSpan(
  { attributes, ...fields }: SpanFields = {},
  method = 'test.v1.Payment/Pay',
): object {
  return span({ kind: 3, ...fields, attributes: { 'rpc.method': method, ...attributes } });
}

export const PAYMENT_LABELS: AttributeValues = {
  rpc_method: 'test.v1.Payment/Pay',
  weft_callee: 'payment',
  weft_call: 'payments',
};
