type Labels = Readonly<Record<string, string>>;

/** Media type of the text that `Metrics.text` returns. */
export const METRICS_MEDIA_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Name and buckets of a histogram. */
export interface HistogramDefinition {
  /** Name that ends in the unit: `_seconds`. */
  readonly name: string;
  /** Upper bounds of the buckets, ascending. Larger values fall into an additional bucket. */
  readonly bounds: readonly number[];
}

interface HistogramSeries {
  /** Number of values per bucket, not cumulative. The last bucket has the values above all bounds. */
  readonly counts: number[];
  sum: number;
}

/**
 * Counters, gauges and histograms of a process in the text format of Prometheus
 * (https://prometheus.io/docs/instrumenting/exposition_formats/). Each combination of label values occupies memory
 * until the process exits, so labels must have few values.
 */
export class Metrics {
  readonly #counters = new Map<string, Map<string, number>>();
  readonly #gauges = new Map<string, Map<string, number>>();
  readonly #histograms = new Map<HistogramDefinition, Map<string, HistogramSeries>>();

  /** Adds `by` to a counter, whose name ends in `_total`. */
  count(name: string, labels: Labels, by = 1): void {
    const series = seriesOf(this.#counters, name);
    const key = formatLabels(labels);
    series.set(key, (series.get(key) ?? 0) + by);
  }

  /** Sets the current value of a gauge. */
  setGauge(name: string, labels: Labels, value: number): void {
    seriesOf(this.#gauges, name).set(formatLabels(labels), value);
  }

  /** Adds a value to a histogram, in the unit of its name. */
  observe(histogram: HistogramDefinition, labels: Labels, value: number): void {
    const series = seriesOf(this.#histograms, histogram);
    const key = formatLabels(labels);
    let entry = series.get(key);
    if (!entry) {
      entry = { counts: [...histogram.bounds, 0].fill(0), sum: 0 };
      series.set(key, entry);
    }
    const at = histogram.bounds.findIndex((bound) => value <= bound);
    const bucket = at < 0 ? histogram.bounds.length : at;
    entry.counts[bucket] = (entry.counts[bucket] ?? 0) + 1;
    entry.sum += value;
  }

  /** Returns all metrics, and the CPU time and memory of the process. */
  text(): string {
    const { user, system } = process.cpuUsage();
    return `${[
      ...lines(this.#counters, 'counter'),
      ...lines(this.#gauges, 'gauge'),
      ...[...this.#histograms].flatMap(([{ name, bounds }, series]) => [
        `# TYPE ${name} histogram`,
        ...[...series].flatMap(([labels, entry]) => histogramLines(name, bounds, labels, entry)),
      ]),
      '# TYPE process_cpu_seconds_total counter',
      `process_cpu_seconds_total ${(user + system) / 1e6}`,
      '# TYPE process_resident_memory_bytes gauge',
      `process_resident_memory_bytes ${process.memoryUsage.rss()}`,
    ].join('\n')}\n`;
  }
}

function seriesOf<K, V>(all: Map<K, Map<string, V>>, name: K): Map<string, V> {
  let series = all.get(name);
  if (!series) {
    series = new Map();
    all.set(name, series);
  }
  return series;
}

function lines(all: ReadonlyMap<string, ReadonlyMap<string, number>>, type: string): readonly string[] {
  return [...all].flatMap(([name, series]) => [
    `# TYPE ${name} ${type}`,
    ...[...series].map(([labels, value]) => `${name}{${labels}} ${value}`),
  ]);
}

/** Returns the lines of a histogram with cumulative buckets, as Prometheus expects them. */
function histogramLines(
  name: string,
  bounds: readonly number[],
  labels: string,
  { counts, sum }: HistogramSeries,
): readonly string[] {
  const common = labels && `${labels},`;
  let total = 0;
  const buckets = counts.map((count, at) => {
    total += count;
    return `${name}_bucket{${common}le="${bounds[at] ?? '+Inf'}"} ${total}`;
  });
  return [...buckets, `${name}_sum{${labels}} ${sum}`, `${name}_count{${labels}} ${total}`];
}

function formatLabels(labels: Labels): string {
  let text = '';
  for (const name in labels) text += `${text && ','}${name}="${escapeLabel(labels[name] ?? '')}"`;
  return text;
}

function escapeLabel(value: string): string {
  return /[\\"\n]/.test(value)
    ? value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
    : value;
}
