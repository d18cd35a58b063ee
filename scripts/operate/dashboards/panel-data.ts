import { bindDurations, type Panel, type PanelQuery } from '../../../mesh/compile/dashboards/panel.ts';
import type { PanelData, PanelSeries } from './panel-values.ts';
import type { PrometheusApi, QueryRange, ResultSeries } from './prometheus-api.ts';
import { durationsOf } from './time-range.ts';

/** Maximum number of series of a panel. */
const MAX_SERIES = 40;

/** Runs the queries of a panel. Tables and stats have the values at the end of the range only. */
export async function readPanelData(
  panel: Panel,
  range: QueryRange,
  prometheus: PrometheusApi,
  signal?: AbortSignal,
): Promise<PanelData> {
  const isInstant = panel.kind === 'stat' || panel.kind === 'table';
  const times = isInstant ? [range.end] : timesOf(range);
  const durations = durationsOf(range);
  const results = await Promise.allSettled(
    panel.queries.map(async ({ expr, legend }) => {
      const query = bindDurations(expr, durations.window, durations.range);
      const result = isInstant
        ? await prometheus.query(query, range.end, signal)
        : await prometheus.queryRange(query, range, signal);
      return result.map((series) => panelSeries(legend, series, times));
    }),
  );
  signal?.throwIfAborted();
  const all = results
    .flatMap((result) => (result.status === 'fulfilled' ? result.value : []))
    .filter(({ values }) => values.some((value) => value !== null));
  const visible = all.length > MAX_SERIES ? largest(all) : all;
  const errors = results.flatMap((result) =>
    result.status === 'rejected' ? [messageOf(result.reason)] : [],
  );
  return { times, series: visible, omitted: all.length - visible.length, errors: [...new Set(errors)] };
}

/**
 * Returns the name of a series: the legend with the values of its labels. Labels without a value are left out, and so are
 * the packages of gRPC methods.
 */
export function seriesName(legend: PanelQuery['legend'], labels: ResultSeries['labels']): string {
  const name = legend.replaceAll(/\{\{(\w+)\}\}/g, (_, label: string) =>
    (labels[label] ?? '').replace(/^(?:\w+\.)+(?=\w+\/\w+$)/, ''),
  );
  return name.replaceAll('()', '').replaceAll(/\s+/g, ' ').trim() || '(no label)';
}

function panelSeries(
  legend: string,
  { labels, values }: ResultSeries,
  times: readonly number[],
): PanelSeries {
  return { name: seriesName(legend, labels), values: times.map((time) => values.get(time) ?? null) };
}

function timesOf({ start, end, step }: QueryRange): readonly number[] {
  return Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, index) => start + index * step);
}

/** Returns the series with the largest latest values, in their order. */
function largest(all: readonly PanelSeries[]): readonly PanelSeries[] {
  const latest = ({ values }: PanelSeries) => values.findLast((value) => value !== null) ?? 0;
  const visible = new Set([...all].sort((a, b) => latest(b) - latest(a)).slice(0, MAX_SERIES));
  return all.filter((series) => visible.has(series));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
