type Labels = Readonly<Record<string, string>>;

/** The media type of what `text` gives. */
export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** A histogram: values are counted by the bounds that they do not exceed. */
export interface HistogramName {
  /** Ends in the unit: `_seconds`. */
  readonly name: string;
  /** Ascending. What exceeds the last one counts too. */
  readonly bounds: readonly number[];
}

interface Observed {
  /** By bound; the last is of what exceeds all. Each value is in one of them. */
  readonly counts: number[];
  sum: number;
}

/**
 * Counts what happens in a process, by name and labels, and says it in Prometheus' text format
 * (https://prometheus.io/docs/instrumenting/exposition_formats/). Labels are of few values: each combination is kept.
 */
export class Metrics {
  readonly #counters = new Map<string, Map<string, number>>();
  readonly #gauges = new Map<string, Map<string, number>>();
  readonly #histograms = new Map<HistogramName, Map<string, Observed>>();

  /** Adds one, or `by`, to the counter `name`, which ends in `_total`. */
  count(name: string, labels: Labels, by = 1): void {
    const series = seriesOf(this.#counters, name);
    const key = labelText(labels);
    series.set(key, (series.get(key) ?? 0) + by);
  }

  /** Says what something is now. */
  set(name: string, labels: Labels, value: number): void {
    seriesOf(this.#gauges, name).set(labelText(labels), value);
  }

  /** Adds a value to a histogram, in the unit that its name says. */
  observe(histogram: HistogramName, labels: Labels, value: number): void {
    const series = seriesOf(this.#histograms, histogram);
    const key = labelText(labels);
    let observed = series.get(key);
    if (!observed) {
      observed = { counts: [...histogram.bounds, 0].fill(0), sum: 0 };
      series.set(key, observed);
    }
    const at = histogram.bounds.findIndex((bound) => value <= bound);
    const bucket = at < 0 ? histogram.bounds.length : at;
    observed.counts[bucket] = (observed.counts[bucket] ?? 0) + 1;
    observed.sum += value;
  }

  /** All of it, and what the process has used of the machine. */
  text(): string {
    const { user, system } = process.cpuUsage();
    return `${[
      ...lines(this.#counters, 'counter'),
      ...lines(this.#gauges, 'gauge'),
      ...[...this.#histograms].flatMap(([{ name, bounds }, series]) => [
        `# TYPE ${name} histogram`,
        ...[...series].flatMap(([labels, observed]) => histogramLines(name, bounds, labels, observed)),
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

/** Buckets as Prometheus has them: each with all that is in those below. */
function histogramLines(
  name: string,
  bounds: readonly number[],
  labels: string,
  { counts, sum }: Observed,
): readonly string[] {
  const common = labels && `${labels},`;
  let total = 0;
  const buckets = counts.map((count, at) => {
    total += count;
    return `${name}_bucket{${common}le="${bounds[at] ?? '+Inf'}"} ${total}`;
  });
  return [...buckets, `${name}_sum{${labels}} ${sum}`, `${name}_count{${labels}} ${total}`];
}

function labelText(labels: Labels): string {
  let text = '';
  for (const name in labels) text += `${text && ','}${name}="${escaped(labels[name] ?? '')}"`;
  return text;
}

function escaped(value: string): string {
  return /[\\"\n]/.test(value)
    ? value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
    : value;
}
