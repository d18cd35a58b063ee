import type { ProcessView } from '../../api/views.ts';
import { useNow } from '../controls/use-now.ts';
import { formatCount, NO_VALUE } from '../format/figures.ts';
import { formatAge, formatTime } from '../format/times.ts';
import { formatRoute } from '../state/routes.ts';
import { ProcessCommands } from './process-commands.tsx';
import { ProcessStateBadge } from './state-badge.tsx';

interface ProcessTableProps {
  readonly processes: readonly ProcessView[];
  readonly current: string | null;
}

/** Lists the processes with their state and commands. On phones, each process is a card. */
export function ProcessTable({ processes, current }: ProcessTableProps) {
  const now = useNow();
  return (
    <section class="table-box fit" aria-label="Processes" tabindex={0}>
      <table class="data cards">
        <thead>
          <tr>
            <th scope="col">Process</th>
            <th scope="col">State</th>
            <th scope="col" class="number">
              Since
            </th>
            <th scope="col" class="number">
              Restarts
            </th>
            <th scope="col">Waits for</th>
            <th scope="col">Ports</th>
            <th scope="col">Last problem</th>
            <th scope="col">
              <span class="hidden">Commands</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {processes.map((process) => (
            <ProcessRow key={process.name} process={process} now={now} isCurrent={process.name === current} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface ProcessRowProps {
  readonly process: ProcessView;
  readonly now: number;
  readonly isCurrent: boolean;
}

function ProcessRow({ process, now, isCurrent }: ProcessRowProps) {
  const { name, kind, state, pid, restarts, since, waitsFor, lastProblem, ports } = process;
  return (
    <tr class={isCurrent ? 'current' : ''}>
      <th scope="row">
        <a
          class="row-link"
          data-item
          href={formatRoute({ view: 'processes', name: isCurrent ? null : name })}
          aria-current={isCurrent ? 'true' : undefined}
          title={`Console of ${name}`}
        >
          {name}
        </a>
        <span class="soft small block">
          {kind === 'service' ? '' : `${kind} · `}
          {pid === null ? 'no process' : `pid ${pid}`}
        </span>
      </th>
      <td data-label="State">
        <ProcessStateBadge state={state} />
      </td>
      <td class="number" data-label="Since" title={formatTime(since, now)}>
        {formatAge(now - since)}
      </td>
      <td class={restarts > 0 ? 'number warn-ink' : 'number'} data-label="Restarts">
        {formatCount(restarts)}
      </td>
      <td class="wrap" data-label="Waits for">
        {waitsFor ?? NO_VALUE}
      </td>
      <td data-label="Ports">
        {ports.length === 0
          ? NO_VALUE
          : ports.map((port) => (
              <span key={port.name} class="port">
                <span class="soft">{port.name}</span> <code>{port.address}</code>
              </span>
            ))}
      </td>
      <td class="wrap" data-label="Last problem">
        {lastProblem ?? NO_VALUE}
      </td>
      <td data-label="">
        <ProcessCommands process={process} />
      </td>
    </tr>
  );
}
