import { useEffect, useRef } from 'preact/hooks';
import type { GraphView } from '../../api/views.ts';
import { Icon } from '../controls/icon.tsx';
import { useShortcut } from '../controls/use-shortcut.ts';
import { openRoute } from '../state/navigation.ts';
import { formatRoute } from '../state/routes.ts';
import { CallDetails } from './call-details.tsx';

interface CallPanelProps {
  readonly graph: GraphView;
  readonly callId: string;
  readonly field: string | null;
}

const close = () => openRoute({ view: 'graph', callId: null, field: null });

/** Shows the policy, the decisions and the numbers of one call. */
export function CallPanel({ graph, callId, field }: CallPanelProps) {
  const root = useRef<HTMLElement>(null);
  const call = graph.calls.find(({ id }) => id === callId);
  useShortcut('Escape', close);
  useEffect(() => {
    root.current?.focus({ preventScroll: true });
    root.current?.querySelector('.target')?.scrollIntoView({ block: 'nearest' });
  }, [callId, field]);
  useEffect(() => () => focusRow(callId), [callId]);
  return (
    <section class="panel" aria-labelledby="call-title" tabindex={-1} ref={root}>
      <header class="panel-head">
        <div>
          <p class="overline">Call</p>
          <h2 id="call-title">{call?.name ?? (call ? 'undeclared call' : callId)}</h2>
        </div>
        <button
          type="button"
          class="icon-button"
          onClick={close}
          aria-label="Close the call"
          title="Close (Escape)"
        >
          <Icon name="close" />
        </button>
      </header>
      {call ? (
        <CallDetails graph={graph} call={call} field={field} />
      ) : (
        <p class="panel-body">The graph has no such call.</p>
      )}
    </section>
  );
}

/** Returns the focus to the row of a call, so that the keyboard continues there. */
function focusRow(callId: string): void {
  const href = formatRoute({ view: 'graph', callId, field: null });
  document
    .querySelector<HTMLElement>(`main a.row-link[href=${CSS.escape(href)}]`)
    ?.focus({ preventScroll: true });
}
