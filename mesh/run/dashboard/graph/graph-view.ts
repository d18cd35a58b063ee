import type { DeclaredCall, DeclaredGraph } from '../../../policy/declared-graph.ts';
import type { CallMark, CallView, GraphView, ServiceView } from '../api/views.ts';
import { declaredId } from './call-index.ts';
import { WINDOW_SECONDS } from './call-traffic.ts';
import type { ObservedCall, ObservedGraph } from './observed-graph.ts';

/** Share of retries in the requests of the window above which a call is marked: Envoy's default retry budget. */
export const MAX_RETRY_PERCENT = 20;
/** Retries below which a call is not marked, because a share of few requests says little. */
const MIN_RETRIES = 5;

/** Compares the declared graph with the observed traffic. @param now in milliseconds since the epoch */
export function graphView(declared: DeclaredGraph, observed: ObservedGraph, now: number): GraphView {
  const declaredIds = new Set(declared.calls.map(declaredId));
  const undeclared = [...observed.calls.values()].filter(({ id }) => !declaredIds.has(id));
  return {
    services: services(declared, observed, undeclared),
    calls: [
      ...declared.calls.map((call) => callView(call, observed.calls.get(declaredId(call)), now)),
      ...undeclared.map((call) => callView(undefined, call, now)),
    ],
    topics: declared.topics,
    windowSeconds: WINDOW_SECONDS,
    time: now,
  };
}

function services(
  declared: DeclaredGraph,
  observed: ObservedGraph,
  undeclared: readonly ObservedCall[],
): readonly ServiceView[] {
  const names = new Set(declared.services.map(({ name }) => name));
  const others = new Set([
    ...observed.services,
    ...undeclared.flatMap(({ caller, callee }) => [caller, callee]),
  ]);
  return [
    ...declared.services.map(({ name, versions, hasStore, isEdge }) => ({
      name,
      declared: true,
      versions,
      hasStore,
      isEdge,
    })),
    ...[...others]
      .filter((name) => !names.has(name))
      .sort()
      .map((name) => ({ name, declared: false, versions: [], hasStore: false, isEdge: false })),
  ];
}

function callView(
  declared: DeclaredCall | undefined,
  observed: ObservedCall | undefined,
  now: number,
): CallView {
  const total = observed?.traffic.total() ?? { requests: 0, errors: 0, retries: 0 };
  const recent = observed?.traffic.recent(now);
  const requests = recent?.requests ?? 0;
  return {
    id: declared ? declaredId(declared) : (observed?.id ?? ''),
    caller: declared?.caller ?? observed?.caller ?? '',
    callee: declared?.callee ?? observed?.callee ?? '',
    name: declared?.name ?? null,
    methods: declared?.methods ?? [...(observed?.traffic.methods ?? [])].sort(),
    declared: declared !== undefined,
    observed: total.requests > 0,
    layer: declared?.layer ?? null,
    policy: declared?.policy ?? null,
    ...total,
    p50Ms: round(recent?.latency.percentile(0.5) ?? null),
    p99Ms: round(recent?.latency.percentile(0.99) ?? null),
    ratePerSecond: requests / WINDOW_SECONDS,
    errorRatio: requests === 0 ? 0 : (recent?.errors ?? 0) / requests,
    recentRetries: recent?.retries ?? 0,
    ejectedEndpoints: observed?.endpoints.ejectedEndpoints(now) ?? [],
    breaker: declared?.policy.breaker ? (observed?.endpoints.breaker ?? 'closed') : null,
    decisions: recent?.decisions ?? [],
    marks: marksOf(declared !== undefined, total.requests, requests, recent?.retries ?? 0),
  };
}

function marksOf(isDeclared: boolean, total: number, requests: number, retries: number): readonly CallMark[] {
  const marks: CallMark[] = [];
  if (!isDeclared) marks.push('undeclared');
  else if (total === 0) marks.push('unused');
  if (retries >= MIN_RETRIES && retries * 100 > requests * MAX_RETRY_PERCENT) marks.push('over-retrying');
  return marks;
}

function round(value: number | null): number | null {
  return value === null ? null : Math.round(value * 100) / 100;
}
