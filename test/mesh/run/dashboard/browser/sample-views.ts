import type { CallView, GraphView, SpanView } from '../../../../../mesh/run/dashboard/api/views.ts';

/** Returns a healthy call with some changes. */
export function sampleCall(changes: Partial<CallView> = {}): CallView {
  return {
    id: 'order/product',
    caller: 'order',
    callee: 'product',
    name: 'product',
    methods: ['weft.product.v1.ProductService/Reserve'],
    declared: true,
    observed: true,
    layer: 'app',
    policy: { timeout: '1s' },
    requests: 600,
    errors: 0,
    retries: 0,
    p50Ms: 2,
    p99Ms: 20,
    ratePerSecond: 10,
    errorRatio: 0,
    recentRetries: 0,
    ejectedEndpoints: [],
    breaker: null,
    decisions: [],
    marks: [],
    ...changes,
  };
}

/** Returns a graph of the services that its calls name. */
export function sampleGraph(calls: readonly CallView[], topics: GraphView['topics'] = []): GraphView {
  const names = new Set([
    ...calls.flatMap(({ caller, callee }) => [caller, callee]),
    ...topics.flatMap(({ publishers, consumers }) => [...publishers, ...consumers]),
  ]);
  const services = [...names].map((name) => ({
    name,
    declared: true,
    versions: [{ name: 'v1', weightPercent: 100 }],
    hasStore: false,
    isEdge: false,
  }));
  return { services, calls, topics, windowSeconds: 60, time: 0 };
}

/** Returns a span of a trace with some changes. */
export function sampleSpan(spanId: string, depth: number, changes: Partial<SpanView> = {}): SpanView {
  return {
    spanId,
    parentId: null,
    depth,
    name: spanId,
    service: 'order',
    kind: 'internal',
    startMs: 0,
    durationMs: 1,
    isError: false,
    statusMessage: '',
    attributes: {},
    events: [],
    links: [],
    callId: null,
    ...changes,
  };
}
