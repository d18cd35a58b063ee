import type { MetricFamily, MetricSeries, RecordedExemplar } from './metric-family.ts';
import type { Metrics } from './metrics.ts';

/** A text format for metrics. */
export type MetricFormat = 'prometheus' | 'openmetrics';

/** Media types of the formats, for the header Content-Type. */
export const METRIC_MEDIA_TYPES: Readonly<Record<MetricFormat, string>> = {
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

/** Prometheus spells a unit as the last word of a name. Units such as `{event}` are not part of names. */
const UNIT_WORDS: Readonly<Record<string, string>> = { s: 'seconds', By: 'bytes', '1': 'ratio' };

/**
 * Formats all metrics in the text format of Prometheus 0.0.4
 * (https://prometheus.io/docs/instrumenting/exposition_formats/) or in OpenMetrics 1.0
 * (https://prometheus.io/docs/specs/om/open_metrics_spec/), the only one with exemplars.
 */
export function formatMetrics(metrics: Metrics, format: MetricFormat): string {
  const lines: string[] = [];
  for (const family of metrics.families) addFamily(lines, family, format);
  if (format === 'openmetrics') lines.push('# EOF');
  return `${lines.join('\n')}\n`;
}

function addFamily(lines: string[], { name, definition, series }: MetricFamily, format: MetricFormat): void {
  const { type, labels, unit, help, bounds = [] } = definition;
  const isOpen = format === 'openmetrics';
  // In OpenMetrics, `_total` belongs to the sample, not to the metric.
  const metric = isOpen && type === 'counter' ? name.replace(/_total$/, '') : name;
  const unitWord = UNIT_WORDS[unit];
  lines.push(`# HELP ${metric} ${isOpen ? escapeLabel(help) : escapeHelp(help)}`, `# TYPE ${metric} ${type}`);
  if (unitWord && metric.endsWith(`_${unitWord}`)) lines.push(`# UNIT ${metric} ${unitWord}`);
  for (const one of series) {
    const text = formatLabels(labels, one.labelValues);
    if (one.buckets) addHistogram(lines, name, bounds, text, one, isOpen);
    else lines.push(`${sample(name, text)} ${formatNumber(one.read ? one.read() : one.value)}`);
  }
}

/** Adds the lines of a histogram. Its buckets are cumulative. */
function addHistogram(
  lines: string[],
  name: string,
  bounds: readonly number[],
  labels: string,
  { buckets }: MetricSeries,
  isOpen: boolean,
): void {
  const { counts = [], exemplars = [], sum = 0 } = buckets ?? {};
  const prefix = labels && `${labels},`;
  let total = 0;
  counts.forEach((count, at) => {
    total += count;
    const exemplar = isOpen ? formatExemplar(exemplars[at]) : '';
    lines.push(`${name}_bucket{${prefix}le="${formatBound(bounds[at], isOpen)}"} ${total}${exemplar}`);
  });
  lines.push(
    `${sample(`${name}_sum`, labels)} ${formatNumber(sum)}`,
    `${sample(`${name}_count`, labels)} ${total}`,
  );
}

/** OpenMetrics requires a decimal point in bounds. */
function formatBound(bound: number | undefined, isOpen: boolean): string {
  if (bound === undefined) return '+Inf';
  return isOpen && Number.isInteger(bound) ? `${bound}.0` : String(bound);
}

function formatExemplar(exemplar: RecordedExemplar | undefined): string {
  if (!exemplar) return '';
  const { traceId, spanId, value, time } = exemplar;
  return ` # {trace_id="${traceId}",span_id="${spanId}"} ${formatNumber(value)} ${time / 1_000}`;
}

function formatNumber(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value);
}

function sample(name: string, labels: string): string {
  return labels ? `${name}{${labels}}` : name;
}

function formatLabels(names: readonly string[], values: readonly string[]): string {
  return names.map((name, at) => `${name}="${escapeLabel(values[at] ?? '')}"`).join(',');
}

function escapeHelp(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}

function escapeLabel(value: string): string {
  return escapeHelp(value).replaceAll('"', '\\"');
}
