import { useState } from 'preact/hooks';
import type { LogView } from '../../api/views.ts';
import { AttributeTable } from '../controls/attribute-table.tsx';
import { LevelLabel } from '../controls/level-label.tsx';
import { formatClock } from '../format/times.ts';
import { formatRoute } from '../state/routes.ts';

/** Shows a log as a line, which expands to its attributes. */
export function LogRow({ log }: { readonly log: LogView }) {
  const [isOpen, setOpen] = useState(false);
  const { id, time, service, level, message, traceId } = log;
  return (
    <li class={isOpen ? 'log open' : 'log'}>
      <button
        type="button"
        class="log-line"
        data-item
        aria-expanded={isOpen}
        aria-controls={`log-${id}`}
        onClick={() => setOpen(!isOpen)}
      >
        <time class="log-time" dateTime={new Date(time).toISOString()}>
          {formatClock(time)}
        </time>
        <LevelLabel level={level} />
        <span class="log-service">{service}</span>
        <span class="log-message">{message}</span>
        {traceId !== null && <span class="log-trace soft">{traceId.slice(0, 8)}</span>}
      </button>
      <div id={`log-${id}`} hidden={!isOpen} class="log-details">
        {isOpen && <LogDetails log={log} />}
      </div>
    </li>
  );
}

function LogDetails({ log: { instance, attributes, traceId, spanId } }: { readonly log: LogView }) {
  return (
    <>
      {traceId !== null && (
        <p>
          <a href={formatRoute({ view: 'trace', traceId, spanId })}>
            Trace <code>{traceId}</code>
          </a>
        </p>
      )}
      <AttributeTable attributes={{ instance, ...attributes }} />
    </>
  );
}
