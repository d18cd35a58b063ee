import type { MetricSeriesView } from '../../api/views.ts';
import { SERIES_COLORS } from '../controls/service-color.ts';
import { formatMetric } from '../format/metric-units.ts';

interface ChartLegendProps {
  readonly data: MetricSeriesView;
  readonly names: readonly string[];
  /** Index of the time under the cursor; null shows the latest values. */
  readonly cursor: number | null;
  readonly isRate: boolean;
}

/** Lists the series of a chart with their values. */
export function ChartLegend({ data, names, cursor, isRate }: ChartLegendProps) {
  return (
    // A long list scrolls, so the keyboard must reach it.
    <ul class="chart-legend" aria-label="Series" tabindex={0}>
      {data.series.map(({ values }, index) => (
        <li key={names[index] ?? ''}>
          <span class={`swatch series-${index % SERIES_COLORS}`} aria-hidden="true" />
          <span class="series-name">{names[index]}</span>
          <span class="number">
            {formatMetric(cursor === null ? latestOf(values) : values[cursor], data.metric.unit, isRate)}
          </span>
        </li>
      ))}
    </ul>
  );
}

function latestOf(values: readonly (number | null)[]): number | null {
  return values.findLast((value) => value !== null) ?? null;
}
