import { useCallback, useMemo, useState } from 'preact/hooks';
import type { GraphView } from '../../api/views.ts';
import { TextField } from '../controls/fields.tsx';
import { EmptyState } from '../controls/notes.tsx';
import { useMediaQuery } from '../controls/use-media-query.ts';
import { formatNumberOf } from '../format/figures.ts';
import { formatAge } from '../format/times.ts';
import { liveState } from '../state/live-state.ts';
import { useObservable } from '../state/use-observable.ts';
import { groupCalls } from './call-groups.ts';
import { CallPanel } from './call-panel.tsx';
import { CallTable } from './call-table.tsx';
import { GraphCanvas } from './graph-canvas.tsx';
import { Legend } from './legend.tsx';

interface GraphPageProps {
  readonly callId: string | null;
  readonly field: string | null;
}

/** Shows the declared graph with its traffic: as a drawing, as a table, and one call in a panel. */
export function GraphPage({ callId, field }: GraphPageProps) {
  const graph = useObservable(liveState.graph);
  const [filter, setFilter] = useState('');
  const isNarrow = useMediaQuery('(max-width: 720px)');
  const groups = useMemo(() => (graph ? groupCalls(graph) : []), [graph]);
  const names = graph?.services.map(({ name }) => name).join('\n') ?? '';
  const matches = useMemo(() => matchServices(graph, filter), [names, filter]);
  const toggle = useCallback((name: string) => setFilter((before) => (before === name ? '' : name)), []);
  if (!graph) return <EmptyState title="Reading the graph" />;
  if (graph.services.length === 0) return <EmptyState title="The graph has no services" />;
  return (
    <div class={callId === null ? 'graph-page' : 'graph-page with-panel'}>
      <div class="graph-main">
        <div class="toolbar">
          <h1>Graph</h1>
          <TextField
            label="Filter services"
            value={filter}
            placeholder="Service or topic"
            onChange={setFilter}
            isMainSearch
          />
          <p class="soft summary">
            {formatNumberOf(graph.services.length, 'service')}, {formatNumberOf(graph.calls.length, 'call')},
            rates over {formatAge(graph.windowSeconds * 1_000)}
          </p>
        </div>
        {matches?.size === 0 && <p class="note">No service or topic has “{filter}” in its name.</p>}
        <GraphCanvas
          graph={graph}
          groups={groups}
          direction={isNarrow ? 'TB' : 'LR'}
          matches={matches}
          currentCall={callId}
          onOpen={toggle}
        />
        <Legend />
        <h2>Calls</h2>
        <CallTable graph={graph} matches={matches} currentCall={callId} />
      </div>
      {callId !== null && <CallPanel graph={graph} callId={callId} field={field} />}
    </div>
  );
}

/** Returns the services that a filter matches by their own name, or by that of a topic of theirs. */
function matchServices(graph: GraphView | null, filter: string): ReadonlySet<string> | null {
  const text = filter.trim().toLowerCase();
  if (!graph || text === '') return null;
  const isExact = graph.services.some(({ name }) => name.toLowerCase() === text);
  const isMatch = (name: string) =>
    isExact ? name.toLowerCase() === text : name.toLowerCase().includes(text);
  const topics = graph.topics.filter(({ name }) => isMatch(name));
  return new Set([
    ...graph.services.map(({ name }) => name).filter(isMatch),
    ...topics.flatMap(({ publishers, consumers }) => [...publishers, ...consumers]),
  ]);
}
