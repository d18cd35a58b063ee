import type { CallPolicy } from '../../../policy/call-policy.ts';
import type { Layer } from '../../../policy/layer.ts';

/*
 * The JSON documents of the API of the live page. The server writes them, and the page reads them. Times are in
 * milliseconds since the epoch, and durations in milliseconds, unless a name says otherwise.
 */

/** The declared service graph with the traffic that was observed on it. `GET /api/graph` */
export interface GraphView {
  readonly services: readonly ServiceView[];
  readonly calls: readonly CallView[];
  readonly topics: readonly TopicView[];
  /** Length of the time before `time` that rates, percentiles and marks cover, in seconds. */
  readonly windowSeconds: number;
  readonly time: number;
}

export interface ServiceView {
  readonly name: string;
  /** False if the graph does not declare the service, but telemetry names it. */
  readonly declared: boolean;
  /** Versions with their share of the requests, in percent. One entry for a service without versions. */
  readonly versions: readonly { readonly name: string; readonly weightPercent: number }[];
  readonly hasStore: boolean;
  /** Whether clients outside of the graph call the service over HTTP. */
  readonly isEdge: boolean;
}

export interface TopicView {
  readonly name: string;
  readonly publishers: readonly string[];
  readonly consumers: readonly string[];
}

/**
 * - `undeclared`: the graph has no such call
 * - `unused`: the graph has the call, but no request was observed
 * - `over-retrying`: retries exceed `MAX_RETRY_PERCENT` of the requests in the window
 */
export type CallMark = 'undeclared' | 'unused' | 'over-retrying';

/** A declared call, or the undeclared calls of one service to another. */
export interface CallView {
  /** `CALLER/NAME` for a declared call, `CALLER/CALLEE?` for undeclared ones. Unique in the graph. */
  readonly id: string;
  readonly caller: string;
  readonly callee: string;
  /** Name of the declared call, which is unique among those of its caller. Null if it is not declared. */
  readonly name: string | null;
  /** Declared methods as `weft.order.v1.OrderService/GetOrder`, or observed ones if the call is not declared. */
  readonly methods: readonly string[];
  readonly declared: boolean;
  readonly observed: boolean;
  readonly layer: Layer | null;
  /** Policy as the graph declares it. */
  readonly policy: CallPolicy | null;
  /** Requests, errors and retries since the telemetry in the store began. */
  readonly requests: number;
  readonly errors: number;
  readonly retries: number;
  /** Percentiles of the window; null without a request in it. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  /** Requests per second in the window. */
  readonly ratePerSecond: number;
  /** Failed share of the requests in the window, from 0 to 1. */
  readonly errorRatio: number;
  /** Retries in the window. */
  readonly recentRetries: number;
  /** Endpoints that are ejected now. */
  readonly ejectedEndpoints: readonly string[];
  /** State of the breaker; null if the policy has none. */
  readonly breaker: 'closed' | 'open' | 'half-open' | null;
  /** Decisions of the in-app layer in the window, by kind, detail and policy field. */
  readonly decisions: readonly DecisionView[];
  readonly marks: readonly CallMark[];
}

export interface DecisionView {
  /** Kind of services/kit/client/policy-decision.ts, such as `retried`, `limited`, `deadline` or `ejected`. */
  readonly kind: string;
  readonly detail: string;
  /** Path of the field of the call policy that decided, such as `retries.on`. Empty if none did. */
  readonly field: string;
  readonly count: number;
}

/** A process of the run. `GET /api/processes` */
export interface ProcessView {
  readonly name: string;
  readonly service: string;
  readonly kind: 'service' | 'database' | 'dashboard';
  readonly state: ProcessState;
  readonly pid: number | null;
  readonly restarts: number;
  /** Time since which the process has its state. */
  readonly since: number;
  /** Condition for which the process waits, such as `readiness probe /readyz` or `restart in 1.6 s`; null if for none. */
  readonly waitsFor: string | null;
  /** Last reason for an exit or a failed probe; null if there was none. */
  readonly lastProblem: string | null;
  readonly ports: readonly { readonly name: string; readonly address: string }[];
  /** Whether the process can be started, stopped and restarted from the page. */
  readonly isControllable: boolean;
}

export type ProcessState =
  | 'starting'
  | 'ready'
  | 'unready'
  | 'stopping'
  | 'stopped'
  | 'restarting'
  | 'failed';

/** A line that a process wrote to its output. `GET /api/console?process=&after=&limit=` answers `{ lines }`. */
export interface ConsoleLine {
  /** Increases by one per line of all processes. */
  readonly sequence: number;
  readonly process: string;
  readonly time: number;
  readonly level: string;
  readonly text: string;
}

