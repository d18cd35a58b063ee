import { useMemo, useState } from 'preact/hooks';
import type { MetricInfo } from '../../api/views.ts';
import { TextField } from '../controls/fields.tsx';
import { EmptyState, ProblemNote } from '../controls/notes.tsx';
import { useRequest } from '../controls/use-request.ts';
import { formatNumberOf } from '../format/figures.ts';
import { liveState } from '../state/live-state.ts';
import type { MetricRange } from '../state/routes.ts';
import { useObservable } from '../state/use-observable.ts';
import { MetricDetails } from './metric-details.tsx';
import { MetricLinks } from './metric-links.tsx';

interface MetricsPageProps {
  readonly name: string | null;
  readonly service: string;
  readonly range: MetricRange;
}

const LIST_INTERVAL_MS = 15_000;

/** Lists the metrics, and draws one of them over time. */
export function MetricsPage({ name, service, range }: MetricsPageProps) {
  const isPaused = useObservable(liveState.isPaused);
  const { data, problem } = useRequest<{ readonly metrics: readonly MetricInfo[] }>('/api/metrics', {
    intervalMs: isPaused ? undefined : LIST_INTERVAL_MS,
  });
  const [filter, setFilter] = useState('');
  const metrics = useMemo(() => {
    const text = filter.toLowerCase();
    return [...(data?.metrics ?? [])]
      .filter((metric) => `${metric.name} ${metric.help}`.toLowerCase().includes(text))
      .sort((a, b) => a.name.localeCompare(b.name, 'en'));
  }, [data, filter]);
  return (
    <div class={name === null ? 'metrics-page' : 'metrics-page with-metric'}>
      <section class="metric-list" aria-label="Metrics">
        <div class="toolbar">
          <h1>Metrics</h1>
          <TextField
            label="Search"
            value={filter}
            onChange={setFilter}
            placeholder="Name or description"
            isMainSearch
          />
          {data && <p class="soft summary">{formatNumberOf(metrics.length, 'metric')}</p>}
        </div>
        <ProblemNote problem={problem} />
        {data && data.metrics.length === 0 && <EmptyState title="No metrics yet" />}
        {data && data.metrics.length > 0 && metrics.length === 0 && (
          <EmptyState title="No metric matches the search" />
        )}
        <MetricLinks metrics={metrics} current={name} service={service} range={range} />
      </section>
      <section class="metric-main" aria-label="Metric">
        {name === null ? (
          <EmptyState title="No metric chosen">
            <p>Choose a metric to see its values over time, per service.</p>
          </EmptyState>
        ) : (
          <MetricDetails key={name} name={name} service={service} range={range} />
        )}
      </section>
    </div>
  );
}
