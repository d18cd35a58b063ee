type Labels = Readonly<Record<string, string>>;

/** The media type of what `text` gives. */
export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * Counts what happens in a process, by name and labels, and says it in Prometheus' text format
 * (https://prometheus.io/docs/instrumenting/exposition_formats/). Labels are of few values: each combination is kept.
 */
export class Metrics {
  readonly #counters = new Map<string, Map<string, number>>();

  /** Adds one to the counter `name`, which ends in `_total`. */
  count(name: string, labels: Labels): void {
    let series = this.#counters.get(name);
    if (!series) {
      series = new Map();
      this.#counters.set(name, series);
    }
    const key = labelText(labels);
    series.set(key, (series.get(key) ?? 0) + 1);
  }

  /** All counters, and what the process has used of the machine. */
  text(): string {
    const { user, system } = process.cpuUsage();
    const own = [...this.#counters].flatMap(([name, series]) => [
      `# TYPE ${name} counter`,
      ...[...series].map(([labels, value]) => `${name}{${labels}} ${value}`),
    ]);
    return `${[
      ...own,
      '# TYPE process_cpu_seconds_total counter',
      `process_cpu_seconds_total ${(user + system) / 1e6}`,
      '# TYPE process_resident_memory_bytes gauge',
      `process_resident_memory_bytes ${process.memoryUsage.rss()}`,
    ].join('\n')}\n`;
  }
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
