import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import type { MetricSeriesView } from '../../api/views.ts';
import { formatMetric, unitName } from '../format/metric-units.ts';
import { formatClock } from '../format/times.ts';
import { colorGeneration } from '../frame/theme.ts';
import { openRoute } from '../state/navigation.ts';
import { useObservable } from '../state/use-observable.ts';
import { ChartLegend } from './chart-legend.tsx';
import { chartOptions, nearestExemplar } from './chart-options.ts';
import { seriesNames } from './series-names.ts';

interface MetricChartProps {
  readonly title: string;
  readonly data: MetricSeriesView;
  readonly isRate: boolean;
}

/** Draws the series of a metric. A click on the dot of an exemplar opens its trace. */
export function MetricChart({ title, data, isRate }: MetricChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const latest = useRef(data);
  latest.current = data;
  const [cursor, setCursor] = useState<number | null>(null);
  const colors = useObservable(colorGeneration);
  const names = useMemo(() => seriesNames(data.series), [data]);
  const shape = names.join('\n');
  const { unit } = data.metric;
  const axisName = data.metric.type === 'histogram' && isRate ? 'per second' : unitName(unit, isRate);
  useEffect(() => {
    const node = box.current;
    if (!node) return;
    const chart = new uPlot(
      chartOptions({
        width: node.clientWidth,
        count: names.length,
        formatTick: (value) => formatMetric(value, unit, isRate),
        exemplars: () => latest.current.exemplars,
        onCursor: setCursor,
      }),
      alignedData(latest.current),
      node,
    );
    plot.current = chart;
    const observer = new ResizeObserver(() =>
      chart.setSize({ width: node.clientWidth, height: chart.height }),
    );
    observer.observe(node);
    return () => {
      observer.disconnect();
      chart.destroy();
      plot.current = undefined;
    };
  }, [shape, unit, isRate, colors]);
  useEffect(() => plot.current?.setData(alignedData(data)), [data]);
  const openExemplar = () => {
    const { current } = plot;
    const exemplar = current && nearestExemplar(current, data.exemplars);
    if (exemplar) openRoute({ view: 'trace', traceId: exemplar.traceId, spanId: null });
  };
  const time = cursor === null ? null : (data.times[cursor] ?? null);
  return (
    <figure class="chart">
      <figcaption>
        <h3>{axisName === '' ? title : `${title}, ${axisName}`}</h3>
        <span class="soft small">{time === null ? 'Latest values' : formatClock(time).slice(0, 8)}</span>
      </figcaption>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the list of exemplars below is for the keyboard */}
      <div
        ref={box}
        class="plot"
        role="img"
        aria-label={`${data.metric.name}: ${names.length} lines over time; their values are in the list below`}
        onClick={openExemplar}
      />
      <ChartLegend data={data} names={names} cursor={cursor} isRate={isRate} />
    </figure>
  );
}

/** Returns the data as uPlot takes it: columns, with times in seconds. */
function alignedData({ times, series }: MetricSeriesView): uPlot.AlignedData {
  return [times.map((time) => time / 1_000), ...series.map(({ values }) => [...values])];
}
