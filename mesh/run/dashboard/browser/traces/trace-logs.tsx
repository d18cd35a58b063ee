import type { LogView } from '../../api/views.ts';
import { LevelLabel } from '../controls/level-label.tsx';
import { formatClock } from '../format/times.ts';

interface TraceLogsProps {
  readonly logs: readonly LogView[];
  readonly currentSpan: string | null;
  readonly onSpan: (spanId: string) => void;
}

/** Lists the logs of a trace. A click on a log shows its span. */
export function TraceLogs({ logs, currentSpan, onSpan }: TraceLogsProps) {
  const sorted = [...logs].sort((a, b) => a.time - b.time);
  return (
    <section class="trace-logs" aria-labelledby="trace-logs-title">
      <h2 id="trace-logs-title">Logs</h2>
      {sorted.length === 0 ? (
        <p class="soft">No service logged anything in this trace.</p>
      ) : (
        <ul>
          {sorted.map(({ id, time, service, level, message, spanId }) => (
            <li key={id}>
              <button
                type="button"
                class="log-button"
                disabled={spanId === null}
                aria-pressed={spanId !== null && spanId === currentSpan}
                onClick={() => spanId !== null && onSpan(spanId)}
              >
                <span class="log-meta">
                  <LevelLabel level={level} />
                  <span>{formatClock(time)}</span>
                  <span>{service}</span>
                </span>
                <span class="log-message">{message}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
