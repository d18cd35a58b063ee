import { useMemo, useState } from 'preact/hooks';
import type { CallView, GraphView } from '../../api/views.ts';
import { memo } from '../controls/memo.tsx';
import { Badge } from '../controls/notes.tsx';
import { SortHeader } from '../controls/sort-header.tsx';
import { type SortOrder, sortRows } from '../controls/sort-rows.ts';
import { formatCount, formatMs, formatPercent, formatRate, NO_VALUE } from '../format/figures.ts';
import { formatRoute } from '../state/routes.ts';
import { callState, type EdgeState, retryRatio } from './call-groups.ts';
import { STATE_TEXTS } from './edge-label.ts';

/** Tones of the states, in the colors of the drawing. */
export const STATE_TONES: Readonly<Record<EdgeState, 'good' | 'bad' | 'warn' | 'neutral'>> = {
  healthy: 'good',
  idle: 'neutral',
  failing: 'bad',
  'over-retrying': 'warn',
  unused: 'neutral',
  undeclared: 'bad',
};

const SEVERITY: readonly EdgeState[] = [
  'idle',
  'unused',
  'healthy',
  'over-retrying',
  'failing',
  'undeclared',
];

interface CallTableProps {
  readonly graph: GraphView;
  readonly matches: ReadonlySet<string> | null;
  readonly currentCall: string | null;
}

type CallColumn = (call: CallView, windowSeconds: number) => string | number | null;

const COLUMNS: Readonly<
  Record<string, { readonly text: string; readonly isNumeric: boolean; readonly keyOf: CallColumn }>
> = {
  caller: { text: 'Caller', isNumeric: false, keyOf: ({ caller, name }) => `${caller} ${name ?? ''}` },
  callee: { text: 'Callee', isNumeric: false, keyOf: ({ callee, name }) => `${callee} ${name ?? ''}` },
  name: { text: 'Call', isNumeric: false, keyOf: ({ name }) => name },
  state: { text: 'State', isNumeric: true, keyOf: (call) => SEVERITY.indexOf(callState(call)) },
  rate: { text: 'Rate', isNumeric: true, keyOf: ({ ratePerSecond }) => ratePerSecond },
  errors: { text: 'Errors', isNumeric: true, keyOf: ({ errorRatio }) => errorRatio },
  p50: { text: 'p50', isNumeric: true, keyOf: ({ p50Ms }) => p50Ms },
  p99: { text: 'p99', isNumeric: true, keyOf: ({ p99Ms }) => p99Ms },
  retries: { text: 'Retries', isNumeric: true, keyOf: (call, seconds) => retryRatio(call, seconds) },
  requests: { text: 'Requests', isNumeric: true, keyOf: ({ requests }) => requests },
};

/** Lists the calls of the graph: the same data as the drawing, for everyone who reads tables better. */
export function CallTable({ graph, matches, currentCall }: CallTableProps) {
  const [order, setOrder] = useState<SortOrder>({ column: 'caller', isDescending: false });
  const { calls, windowSeconds } = graph;
  const rows = useMemo(() => {
    const listed = calls.filter(
      ({ caller, callee }) => !matches || matches.has(caller) || matches.has(callee),
    );
    const column = COLUMNS[order.column];
    return column
      ? sortRows(listed, (call) => column.keyOf(call, windowSeconds), order.isDescending)
      : listed;
  }, [calls, matches, order, windowSeconds]);
  return (
    <section class="table-box" aria-label="Calls" tabindex={0}>
      <table class="data">
        <thead>
          <tr>
            {Object.entries(COLUMNS).map(([column, { text, isNumeric }]) => (
              <SortHeader
                key={column}
                column={column}
                text={text}
                isNumeric={isNumeric && column !== 'state'}
                order={order}
                onOrder={setOrder}
              />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((call) => (
            <CallRow
              key={call.id}
              id={call.id}
              caller={call.caller}
              callee={call.callee}
              name={call.name}
              state={callState(call)}
              rate={call.ratePerSecond > 0 ? formatRate(call.ratePerSecond) : NO_VALUE}
              errors={call.errorRatio > 0 ? formatPercent(call.errorRatio) : NO_VALUE}
              p50={formatMs(call.p50Ms)}
              p99={formatMs(call.p99Ms)}
              retries={call.recentRetries > 0 ? formatPercent(retryRatio(call, windowSeconds)) : NO_VALUE}
              requests={formatCount(call.requests)}
              isCurrent={call.id === currentCall}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface CallRowProps {
  readonly id: string;
  readonly caller: string;
  readonly callee: string;
  readonly name: string | null;
  readonly state: EdgeState;
  readonly rate: string;
  readonly errors: string;
  readonly p50: string;
  readonly p99: string;
  readonly retries: string;
  readonly requests: string;
  readonly isCurrent: boolean;
}

const CallRow = memo<CallRowProps>((call) => (
  <tr class={call.isCurrent ? 'current' : ''}>
    <th scope="row">{call.caller}</th>
    <td>{call.callee}</td>
    <td>
      <a
        class="row-link"
        data-item
        href={formatRoute({ view: 'graph', callId: call.id, field: null })}
        aria-label={`${call.caller} to ${call.callee}: ${call.name ?? 'undeclared call'}`}
      >
        {call.name ?? 'undeclared call'}
      </a>
    </td>
    <td>
      <Badge tone={STATE_TONES[call.state]}>{STATE_TEXTS[call.state]}</Badge>
    </td>
    <td class="number">{call.rate}</td>
    <td class={call.state === 'failing' ? 'number bad-ink' : 'number'}>{call.errors}</td>
    <td class="number">{call.p50}</td>
    <td class="number">{call.p99}</td>
    <td class={call.state === 'over-retrying' ? 'number warn-ink' : 'number'}>{call.retries}</td>
    <td class="number">{call.requests}</td>
  </tr>
));
