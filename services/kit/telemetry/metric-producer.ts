import { type HrTime, ValueType } from '@opentelemetry/api';
import { emptyResource } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type MetricData,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics';
import type { Buckets, MetricFamily, MetricSeries } from './metric-family.ts';
import type { Metrics } from './metrics.ts';

/*
 * Import this file only with `await import()`, in processes that export metrics: the SDK takes longer to load than a
 * service takes to start without it.
 */

/**
 * Returns a producer for a MetricReader of the OpenTelemetry SDK, so that it exports the metrics of a process over OTLP.
 * Values are cumulative since the process started. Metrics and attributes have their names in Prometheus. Exemplars are
 * missing, because the data model of the SDK (3.0) has none.
 */
export function createMetricProducer(metrics: Metrics): MetricProducer {
  const startTime = toHrTime(metrics.startedAt);
  return {
    collect: async () => {
      const endTime = toHrTime(Date.now());
      const families = [...metrics.families].map((family) => toMetricData(family, startTime, endTime));
      // A reader replaces the resource by its own.
      const resource = emptyResource();
      return {
        resourceMetrics: { resource, scopeMetrics: [{ scope: { name: 'weft' }, metrics: families }] },
        errors: [],
      };
    },
  };
}

function toMetricData(family: MetricFamily, startTime: HrTime, endTime: HrTime): MetricData {
  const { name, definition } = family;
  const { type, unit, help, bounds = [] } = definition;
  const common = {
    descriptor: { name, description: help, unit, valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  };
  const points = <T>(read: (series: MetricSeries) => T): DataPoint<T>[] =>
    [...family.series].map((series) => {
      const attributes = Object.fromEntries(
        definition.labels.map((label, at) => [label, series.labelValues[at] ?? '']),
      );
      return { startTime, endTime, attributes, value: read(series) };
    });
  switch (type) {
    case 'histogram':
      return {
        ...common,
        dataPointType: DataPointType.HISTOGRAM,
        dataPoints: points(({ buckets }) => toHistogram(bounds, buckets)),
      };
    case 'counter':
      return {
        ...common,
        dataPointType: DataPointType.SUM,
        isMonotonic: true,
        dataPoints: points(currentValue),
      };
    case 'gauge':
      return { ...common, dataPointType: DataPointType.GAUGE, dataPoints: points(currentValue) };
  }
}

function currentValue({ value, read }: MetricSeries): number {
  return read ? read() : value;
}

function toHistogram(
  bounds: readonly number[],
  { counts, sum }: Buckets = { counts: [], exemplars: [], sum: 0 },
) {
  return {
    buckets: { boundaries: [...bounds], counts: [...counts] },
    count: counts.reduce((total, count) => total + count, 0),
    sum,
  };
}

function toHrTime(ms: number): HrTime {
  return [Math.floor(ms / 1_000), (ms % 1_000) * 1e6];
}
