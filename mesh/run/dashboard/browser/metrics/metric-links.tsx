import type { MetricInfo } from '../../api/views.ts';
import { formatRoute, type MetricRange } from '../state/routes.ts';

interface MetricLinksProps {
  readonly metrics: readonly MetricInfo[];
  readonly current: string | null;
  readonly service: string;
  readonly range: MetricRange;
}

/** Links to the charts of metrics. */
export function MetricLinks({ metrics, current, service, range }: MetricLinksProps) {
  return (
    <ul>
      {metrics.map((metric) => (
        <li key={metric.name}>
          <a
            data-item
            href={formatRoute({
              view: 'metrics',
              name: metric.name,
              service: metric.services.includes(service) ? service : '',
              range,
            })}
            aria-current={metric.name === current ? 'true' : undefined}
            title={metric.help}
          >
            <code>{metric.name}</code>
            <span class="soft small">
              {metric.type}
              {metric.unit !== '' && metric.unit !== '1' && `, ${metric.unit}`}
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}
