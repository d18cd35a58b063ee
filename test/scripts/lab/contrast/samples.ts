import type { ContrastLayer, ScenarioResult } from '../../../../scripts/lab/contrast/report.ts';

/** The values of a synthetic run. */
export interface SampleRun {
  /** Success rate in the seconds of `during`, 0 to 1. */
  readonly success: number;
  /** p50, p90, p99 and p99.9, in milliseconds. */
  readonly latency: readonly [p50: number, p90: number, p99: number, p999: number];
  readonly tries: Readonly<Record<string, number>>;
  /** Attempts per request at each replica; the first one has the fault. */
  readonly shares?: readonly number[];
  readonly moved?: number;
  /** Share of the successes that are useful. @default 1 */
  readonly useful?: number;
  /** Seconds in which the fault is present. @default all */
  readonly during?: readonly [from: number, to: number];
  /** CPU of the application for 1,000 requests, in milliseconds. @default that of its layer */
  readonly cpu?: number;
}

export interface Sample extends Omit<ScenarioResult, 'runs' | 'synthesisError'> {
  readonly runs: Readonly<Record<ContrastLayer, SampleRun>>;
  /** Describes the fault of the first replica. */
  readonly fault?: string;
  readonly synthesisError?: string;
}

const ONE_TRY = { product: 1 };
const EVEN_SHARES = [0.334, 0.333, 0.333] as const;
const DEFAULT_LOAD = { requestsPerSecond: 200, durationS: 30, maxUsefulLatencyMs: 250 } as const;

