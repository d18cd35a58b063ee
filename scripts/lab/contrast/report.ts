/** Who enforces the calls' policies in a run: a layer, nobody, or the mesh and the application at once. */
export const CONTRASTED = ['none', 'app', 'mesh', 'proxyless', 'both'] as const;
export type Contrasted = (typeof CONTRASTED)[number];

/** Everything that `npm run contrast` found: what dist/contrast/report.json holds. */
export interface Report {
  /** When it was made, in ISO 8601. */
  readonly made: string;
  readonly where: 'local' | 'kind';
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryMiB: number;
    readonly node: string;
  };
  readonly layers: readonly Contrasted[];
  /** Fields of the policies that a layer cannot do, and that were left out under it. @default none */
  readonly lost?: Readonly<Partial<Record<Contrasted, readonly string[]>>>;
  readonly scenarios: readonly ScenarioResult[];
}

/** The measure that a scenario is about. */
export type Measure = 'success' | 'p99' | 'attempts' | 'goodput' | 'spread' | 'cost';

/** One thing that goes wrong, under each layer. */
export interface ScenarioResult {
  /** `slow-replica` */
  readonly name: string;
  /** `One slow replica of three` */
  readonly title: string;
  /** What is done to the shop, in one or two sentences. */
  readonly what: string;
  readonly measure: Measure;
  /** Requests a second that arrive, and for how many seconds. */
  readonly rate: number;
  readonly seconds: number;
  /** Milliseconds after which an answer is of no use to whoever asked. */
  readonly usefulMs: number;
  readonly runs: readonly Run[];
  /** Why synthesis refuses the graph of layer `both`, where it does. */
  readonly refusal?: string;
}

export interface Run {
  readonly layer: Contrasted;
  /** Requests that were sent, each when it was due. */
  readonly sent: number;
  /** Requests with an answer below 400, however late. */
  readonly succeeded: number;
  /** Successes within `usefulMs`, a second. */
  readonly goodput: number;
  /** Answers by HTTP status; `none` for requests that got no answer. */
  readonly statuses: Readonly<Record<string, number>>;
  /**
   * Latency of all requests, failed ones too, from when each was due (so that a slow answer does not hide those that
   * waited behind it: no coordinated omission).
   */
  readonly latencyMs: Percentiles;
  /**
   * Tries that arrived at each callee for a request that was sent, by the name of the service. Without those whose
   * processes were restarted meanwhile: what they had counted is gone.
   */
  readonly tries: Readonly<Record<string, number>>;
  /** Replicas of the callee that the scenario is about, and how many tries came to each. */
  readonly hosts: readonly Host[];
  /** Share of the keys that go to another host than before, 0 to 1, in the scenario of the consistent hash. */
  readonly movedKeys?: number;
  /** What the in-app layer decided, by kind. Nothing where it is switched off. */
  readonly decisions: Readonly<Record<string, number>>;
  readonly application: Cost;
  /** Undefined where there is no proxy. */
  readonly proxy?: Cost;
  /** What came of the requests that were due in each second. */
  readonly timeline: readonly Second[];
}

export interface Percentiles {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
}

export interface Host {
  readonly name: string;
  readonly tries: number;
  /** What is wrong with it, as `100 ms slow`. @default nothing */
  readonly trouble?: string;
}

/** Of all processes of one kind together. */
export interface Cost {
  /** Milliseconds of CPU for 1,000 requests that were sent. */
  readonly cpuMsPer1000: number;
  /** Memory at the end of the run, in MiB. */
  readonly memoryMiB: number;
}

export interface Second {
  readonly second: number;
  readonly sent: number;
  readonly succeeded: number;
  /** Milliseconds; undefined when nothing was sent. */
  readonly p99?: number;
}
