/** A range of numbers. Both ends are included. */
export interface Range {
  readonly min: number;
  readonly max: number;
  /** @default false, which allows fractions */
  readonly isInteger?: boolean;
}

const PERCENT: Range = { min: 0, max: 100 };
const INTEGER_PERCENT: Range = { ...PERCENT, isInteger: true };
/** Positive values of Istio's int32 fields. */
const COUNT: Range = { min: 1, max: 2 ** 31 - 1, isInteger: true };

/**
 * The range of every number in a call policy or an admission, by field. Synthesis checks the graph against these
 * ranges, and a service process checks app.json. Sources are the Envoy and Istio API references where a field has a
 * counterpart.
 */
export const RANGES = {
  'retries.max': { min: 1, max: 10, isInteger: true },
  'budget.percent': PERCENT,
  'budget.minConcurrency': { min: 0, max: 2 ** 31 - 1, isInteger: true },
  'hedging.maxAttempts': { min: 2, max: 5, isInteger: true },
  'balance.choices': { min: 2, max: 100, isInteger: true },
  'balance.weights': { min: 1, max: 1_000, isInteger: true },
  // RingHashLbConfig and MaglevLbConfig of Envoy limit both tables.
  'balance.table.minSize': { min: 1, max: 8_388_608, isInteger: true },
  'balance.table.tableSize': { min: 2, max: 5_000_011, isInteger: true },
  'outlierDetection.consecutiveErrors': { min: 1, max: 2 ** 32 - 1, isInteger: true },
  'outlierDetection.maxEjectionPercent': INTEGER_PERCENT,
  'outlierDetection.minHealthPercent': INTEGER_PERCENT,
  // Envoy also accepts 0, and then refuses every request.
  'limits.connections': COUNT,
  'limits.pendingRequests': COUNT,
  'limits.requests': COUNT,
  'limits.concurrentRetries': COUNT,
  'fault.delay.percent': PERCENT,
  'fault.abort.percent': PERCENT,
  'breaker.failurePercent': { min: 1, max: 100 },
  'breaker.minRequests': COUNT,
  'admission.rates.perSecond': { min: 0.001, max: 1e6 },
  'admission.rates.burst': COUNT,
  'admission.concurrency.minLimit': COUNT,
  'admission.concurrency.maxLimit': COUNT,
} as const satisfies Readonly<Record<string, Range>>;
