import { EmptyState } from '../controls/notes.tsx';
import { formatNumberOf } from '../format/figures.ts';
import { liveState } from '../state/live-state.ts';
import { useObservable } from '../state/use-observable.ts';
import { ConsoleView } from './console-view.tsx';
import { ProcessTable } from './process-table.tsx';

/** Shows the processes of the run, and the console output of one or of all. */
export function ProcessesPage({ name }: { readonly name: string | null }) {
  const processes = useObservable(liveState.processes);
  const info = useObservable(liveState.info);
  if (info && !info.isLive)
    return (
      <div class="page">
        <h1>Processes</h1>
        <EmptyState title="An exported file has no processes">
          <p>It has the graph, traces, logs and metrics of the run that it was exported from.</p>
        </EmptyState>
      </div>
    );
  if (!processes)
    return (
      <div class="page">
        <h1>Processes</h1>
        <EmptyState title="Waiting for the processes" />
      </div>
    );
  const ready = processes.filter(({ state }) => state === 'ready').length;
  return (
    <div class="page">
      <div class="toolbar">
        <h1>Processes</h1>
        <p class="soft summary">
          {ready} of {formatNumberOf(processes.length, 'process', 'processes')} ready
        </p>
      </div>
      <ProcessTable processes={processes} current={name} />
      <ConsoleView process={name} names={processes.map((process) => process.name)} />
    </div>
  );
}
