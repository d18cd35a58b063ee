import type { Machine } from '../testbed/machine.ts';

/** The layers that runs compare: none, each layer alone, and the mesh and the application together. */
export const CONTRAST_LAYERS = ['none', 'app', 'mesh', 'proxyless', 'both'] as const;
export type ContrastLayer = (typeof CONTRAST_LAYERS)[number];

/** The results of `npm run contrast`, as dist/contrast/report.json holds them. */
export interface ContrastReport {
  /** Creation time, a UTC instant in ISO 8601. */
  readonly createdAt: string;
  readonly where: 'local' | 'kind';
  readonly machine: Machine;
  readonly layers: readonly ContrastLayer[];
  /** Policy fields that each layer does not support; they were removed under it. @default none */
  readonly unsupportedFields?: Readonly<Partial<Record<ContrastLayer, readonly string[]>>>;
  readonly scenarios: readonly ScenarioResult[];
}

/** The measure by which the runs of a scenario are ranked. */
export type Measure = 'success' | 'p99' | 'attempts' | 'goodput' | 'spread' | 'cost';

/** The runs of one scenario, one for each layer. */
export interface ScenarioResult {
  /** `slow-replica` */
  readonly name: string;
  /** `One slow replica of three` */
  readonly title: string;
  /** Describes the fault in one or two sentences. */
  readonly description: string;
  readonly measure: Measure;
  /** Requests per second. */
  readonly requestsPerSecond: number;
  /** Duration of the load, in seconds. */
  readonly durationS: number;
  /** Maximum latency of a useful answer, in milliseconds. */
  readonly maxUsefulLatencyMs: number;
  readonly runs: readonly ScenarioRun[];
  /** The error that synthesis reports for the graph of layer `both`, where the scenario is about retries. */
  readonly synthesisError?: string;
}

/** The results of one scenario under one layer. */
export interface ScenarioRun {
  readonly layer: ContrastLayer;
  /** Number of requests sent. */
  readonly sent: number;
  /** Number of requests answered with a status below 400, regardless of latency. */
  readonly succeeded: number;
  /** Successes within `maxUsefulLatencyMs`, per second. */
  readonly goodputPerSecond: number;
  /** Number of answers by HTTP status; `none` for requests without an answer. */
  readonly statuses: Readonly<Record<string, number>>;
  /**
   * Latency of all requests, including failed ones. Measured from the time when a request was due, which avoids
   * coordinated omission.
   */
  readonly latencyMs: Percentiles;
  /**
   * Mean number of attempts for each request, by the service that received them. Services that were restarted during the
   * run are missing, since their counters were reset.
   */
  readonly attemptsPerRequest: Readonly<Record<string, number>>;
  /** The replicas of the scenario's callee. */
  readonly replicas: readonly CalleeReplica[];
  /** Share of keys that moved to another replica, 0 to 1. Only of the consistent-hash scenario. */
  readonly movedKeyShare?: number;
  /** Decisions of the in-app layer, by kind. Empty where that layer is off. */
  readonly decisions: Readonly<Record<string, number>>;
  readonly application: Cost;
  /** Undefined without proxies. */
  readonly proxy?: Cost;
  /** Outcomes by the second in which requests were due. */
  readonly timeline: readonly RunSecond[];
}

export interface Percentiles {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
}

export interface CalleeReplica {
  readonly name: string;
  /** Number of attempts that it received. */
  readonly attempts: number;
  /** Describes the injected fault, such as `100 ms slow`. @default no fault */
  readonly fault?: string;
}

/** Total resource usage of the application processes or of the proxies. */
export interface Cost {
  /** CPU time for 1,000 requests sent, in milliseconds. */
  readonly cpuMsPer1000Requests: number;
  /** Memory at the end of the run, in MiB. */
  readonly memoryMiB: number;
}

/** The requests that were due in one second of a run. */
export interface RunSecond {
  readonly second: number;
  readonly sent: number;
  readonly succeeded: number;
  /** In milliseconds. Undefined when no request was sent. */
  readonly p99Ms?: number;
}
