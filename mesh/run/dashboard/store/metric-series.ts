import type { DatabaseSync } from 'node:sqlite';
import { ApiError } from '../api/api-error.ts';
import type { MetricInfo, MetricSeriesView } from '../api/views.ts';
import type { ReceivedHistogram } from '../otlp/parse-metrics.ts';
import { findExemplars } from './exemplars.ts';
import { parseOwnJson } from './own-json.ts';
import { PointReader } from './point-reader.ts';
import { quantileOf, subtractCounts } from './quantile.ts';
import { counterRates, type StoredPoint, valuesAt } from './resample.ts';

/** Series that a chart can show. */
const MAX_SERIES = 20;
/** Histograms that a chart can show, of which each has several series. */
const MAX_HISTOGRAMS = 10;
/** p50, p99 and the rate. */
const SERIES_PER_HISTOGRAM = 3;
const MAX_POINTS = 500;
const DEFAULT_RANGE_MS = 900_000;
/**
 * Shortest time between two values of a chart, in microseconds. A series has a point every 5 seconds at most, so that
 * shorter steps would have no values.
 */
const MIN_STEP = 10_000_000;

interface SeriesRow {
  readonly id: number;
  readonly labels: string;
  readonly service: string;
  readonly instance: string;
}

export interface MetricQuery {
  readonly name: string;
  readonly service: string | undefined;
  /** In microseconds since the epoch. @default 15 minutes before `to` */
  readonly from: number | undefined;
  /** @default now */
  readonly to: number | undefined;
  readonly points: number;
}

/** Returns the metrics in the store by name. */
export function listMetrics(database: DatabaseSync): readonly MetricInfo[] {
  const rows = database
    .prepare(
      `SELECT metric AS name, type, unit, max(help) AS help, json_group_array(DISTINCT service) AS services
       FROM series GROUP BY metric, type, unit ORDER BY metric`,
    )
    .all() as unknown as readonly (Omit<MetricInfo, 'services'> & { readonly services: string })[];
  return rows.map(({ services, ...info }) => ({
    ...info,
    services: parseOwnJson<string[]>(services).sort(),
  }));
}

/** Returns the values of a metric at equal steps. @throws ApiError if the store has no such metric */
export function loadSeries(database: DatabaseSync, query: MetricQuery): MetricSeriesView {
  const metric = listMetrics(database).find(({ name }) => name === query.name);
  if (!metric)
    throw new ApiError(404, `metric '${query.name}' does not exist; GET /api/metrics lists those that do`);
  const times = timesOf(query);
  const rows = database
    .prepare(
      'SELECT id, labels, service, instance FROM series WHERE metric = ? AND (? IS NULL OR service = ?)',
    )
    .all(query.name, query.service ?? null, query.service ?? null) as unknown as readonly SeriesRow[];
  const reader = new PointReader(database);
  // Most groups of a large graph are not shown: their histograms are not read, and their values not kept.
  const groups = [...Map.groupBy(rows, ({ service, labels }) => `${service}\n${labels}`).values()]
    .map((members) => ({ members, last: lastActive(valuesOf(reader, metric, members, times)) }))
    .filter(({ last }) => last !== undefined)
    .toSorted((a, b) => (b.last ?? 0) - (a.last ?? 0));
  const isHistogram = metric.type === 'histogram';
  const visibleGroups = groups.slice(0, isHistogram ? MAX_HISTOGRAMS : MAX_SERIES);
  return {
    metric,
    times: times.map((time) => time / 1_000),
    series: visibleGroups.flatMap(({ members }) => seriesOf(reader, metric, members, times)),
    omitted: (groups.length - visibleGroups.length) * (isHistogram ? SERIES_PER_HISTOGRAM : 1),
    exemplars: findExemplars(database, query.name, query.service, times.at(0) ?? 0, times.at(-1) ?? 0),
  };
}

type ViewSeries = MetricSeriesView['series'][number];

/** Returns the rates of one combination of labels, or the values of a gauge, summed over the processes of a service. */
function valuesOf(
  reader: PointReader,
  { type }: MetricInfo,
  members: readonly SeriesRow[],
  times: readonly number[],
): readonly (number | null)[] {
  const resample = type === 'gauge' ? valuesAt : counterRates;
  return sum(
    members.map(({ id }) => resample(reader.values(id, times.at(0) ?? 0, times.at(-1) ?? 0), times)),
  );
}

/** Returns the series of one combination of labels. */
function seriesOf(
  reader: PointReader,
  metric: MetricInfo,
  members: readonly SeriesRow[],
  times: readonly number[],
): readonly ViewSeries[] {
  const [first] = members;
  if (!first) return [];
  const labels = {
    service: first.service,
    ...parseOwnJson<Readonly<Record<string, string>>>(first.labels),
  };
  const values = valuesOf(reader, metric, members, times);
  if (metric.type !== 'histogram') return [{ labels, values }];
  const counts = members.map(({ id }) =>
    histogramsAt(reader.histograms(id, times.at(0) ?? 0, times.at(-1) ?? 0), times),
  );
  const quantile = (share: number) =>
    times.map((_, index) => {
      if (index === 0) return null;
      let total: ReceivedHistogram | undefined;
      for (const list of counts) total = subtractCounts(list[index], list[index - 1], total);
      return total ? quantileOf(total, share) : null;
    });
  return [
    { labels: { ...labels, quantile: 'p50' }, values: quantile(0.5) },
    { labels: { ...labels, quantile: 'p99' }, values: quantile(0.99) },
    { labels: { ...labels, rate: 'values' }, values },
  ];
}

function histogramsAt(
  points: readonly StoredPoint[],
  times: readonly number[],
): readonly (ReceivedHistogram | undefined)[] {
  let next = 0;
  const [first] = points;
  // The counts of a process that started before the range have no time within it.
  const isOlder = first !== undefined && first.start < (times[0] ?? 0);
  let current = isOlder ? histogramOf(first) : undefined;
  return times.map((time) => {
    for (let point = points[next]; point && point.time <= time; point = points[++next])
      current = histogramOf(point) ?? current;
    return current;
  });
}

function histogramOf({ histogram }: StoredPoint): ReceivedHistogram | undefined {
  return histogram === null ? undefined : parseOwnJson<ReceivedHistogram>(histogram);
}

function timesOf({ from, to, points }: MetricQuery): readonly number[] {
  const end = to ?? Date.now() * 1_000;
  const start = from ?? end - DEFAULT_RANGE_MS * 1_000;
  if (start >= end) throw new ApiError(400, 'from must be before to');
  const maxCount = Math.min(MAX_POINTS, Math.floor((end - start) / MIN_STEP) + 1);
  const count = Math.max(2, Math.min(Math.round(points), maxCount));
  const step = (end - start) / (count - 1);
  return Array.from({ length: count }, (_, index) => Math.round(start + index * step));
}

function sum(lists: readonly (readonly (number | null)[])[]): readonly (number | null)[] {
  const [first = []] = lists;
  return first.map((_, index) =>
    lists.reduce<number | null>((total, list) => {
      const value = list[index] ?? null;
      return value === null ? total : (total ?? 0) + value;
    }, null),
  );
}

/** Returns the last value; undefined if all are zero or missing. */
function lastActive(values: readonly (number | null)[]): number | undefined {
  if (values.every((value) => value === null || value === 0)) return undefined;
  return values.findLast((value) => value !== null) ?? 0;
}
