import { useMemo } from 'preact/hooks';
import type { TraceView } from '../../api/views.ts';
import { Icon } from '../controls/icon.tsx';
import { EmptyState, ProblemNote } from '../controls/notes.tsx';
import { useRequest } from '../controls/use-request.ts';
import { useShortcut } from '../controls/use-shortcut.ts';
import { formatMs, formatNumberOf } from '../format/figures.ts';
import { replaceRoute } from '../state/navigation.ts';
import { formatRoute, NO_LOG_FILTERS, NO_TRACE_FILTERS } from '../state/routes.ts';
import { SpanPanel } from './span-panel.tsx';
import { TraceLogs } from './trace-logs.tsx';
import { Waterfall } from './waterfall.tsx';

interface TracePageProps {
  readonly traceId: string;
  readonly spanId: string | null;
}

/** Shows one trace: its spans, its logs, and the details of one span. */
export function TracePage({ traceId, spanId }: TracePageProps) {
  const { data, problem, isLoading, reload } = useRequest<TraceView>(
    `/api/traces/${encodeURIComponent(traceId)}`,
  );
  useShortcut('r', reload);
  const trace = data?.traceId === traceId ? data : null;
  const span = useMemo(() => trace?.spans.find((one) => one.spanId === spanId), [trace, spanId]);
  const open = (target: string | null) => replaceRoute({ view: 'trace', traceId, spanId: target });
  return (
    <div class="page trace-page">
      <div class="toolbar">
        <a class="back" href={formatRoute({ view: 'traces', filters: NO_TRACE_FILTERS })}>
          <Icon name="back" />
          Traces
        </a>
        <h1>{trace?.spans[0]?.name ?? 'Trace'}</h1>
        {trace && <TraceSummaryLine trace={trace} />}
      </div>
      <ProblemNote problem={problem} />
      {!trace && isLoading && <EmptyState title="Reading the trace" />}
      {trace && trace.spans.length === 0 && <EmptyState title="The store has no spans of this trace" />}
      {trace && trace.spans.length > 0 && (
        <>
          <TraceNotes trace={trace} />
          <div class="trace-columns">
            <Waterfall trace={trace} currentSpan={spanId} onSpan={open} />
            <div class="trace-side">
              {span && <SpanPanel span={span} onClose={() => open(null)} />}
              <TraceLogs logs={trace.logs} currentSpan={spanId} onSpan={open} />
            </div>
          </div>
        </>
      )}
    </div>
  );
}

function TraceSummaryLine({ trace: { traceId, spans, logs } }: { readonly trace: TraceView }) {
  const durationMs = Math.max(0, ...spans.map((span) => span.startMs + span.durationMs));
  const errors = spans.filter(({ isError }) => isError).length;
  return (
    <>
      <p class="soft summary">
        {formatMs(durationMs)} · {formatNumberOf(spans.length, 'span')} ·{' '}
        {formatNumberOf(new Set(spans.map(({ service }) => service)).size, 'service')}
        {errors > 0 && <span class="bad-ink"> · {formatNumberOf(errors, 'error')}</span>} ·{' '}
        <a href={formatRoute({ view: 'logs', filters: { ...NO_LOG_FILTERS, traceId } })}>
          {formatNumberOf(logs.length, 'log')}
        </a>{' '}
        · <code>{traceId}</code>
      </p>
      <a
        class="button small"
        href={`/api/export?traceId=${encodeURIComponent(traceId)}`}
        download
        title="Export this trace as a file"
      >
        <Icon name="export" />
        Export trace
      </a>
    </>
  );
}

function TraceNotes({ trace: { omitted, clockShifts } }: { readonly trace: TraceView }) {
  const shifts = clockShifts.map(({ service, shiftMs }) => `${service} by ${formatMs(shiftMs)}`).join(', ');
  return (
    <>
      {omitted > 0 && (
        <p class="note">
          The trace has {formatNumberOf(omitted, 'more span', 'more spans')}, which this page does not show.
        </p>
      )}
      {shifts !== '' && (
        <p class="note">Clocks differ between processes. The times of spans were moved: {shifts}.</p>
      )}
    </>
  );
}