export const SAMPLES: readonly Sample[] = [
  {
    name: 'calm',
    title: 'No faults',
    description: 'Clients list and read products. The run shows the baseline cost of each layer.',
    measure: 'cost',
    ...DEFAULT_LOAD,
    runs: {
      none: { success: 1, latency: [3.1, 5.2, 9.4, 14.2], tries: ONE_TRY, shares: EVEN_SHARES },
      app: { success: 1, latency: [3.3, 5.6, 9.9, 15.8], tries: ONE_TRY, shares: EVEN_SHARES },
      mesh: { success: 1, latency: [6.4, 10.8, 18.7, 31.2], tries: ONE_TRY, shares: EVEN_SHARES },
      proxyless: { success: 1, latency: [3.2, 5.5, 9.8, 15.1], tries: ONE_TRY, shares: EVEN_SHARES },
      both: { success: 1, latency: [6.6, 11.2, 19.6, 33.8], tries: ONE_TRY, shares: EVEN_SHARES },
    },
  },
  {
    name: 'slow-replica',
    title: 'One slow replica of three',
    description: 'One of three replicas of product adds 100 ms to each request.',
    measure: 'p99',
    fault: '100 ms slow',
    ...DEFAULT_LOAD,
    runs: {
      none: { success: 1, latency: [4.1, 104, 131, 162], tries: ONE_TRY, shares: EVEN_SHARES },
      app: { success: 1, latency: [3.8, 9.2, 107, 118], tries: ONE_TRY, shares: [0.041, 0.479, 0.48] },
      mesh: { success: 1, latency: [6.9, 17.4, 112, 127], tries: ONE_TRY, shares: [0.052, 0.471, 0.477] },
      proxyless: { success: 1, latency: [4.2, 104, 133, 165], tries: ONE_TRY, shares: EVEN_SHARES },
      both: { success: 1, latency: [7.1, 16.8, 111, 126], tries: ONE_TRY, shares: [0.049, 0.473, 0.478] },
    },
  },
  {
    name: 'failing-replica',
    title: 'One failing replica of three',
    description:
      'One of three replicas of product fails all calls with UNAVAILABLE from second 5 to second 20.',
    measure: 'success',
    fault: 'UNAVAILABLE',
    ...DEFAULT_LOAD,
    runs: {
      none: {
        success: 0.667,
        latency: [3.0, 5.1, 9.2, 13.9],
        tries: ONE_TRY,
        shares: EVEN_SHARES,
        during: [5, 20],
      },
      app: {
        success: 0.998,
        latency: [3.4, 6.1, 38.2, 61.4],
        tries: { product: 1.06 },
        shares: [0.06, 0.5, 0.5],
        during: [5, 20],
      },
      mesh: {
        success: 0.999,
        latency: [6.5, 11.3, 44.7, 72.9],
        tries: { product: 1.03 },
        shares: [0.03, 0.5, 0.5],
        during: [5, 20],
      },
      proxyless: {
        success: 0.968,
        latency: [3.5, 6.4, 41.8, 66.2],
        tries: { product: 1.33 },
        shares: [0.44, 0.45, 0.44],
        during: [5, 20],
      },
      both: {
        success: 0.999,
        latency: [6.8, 11.9, 47.1, 78.4],
        tries: { product: 1.05 },
        shares: [0.05, 0.5, 0.5],
        during: [5, 20],
      },
    },
  },
  {
    name: 'errors-everywhere',
    title: 'Errors everywhere',
    description: 'Every replica of payment fails with UNAVAILABLE. Gateway calls order, which calls payment.',
    measure: 'attempts',
    synthesisError:
      "shop/order/call-payment: layers 'app' and 'mesh' both retry: 3 x 3 = 9 attempts at payment, and 81 along gateway > order > payment; take the retries out of one of them",
    ...DEFAULT_LOAD,
    runs: {
      none: { success: 0, latency: [4.2, 7.1, 12.4, 18.8], tries: { order: 1, payment: 1 } },
      app: { success: 0, latency: [41.2, 88.5, 142, 177], tries: { order: 1, payment: 1.08 } },
      mesh: { success: 0, latency: [92.4, 171, 288, 341], tries: { order: 3, payment: 9 } },
      proxyless: { success: 0, latency: [118, 204, 312, 388], tries: { order: 3, payment: 9 } },
      both: { success: 0, latency: [482, 1_210, 2_940, 4_870], tries: { order: 9, payment: 81 }, cpu: 9_800 },
    },
  },
  {
    name: 'dead-service',
    title: 'A service without replicas',
    description:
      'product has no replica, so requests that need it fail. The run measures how long they take.',
    measure: 'p99',
    ...DEFAULT_LOAD,
    runs: {
      none: { success: 0, latency: [1_001, 1_003, 1_008, 1_012], tries: { product: 0 } },
      app: { success: 0, latency: [0.8, 1.4, 62.1, 88], tries: { product: 0.02 } },
      mesh: { success: 0, latency: [38.1, 71.4, 96.8, 121], tries: { product: 0 } },
      proxyless: { success: 0, latency: [1_001, 1_004, 1_009, 1_014], tries: { product: 0 } },
      both: { success: 0, latency: [0.9, 1.6, 141, 188], tries: { product: 0.02 } },
    },
  },
  {
    name: 'latency-spike',
    title: 'A latency spike',
    description: 'All replicas of product take two seconds for each request from second 10 to second 15.',
    measure: 'success',
    ...DEFAULT_LOAD,
    runs: {
      none: {
        success: 1,
        latency: [3.4, 1_890, 2_010, 2_022],
        tries: ONE_TRY,
        useful: 0.83,
        during: [10, 15],
      },
      app: { success: 0.12, latency: [3.6, 998, 1_003, 1_006], tries: { product: 1.02 }, during: [10, 16] },
      mesh: {
        success: 0.08,
        latency: [6.8, 1_000, 1_008, 1_014],
        tries: { product: 1.04 },
        during: [10, 17],
      },
      proxyless: {
        success: 0.1,
        latency: [3.7, 999, 1_004, 1_009],
        tries: { product: 1.04 },
        during: [10, 17],
      },
      both: {
        success: 0.07,
        latency: [7.2, 1_001, 1_012, 1_021],
        tries: { product: 1.11 },
        during: [10, 18],
      },
    },
  },
  {
    name: 'overload',
    title: 'Twice the capacity',
    description: 'Requests arrive at twice the rate that product can serve. Late answers are not useful.',
    measure: 'goodput',
    requestsPerSecond: 900,
    durationS: 30,
    maxUsefulLatencyMs: 250,
    runs: {
      none: { success: 0.62, latency: [4_210, 9_870, 14_200, 16_100], tries: ONE_TRY, useful: 0.06 },
      app: { success: 0.49, latency: [21.4, 142, 231, 288], tries: { product: 0.52 }, useful: 0.98 },
      mesh: { success: 0.44, latency: [48.7, 391, 812, 1_040], tries: { product: 0.61 }, useful: 0.81 },
      proxyless: {
        success: 0.6,
        latency: [3_940, 9_410, 13_800, 15_700],
        tries: { product: 1.2 },
        useful: 0.07,
      },
      both: { success: 0.43, latency: [51.2, 402, 840, 1_090], tries: { product: 0.58 }, useful: 0.83 },
    },
  },
  {
    name: 'rolling-restart',
    title: 'A rolling restart',
    description: 'The replicas of product restart one after the other under load.',
    measure: 'success',
    ...DEFAULT_LOAD,
    runs: {
      none: { success: 0.962, latency: [3.3, 5.9, 31.5, 88.2], tries: ONE_TRY, during: [6, 24] },
      app: { success: 1, latency: [3.5, 6.2, 24.4, 51.2], tries: { product: 1.01 }, during: [6, 24] },
      mesh: { success: 1, latency: [6.6, 11.4, 36.1, 69.8], tries: { product: 1.01 }, during: [6, 24] },
      proxyless: {
        success: 0.9994,
        latency: [3.5, 6.1, 27.9, 58.4],
        tries: { product: 1.02 },
        during: [6, 24],
      },
      both: { success: 1, latency: [6.9, 11.8, 38.8, 74.1], tries: { product: 1.01 }, during: [6, 24] },
    },
  },
  {
    name: 'consistent-hash',
    title: 'A replica joins a consistent hash',
    description:
      'Requests carry a key. A fourth replica of product starts. An ideal hash moves a quarter of the keys.',
    measure: 'spread',
    ...DEFAULT_LOAD,
    runs: {
      none: {
        success: 1,
        latency: [3.2, 5.3, 9.8, 14.9],
        tries: ONE_TRY,
        shares: [0.25, 0.25, 0.25, 0.25],
        moved: 0.751,
      },
      app: {
        success: 1,
        latency: [3.4, 5.7, 10.2, 16],
        tries: ONE_TRY,
        shares: [0.252, 0.249, 0.25, 0.249],
        moved: 0.253,
      },
      mesh: {
        success: 1,
        latency: [6.6, 11, 19.2, 32],
        tries: ONE_TRY,
        shares: [0.291, 0.222, 0.268, 0.219],
        moved: 0.287,
      },
      proxyless: {
        success: 1,
        latency: [3.3, 5.6, 10, 15.6],
        tries: ONE_TRY,
        shares: [0.304, 0.214, 0.262, 0.22],
        moved: 0.294,
      },
      both: {
        success: 1,
        latency: [6.8, 11.3, 19.9, 34.1],
        tries: ONE_TRY,
        shares: [0.29, 0.223, 0.267, 0.22],
        moved: 0.288,
      },
    },
  },
];