/** `GET /api/traces?service=&text=&minMs=&error=true&from=&to=&limit=&before=` answers `TraceList`. */
export interface TraceList {
  readonly traces: readonly TraceSummary[];
  /** Value of `before` for the next page; null at the end. */
  readonly next: string | null;
}

export interface TraceSummary {
  readonly traceId: string;
  /** Name of the root span, or of the first span if the root is missing. */
  readonly name: string;
  /** Service of that span. */
  readonly service: string;
  readonly start: number;
  readonly durationMs: number;
  readonly spans: number;
  readonly errors: number;
  /** Services of the spans with their number of spans. */
  readonly services: readonly { readonly name: string; readonly spans: number }[];
}

/** `GET /api/traces/{traceId}` */
export interface TraceView {
  readonly traceId: string;
  /** Ordered as a tree, depth first, siblings by start. */
  readonly spans: readonly SpanView[];
  /** Number of spans of the trace that are not in `spans`, because it has too many. */
  readonly omitted: number;
  readonly logs: readonly LogView[];
  /** Differences between clocks that were corrected, by service; spans would otherwise start before their parent. */
  readonly clockShifts: readonly { readonly service: string; readonly shiftMs: number }[];
}

export interface SpanView {
  readonly spanId: string;
  readonly parentId: string | null;
  /** 0 for roots, and for spans whose parent is missing. */
  readonly depth: number;
  readonly name: string;
  readonly service: string;
  readonly kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  /** Relative to the start of the trace. */
  readonly startMs: number;
  readonly durationMs: number;
  readonly isError: boolean;
  readonly statusMessage: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly events: readonly SpanEventView[];
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  /** Declared call of a client span; null for other spans and for undeclared calls. */
  readonly callId: string | null;
}

export interface SpanEventView {
  readonly name: string;
  /** Relative to the start of the trace. */
  readonly atMs: number;
  readonly attributes: Readonly<Record<string, string>>;
  /** Set if the event is a decision of the in-app layer (`weft.call.KIND`). */
  readonly decision: {
    readonly kind: string;
    readonly field: string;
    readonly detail: string;
    readonly attempt: number | null;
    readonly endpoint: string | null;
  } | null;
}

/** `GET /api/logs?service=&level=&text=&traceId=&from=&to=&limit=&before=` answers `LogList`, newest first. */
export interface LogList {
  readonly logs: readonly LogView[];
  readonly next: string | null;
}

export interface LogView {
  readonly id: string;
  readonly time: number;
  readonly service: string;
  readonly instance: string;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly traceId: string | null;
  readonly spanId: string | null;
}

/** `GET /api/metrics` answers `{ metrics }`. */
export interface MetricInfo {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly unit: string;
  readonly help: string;
  readonly services: readonly string[];
}

/**
 * `GET /api/metrics/{name}?service=&from=&to=&points=`. Counters are rates per second; histograms are their p50 and p99,
 * with the label `quantile`, and the rate of their values, with the label `rate`.
 */
export interface MetricSeriesView {
  readonly metric: MetricInfo;
  readonly times: readonly number[];
  readonly series: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly values: readonly (number | null)[];
  }[];
  /** Number of series that are not in `series`, because no chart can show as many. */
  readonly omitted: number;
  /** Sampled requests during which a value of a latency histogram was observed, the slowest ones. */
  readonly exemplars: readonly { readonly time: number; readonly value: number; readonly traceId: string }[];
}

/** `GET /api/info` */
export interface InfoView {
  /** Name of the run, such as `npm start` or the name of an imported file. */
  readonly source: string;
  /** False if an exported file is shown, which has no processes. */
  readonly isLive: boolean;
  readonly startedAt: number;
  readonly store: StoreView;
  /** Trace that an exported file is about; null if none. */
  readonly focusTraceId: string | null;
}

export interface StoreView {
  readonly spans: number;
  readonly logs: number;
  readonly metricPoints: number;
  readonly sizeMiB: number;
  readonly maxSizeMiB: number;
  /** Records that were not stored, by reason; the page shows them as a warning. */
  readonly dropped: Readonly<Record<string, number>>;
}

/** Events of `GET /api/live` (server-sent events), by name. */
export interface LiveEvents {
  readonly graph: GraphView;
  readonly processes: { readonly processes: readonly ProcessView[] };
  readonly console: { readonly lines: readonly ConsoleLine[] };
  readonly store: StoreView;
}

/** `POST /api/import` with an exported file as its body answers this, and `GET /api/export?traceId=` writes such files. */
export interface ImportView {
  readonly spans: number;
  readonly logs: number;
  readonly metricPoints: number;
  readonly focusTraceId: string | null;
}

/** Body of failed requests: RFC 9457, application/problem+json. */
export interface ProblemView {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
}
