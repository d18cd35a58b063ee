import { useMemo } from 'preact/hooks';
import type { MetricSeriesView } from '../../api/views.ts';
import { ChoiceField, serviceChoices } from '../controls/fields.tsx';
import { Icon } from '../controls/icon.tsx';
import { EmptyState, ProblemNote } from '../controls/notes.tsx';
import { useRequest } from '../controls/use-request.ts';
import { useShortcut } from '../controls/use-shortcut.ts';
import { queryOf } from '../state/api.ts';
import { liveState } from '../state/live-state.ts';
import { replaceRoute } from '../state/navigation.ts';
import { formatRoute, METRIC_RANGES, type MetricRange } from '../state/routes.ts';
import { useObservable } from '../state/use-observable.ts';
import { ExemplarList } from './exemplar-list.tsx';
import { MetricChart } from './metric-chart.tsx';
import { isRateSeries } from './series-names.ts';

interface MetricDetailsProps {
  readonly name: string;
  readonly service: string;
  readonly range: MetricRange;
}

const POINTS = 240;
const REFRESH_INTERVAL_MS = 5_000;
const RANGE_TEXTS: Readonly<Record<MetricRange, string>> = {
  300: '5 minutes',
  900: '15 minutes',
  3600: '1 hour',
  all: 'All',
};

/** Draws a metric over time, with links to traces of slow requests. */
export function MetricDetails({ name, service, range }: MetricDetailsProps) {
  const isPaused = useObservable(liveState.isPaused);
  const info = useObservable(liveState.info);
  // The end of an exported file is long ago, so all of it is shown.
  const seconds = info?.isLive === false ? 'all' : range;
  const { data, problem, reload } = useRangedMetric(name, service, seconds, isPaused);
  useShortcut('r', reload);
  const open = (changes: Partial<MetricDetailsProps>) =>
    replaceRoute({ view: 'metrics', name, service, range, ...changes });
  const metric = data?.metric;
  const split = useMemo(() => (data ? splitByUnit(data) : []), [data]);
  return (
    <article aria-labelledby="metric-title">
      <a class="back narrow-only" href={formatRoute({ view: 'metrics', name: null, service: '', range })}>
        <Icon name="back" />
        Metrics
      </a>
      <h2 id="metric-title" class="metric-title">
        {name}
      </h2>
      {metric && metric.help !== '' && <p class="soft">{metric.help}</p>}
      <div class="toolbar">
        <ChoiceField
          label="Service"
          value={service}
          choices={serviceChoices(metric?.services ?? [])}
          onChange={(value) => open({ service: value })}
        />
        <fieldset class="segments">
          <legend class="hidden">Time range</legend>
          {METRIC_RANGES.map((one) => (
            <label key={one}>
              <input
                type="radio"
                name="range"
                value={one}
                checked={one === seconds}
                onChange={() => open({ range: one })}
              />
              <span>{RANGE_TEXTS[one]}</span>
            </label>
          ))}
        </fieldset>
      </div>
      <ProblemNote problem={problem} />
      {data && data.series.length === 0 && (
        <EmptyState title="No values in this range">
          <p>Choose a longer range, or another service.</p>
        </EmptyState>
      )}
      {split.map(({ title, data: part, isRate }) => (
        <MetricChart key={title} title={title} data={part} isRate={isRate} />
      ))}
      {data && data.omitted > 0 && (
        <p class="soft small">{data.omitted} more series are not shown. Choose a service to see its own.</p>
      )}
      {data && <ExemplarList data={data} />}
    </article>
  );
}

/** Reads the values of a metric, and again every few seconds with a later range. */
function useRangedMetric(name: string, service: string, seconds: MetricRange, isPaused: boolean) {
  const info = useObservable(liveState.info);
  const path = () => {
    const isLive = info?.isLive !== false;
    const end = isLive ? Date.now() : (liveState.graph.value?.time ?? Date.now());
    const from = seconds === 'all' ? info?.startedAt : end - Number(seconds) * 1_000;
    return `/api/metrics/${encodeURIComponent(name)}${queryOf({
      service,
      from,
      to: isLive ? undefined : end,
      points: POINTS,
    })}`;
  };
  return useRequest<MetricSeriesView>(path, {
    intervalMs: isPaused ? undefined : REFRESH_INTERVAL_MS,
    key: JSON.stringify([name, service, seconds, info?.startedAt]),
  });
}

interface MetricPart {
  readonly title: string;
  readonly data: MetricSeriesView;
  readonly isRate: boolean;
}

/**
 * Separates rates from values, because one axis cannot have two units. The order of the series, and thereby their
 * colors, does not depend on their values.
 */
function splitByUnit(data: MetricSeriesView): readonly MetricPart[] {
  const isRate = ({ labels }: MetricSeriesView['series'][number]) => isRateSeries(data.metric.type, labels);
  const keyed = data.series.map((series) => ({ series, key: JSON.stringify(series.labels) }));
  const sorted = keyed.sort((a, b) => a.key.localeCompare(b.key, 'en')).map(({ series }) => series);
  const isHistogram = data.metric.type === 'histogram';
  const values = sorted.filter((series) => !isRate(series));
  const rates = sorted.filter(isRate);
  return [
    ...(values.length
      ? [{ title: isHistogram ? 'Percentiles' : 'Value', data: { ...data, series: values }, isRate: false }]
      : []),
    ...(rates.length
      ? [
          {
            title: isHistogram ? 'Observations' : 'Rate',
            data: { ...data, series: rates, exemplars: [] },
            isRate: true,
          },
        ]
      : []),
  ];
}
