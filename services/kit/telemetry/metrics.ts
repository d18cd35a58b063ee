import { METRICS, type MetricName } from '../../../mesh/policy/metrics.ts';
import type { Log } from './log.ts';
import { type Exemplar, MetricFamily, type MetricSeries } from './metric-family.ts';

/** Default of WEFT_METRIC_SERIES: the maximum number of series per metric. */
export const DEFAULT_MAX_SERIES = 2_000;

type MetricOf<Type extends string> = {
  [Name in MetricName]: (typeof METRICS)[Name]['type'] extends Type ? Name : never;
}[MetricName];

/** Exactly the labels that METRICS declares for a metric. */
export type MetricLabels<Name extends MetricName> = [(typeof METRICS)[Name]['labels'][number]] extends [never]
  ? Readonly<Record<string, never>>
  : Readonly<Record<(typeof METRICS)[Name]['labels'][number], string>>;

export interface MetricsOptions {
  /** Maximum number of series per metric, without the series for values above it. @default DEFAULT_MAX_SERIES, 2,000 */
  readonly maxSeries?: number;
  /** Receives one warning per metric that reaches the maximum. @default none */
  readonly log?: Log;
}

/**
 * The metrics of a process: counters, gauges and histograms that `mesh/policy/metrics.ts` declares. Only their names and
 * labels compile. `metric-text.ts` formats them for Prometheus, and `metric-producer.ts` converts them for OTLP.
 *
 * This registry is our own, because the SDK of OpenTelemetry for JavaScript (3.0) has no exemplars, and importing it
 * takes longer than a service takes to start without it. A value costs one lookup in a Map.
 */
export class Metrics {
  readonly #families = new Map<MetricName, MetricFamily>();
  readonly #maxSeries: number;
  readonly #log: Log | undefined;
  /** Start of the counters, in milliseconds since the epoch. */
  readonly startedAt = Date.now();

  constructor({ maxSeries = DEFAULT_MAX_SERIES, log }: MetricsOptions = {}) {
    this.#maxSeries = maxSeries;
    this.#log = log;
  }

  /**
   * Adds `by` to a counter. Prometheus sees the first increase only of a series that it has scraped before: one that an
   * alert reads starts with 0.
   */
  count<Name extends MetricOf<'counter'>>(name: Name, labels: MetricLabels<Name>, by = 1): void {
    this.#find(name, labels).value += by;
  }

  /** Sets the current value of a gauge. */
  setGauge<Name extends MetricOf<'gauge'>>(name: Name, labels: MetricLabels<Name>, value: number): void {
    this.#find(name, labels).value = value;
  }

  /** Registers a function that returns the value of a gauge when it is scraped or exported. */
  gauge<Name extends MetricOf<'gauge'>>(name: Name, labels: MetricLabels<Name>, read: () => number): void {
    this.#find(name, labels).read = read;
  }

  /** Registers a function that returns the value of a counter when it is scraped or exported. It must never decrease. */
  counter<Name extends MetricOf<'counter'>>(
    name: Name,
    labels: MetricLabels<Name>,
    read: () => number,
  ): void {
    this.#find(name, labels).read = read;
  }

  /**
   * Adds a value to a histogram, in the unit of the histogram.
   * @param exemplar a sampled span that caused the value. Each bucket keeps the last one
   */
  observe<Name extends MetricOf<'histogram'>>(
    name: Name,
    labels: MetricLabels<Name>,
    value: number,
    exemplar?: Exemplar,
  ): void {
    const { buckets } = this.#find(name, labels);
    if (!buckets) return;
    const bounds: readonly number[] = METRICS[name].bounds;
    let bucket = 0;
    while (bucket < bounds.length && !(value <= (bounds[bucket] ?? 0))) bucket++;
    buckets.counts[bucket] = (buckets.counts[bucket] ?? 0) + 1;
    buckets.sum += value;
    if (exemplar) buckets.exemplars[bucket] = { ...exemplar, value, time: Date.now() };
  }

  /** The metrics that have values, in the order of their first value. */
  get families(): Iterable<MetricFamily> {
    return this.#families.values();
  }

  #find(name: MetricName, labels: Readonly<Record<string, string>>): MetricSeries {
    let family = this.#families.get(name);
    if (!family) {
      family = new MetricFamily(name, METRICS[name], this.#maxSeries, (dropped) => this.#onDropped(dropped));
      this.#families.set(name, family);
    }
    return family.find(labels);
  }

  #onDropped(weft_metric: string): void {
    const series = this.#find('weft_metric_series_dropped_total', { weft_metric });
    if (series.value === 0) {
      this.#log?.warn('a metric has too many series; recording further label values as "other"', {
        metric: weft_metric,
        maxSeries: this.#maxSeries,
        setting: 'WEFT_METRIC_SERIES',
      });
    }
    series.value++;
  }
}
