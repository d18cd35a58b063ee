import type { SpanView } from '../../api/views.ts';
import { AttributeTable } from '../controls/attribute-table.tsx';
import { Icon } from '../controls/icon.tsx';
import { Badge } from '../controls/notes.tsx';
import { ServiceLabel } from '../controls/service-label.tsx';
import { useShortcut } from '../controls/use-shortcut.ts';
import { formatMs } from '../format/figures.ts';
import { decisionText } from '../graph/decision-text.ts';
import { formatRoute } from '../state/routes.ts';

interface SpanPanelProps {
  readonly span: SpanView;
  readonly onClose: () => void;
}

/** Shows the attributes, the events and the links of a span. */
export function SpanPanel({ span, onClose }: SpanPanelProps) {
  useShortcut('Escape', onClose);
  const { name, service, kind, startMs, durationMs, isError, statusMessage, callId } = span;
  return (
    <section class="span-panel" aria-labelledby="span-title">
      <header class="panel-head">
        <div>
          <p class="overline">Span</p>
          <h2 id="span-title">{name}</h2>
        </div>
        <button
          type="button"
          class="icon-button"
          onClick={onClose}
          aria-label="Close the span"
          title="Close (Escape)"
        >
          <Icon name="close" />
        </button>
      </header>
      <div class="panel-body">
        <p class="route-line">
          <ServiceLabel name={service} />
          <span class="soft">{kind}</span>
          {isError && <Badge tone="bad">error</Badge>}
        </p>
        {statusMessage !== '' && <p class="bad-ink wrap-anywhere">{statusMessage}</p>}
        <dl class="figures">
          <div>
            <dt>Start</dt>
            <dd>{formatMs(startMs)}</dd>
          </div>
          <div>
            <dt>Duration</dt>
            <dd>{formatMs(durationMs)}</dd>
          </div>
        </dl>
        {callId !== null && (
          <p>
            <a href={formatRoute({ view: 'graph', callId, field: null })}>
              Policy of the call <code>{callId}</code>
            </a>
          </p>
        )}
        <h3>Attributes</h3>
        <AttributeTable attributes={span.attributes} />
        <SpanEvents span={span} />
        <SpanLinks span={span} />
        <p class="soft small">
          Span <code>{span.spanId}</code>
        </p>
      </div>
    </section>
  );
}

function SpanEvents({ span: { events, callId } }: { readonly span: SpanView }) {
  if (events.length === 0) return null;
  return (
    <>
      <h3>Events</h3>
      <ul class="events">
        {events.map(({ name, atMs, attributes, decision }, index) => (
          <li key={index}>
            <p>
              <span class="soft">{formatMs(atMs)}</span> {decision ? decisionText(decision) : name}
              {decision && decision.field !== '' && callId !== null && (
                <>
                  {', because of '}
                  <a href={formatRoute({ view: 'graph', callId, field: decision.field })}>
                    <code>{decision.field}</code>
                  </a>
                </>
              )}
            </p>
            <AttributeTable attributes={attributes} />
          </li>
        ))}
      </ul>
    </>
  );
}

function SpanLinks({ span: { links } }: { readonly span: SpanView }) {
  if (links.length === 0) return null;
  return (
    <>
      <h3>Links</h3>
      <ul class="plain-list">
        {links.map(({ traceId, spanId }) => (
          <li key={`${traceId} ${spanId}`}>
            <a href={formatRoute({ view: 'trace', traceId, spanId })}>
              Span <code>{spanId}</code> of trace <code>{traceId.slice(0, 8)}</code>
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}
