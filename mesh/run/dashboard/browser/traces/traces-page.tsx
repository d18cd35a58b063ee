import type { TraceList, TraceSummary } from '../../api/views.ts';
import { CheckField, ChoiceField, serviceChoices, TextField } from '../controls/fields.tsx';
import { LoadMore } from '../controls/load-more.tsx';
import { EmptyState, ProblemNote } from '../controls/notes.tsx';
import { usePages } from '../controls/use-pages.ts';
import { useServiceNames } from '../controls/use-service-names.ts';
import { useShortcut } from '../controls/use-shortcut.ts';
import { formatNumberOf } from '../format/figures.ts';
import { queryOf } from '../state/api.ts';
import { liveState } from '../state/live-state.ts';
import { replaceRoute } from '../state/navigation.ts';
import { formatRoute, NO_TRACE_FILTERS, type TraceFilters } from '../state/routes.ts';
import { useObservable } from '../state/use-observable.ts';
import { TraceListTable } from './trace-list.tsx';

const PAGE_SIZE = 50;
const POLL_INTERVAL_MS = 3_000;

const toPage = ({ traces, next }: TraceList) => ({ items: traces, next });

/** Searches the traces, newest first. */
export function TracesPage({ filters }: { readonly filters: TraceFilters }) {
  const isPaused = useObservable(liveState.isPaused);
  const generation = useObservable(liveState.generation);
  const services = useServiceNames();
  const { service, text, minMs, errorsOnly } = filters;
  const list = usePages<TraceSummary>(
    (before) =>
      `/api/traces${queryOf({ service, text, minMs, error: errorsOnly ? 'true' : '', limit: PAGE_SIZE, before })}`,
    toPage,
    JSON.stringify(['traces', filters, generation]),
    isPaused ? undefined : POLL_INTERVAL_MS,
  );
  useShortcut('r', list.reload);
  const change = (changes: Partial<TraceFilters>) =>
    replaceRoute({ view: 'traces', filters: { ...filters, ...changes } });
  const isFiltered = service !== '' || text !== '' || minMs !== '' || errorsOnly;
  return (
    <div class="page">
      <div class="toolbar">
        <h1>Traces</h1>
        <search class="filters">
          <TextField
            label="Text in span names"
            value={text}
            placeholder="PlaceOrder"
            onChange={(value) => change({ text: value })}
            isMainSearch
          />
          <ChoiceField
            label="Service"
            value={service}
            choices={serviceChoices(services)}
            onChange={(value) => change({ service: value })}
          />
          <TextField
            label="Minimum ms"
            isNumeric
            value={minMs}
            onChange={(value) => change({ minMs: value.replace(/[^\d.]/g, '') })}
          />
          <CheckField
            label="Errors only"
            isChecked={errorsOnly}
            onChange={(value) => change({ errorsOnly: value })}
          />
        </search>
        {list.items && <p class="soft summary">{formatNumberOf(list.items.length, 'trace')}</p>}
      </div>
      <ProblemNote problem={list.problem} />
      {list.items === null ? (
        <EmptyState title={list.problem === null ? 'Reading the traces' : 'No traces were read'} />
      ) : list.items.length === 0 ? (
        <NoTraces isFiltered={isFiltered} />
      ) : (
        <div class="list-box">
          <TraceListTable traces={list.items} />
        </div>
      )}
      <LoadMore list={list} />
    </div>
  );
}

function NoTraces({ isFiltered }: { readonly isFiltered: boolean }) {
  if (isFiltered)
    return (
      <EmptyState title="No trace matches the filters">
        <p>
          <a href={formatRoute({ view: 'traces', filters: NO_TRACE_FILTERS })}>Show all traces</a>
        </p>
      </EmptyState>
    );
  return (
    <EmptyState title="No traces yet">
      <p>
        Send a request to the gateway. npm start prints commands that place an order. The trace appears here
        within seconds.
      </p>
    </EmptyState>
  );
}
