import type { MetricSeriesView } from '../../api/views.ts';
import { formatMetric } from '../format/metric-units.ts';
import { formatClock } from '../format/times.ts';
import { formatRoute } from '../state/routes.ts';

const MAX_EXEMPLARS = 20;

/** Lists the slowest requests of a latency histogram with links to their traces. */
export function ExemplarList({ data: { metric, exemplars } }: { readonly data: MetricSeriesView }) {
  if (exemplars.length === 0) return null;
  const slowest = [...exemplars].sort((a, b) => b.value - a.value).slice(0, MAX_EXEMPLARS);
  return (
    <section aria-labelledby="exemplars-title">
      <h3 id="exemplars-title">
        <span class="exemplar-dot" aria-hidden="true" />
        Slowest sampled requests
      </h3>
      <ol class="exemplars">
        {slowest.map(({ time, value, traceId }) => (
          <li key={`${traceId} ${time}`}>
            <a data-item href={formatRoute({ view: 'trace', traceId, spanId: null })}>
              <span class="number">{formatMetric(value, metric.unit, false)}</span>
              <span class="soft">{formatClock(time)}</span>
              <code>{traceId.slice(0, 8)}</code>
            </a>
          </li>
        ))}
      </ol>
    </section>
  );
}
