import type { LogList, LogView } from '../../api/views.ts';
import { ChoiceField, serviceChoices, TextField } from '../controls/fields.tsx';
import { LoadMore } from '../controls/load-more.tsx';
import { EmptyState, ProblemNote } from '../controls/notes.tsx';
import { usePages } from '../controls/use-pages.ts';
import { useServiceNames } from '../controls/use-service-names.ts';
import { useShortcut } from '../controls/use-shortcut.ts';
import { formatNumberOf } from '../format/figures.ts';
import { queryOf } from '../state/api.ts';
import { liveState } from '../state/live-state.ts';
import { replaceRoute } from '../state/navigation.ts';
import { formatRoute, type LogFilters, NO_LOG_FILTERS } from '../state/routes.ts';
import { useObservable } from '../state/use-observable.ts';
import { LogRow } from './log-row.tsx';

const PAGE_SIZE = 200;
const POLL_INTERVAL_MS = 2_000;

const LEVELS = [
  ['', 'All levels'],
  ['info', 'info and above'],
  ['warn', 'warn and above'],
  ['error', 'error'],
] as const;

const toPage = ({ logs, next }: LogList) => ({ items: logs, next });

/** Searches the logs, newest first, and shows new ones as they arrive. */
export function LogsPage({ filters }: { readonly filters: LogFilters }) {
  const isPaused = useObservable(liveState.isPaused);
  const generation = useObservable(liveState.generation);
  const services = useServiceNames();
  const list = usePages<LogView>(
    (before) => `/api/logs${queryOf({ ...filters, limit: PAGE_SIZE, before })}`,
    toPage,
    JSON.stringify(['logs', filters, generation]),
    isPaused ? undefined : POLL_INTERVAL_MS,
  );
  useShortcut('r', list.reload);
  const change = (changes: Partial<LogFilters>) =>
    replaceRoute({ view: 'logs', filters: { ...filters, ...changes } });
  return (
    <div class="page">
      <div class="toolbar">
        <h1>Logs</h1>
        <search class="filters">
          <TextField
            label="Text"
            value={filters.text}
            placeholder="Text of the message"
            onChange={(text) => change({ text })}
            isMainSearch
          />
          <ChoiceField
            label="Service"
            value={filters.service}
            choices={serviceChoices(services)}
            onChange={(service) => change({ service })}
          />
          <ChoiceField
            label="Level"
            value={filters.level}
            choices={LEVELS}
            onChange={(level) => change({ level })}
          />
          <TextField
            label="Trace id"
            value={filters.traceId}
            placeholder="32 digits"
            onChange={(traceId) => change({ traceId: traceId.trim() })}
          />
        </search>
        {list.items && <p class="soft summary">{formatNumberOf(list.items.length, 'log')}</p>}
      </div>
      <ProblemNote problem={list.problem} />
      {list.items === null ? (
        <EmptyState title={list.problem === null ? 'Reading the logs' : 'No logs were read'} />
      ) : list.items.length === 0 ? (
        <NoLogs isFiltered={Object.values(filters).some((value) => value !== '')} />
      ) : (
        <ul class="logs" aria-label="Logs, newest first">
          {list.items.map((log) => (
            <LogRow key={log.id} log={log} />
          ))}
        </ul>
      )}
      <LoadMore list={list} />
    </div>
  );
}

function NoLogs({ isFiltered }: { readonly isFiltered: boolean }) {
  if (!isFiltered)
    return (
      <EmptyState title="No logs yet">
        <p>Logs of all services appear here as soon as they are exported.</p>
      </EmptyState>
    );
  return (
    <EmptyState title="No log matches the filters">
      <p>
        <a href={formatRoute({ view: 'logs', filters: NO_LOG_FILTERS })}>Show all logs</a>
      </p>
    </EmptyState>
  );
}
