import type { TraceSummary } from '../../api/views.ts';
import { memo } from '../controls/memo.tsx';
import { ServiceLabel } from '../controls/service-label.tsx';
import { formatCount, formatMs, formatNumberOf } from '../format/figures.ts';
import { formatClock } from '../format/times.ts';
import { formatRoute } from '../state/routes.ts';
import { shortSpanName } from './row-cells.ts';

/** Maximum number of services that a row names. */
const MAX_SERVICES = 6;

/** Lists traces with their duration, relative to the longest of the list. */
export function TraceListTable({ traces }: { readonly traces: readonly TraceSummary[] }) {
  const longest = Math.max(...traces.map(({ durationMs }) => durationMs), Number.MIN_VALUE);
  return (
    <table class="data cards traces">
      <thead>
        <tr>
          <th scope="col">Start</th>
          <th scope="col">Trace</th>
          <th scope="col" class="number">
            Duration
          </th>
          <th scope="col" class="number">
            Spans
          </th>
          <th scope="col">Errors</th>
          <th scope="col">Services</th>
        </tr>
      </thead>
      <tbody>
        {traces.map((trace) => (
          <TraceRow
            key={trace.traceId}
            trace={trace}
            share={Math.round((trace.durationMs / longest) * 200) / 2}
            signature={`${trace.durationMs} ${trace.spans} ${trace.errors} ${trace.name}`}
          />
        ))}
      </tbody>
    </table>
  );
}

interface TraceRowProps {
  readonly trace: TraceSummary;
  /** Width of the bar in percent. */
  readonly share: number;
  /** Changes with the content of the row. */
  readonly signature: string;
}

const TraceRow = memo<TraceRowProps>(({ trace, share }) => {
  const { traceId, name, service, start, durationMs, spans, errors, services } = trace;
  return (
    <tr>
      <td class="time" data-label="Start">
        {formatClock(start)}
      </td>
      <th scope="row" class="title-cell">
        <a class="row-link" data-item href={formatRoute({ view: 'trace', traceId, spanId: null })}>
          {shortSpanName(name)}
        </a>
        <span class="soft small block">
          {service} · <code>{traceId.slice(0, 8)}</code>
        </span>
      </th>
      <td class="number duration" data-label="Duration">
        <span>{formatMs(durationMs)}</span>
        <span class="bar" aria-hidden="true">
          <span style={{ width: `${share}%` }} />
        </span>
      </td>
      <td class="number spans" data-label="Spans">
        {formatCount(spans)}
      </td>
      <td class="errors" data-label="Errors">
        {errors > 0 ? (
          <span class="badge bad">{formatNumberOf(errors, 'error')}</span>
        ) : (
          <span class="soft">no errors</span>
        )}
      </td>
      <td class="services" data-label="Services">
        <div class="service-list">
          {services.slice(0, MAX_SERVICES).map((one) => (
            <ServiceLabel key={one.name} name={one.name} spans={one.spans} />
          ))}
          {services.length > MAX_SERVICES && (
            <span class="soft">and {services.length - MAX_SERVICES} more</span>
          )}
        </div>
      </td>
    </tr>
  );
});
