import { useMemo, useRef, useState } from 'preact/hooks';
import type { GraphView } from '../../api/views.ts';
import { SortHeader } from '../controls/sort-header.tsx';
import { type SortOrder, sortRows } from '../controls/sort-rows.ts';
import { useVisibleRows } from '../controls/use-visible-rows.ts';
import { COLUMNS } from './call-columns.ts';
import { CallRow, cellsOf } from './call-row.tsx';

interface CallTableProps {
  readonly graph: GraphView;
  readonly matches: ReadonlySet<string> | null;
  readonly currentCall: string | null;
}

/** Height of a row in CSS pixels, as the style sheet sets it. */
const ROW_HEIGHT = 37;

/** Lists the calls of the graph: the same data as the drawing. Renders only the rows that are visible. */
export function CallTable({ graph, matches, currentCall }: CallTableProps) {
  const box = useRef<HTMLElement>(null);
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
  const { first, end } = useVisibleRows(box, ROW_HEIGHT, rows.length);
  return (
    <section class="table-box" aria-label="Calls" tabindex={0} ref={box}>
      <table class="data calls" aria-rowcount={rows.length + 1}>
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
          <SpacerRow rows={first} />
          {rows.slice(first, end).map((call) => (
            <CallRow key={call.id} {...cellsOf(call, windowSeconds)} isCurrent={call.id === currentCall} />
          ))}
          <SpacerRow rows={rows.length - end} />
        </tbody>
      </table>
    </section>
  );
}

/** Keeps the place of rows that are not rendered. */
function SpacerRow({ rows }: { readonly rows: number }) {
  if (rows <= 0) return null;
  return (
    <tr class="spacer">
      <td colSpan={Object.keys(COLUMNS).length} style={{ height: `${rows * ROW_HEIGHT}px` }} />
    </tr>
  );
}
