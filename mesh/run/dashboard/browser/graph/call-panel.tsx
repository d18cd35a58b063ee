import { useEffect, useRef } from 'preact/hooks';
import type { CallView, GraphView } from '../../api/views.ts';
import { Icon } from '../controls/icon.tsx';
import { Badge } from '../controls/notes.tsx';
import { useShortcut } from '../controls/use-shortcut.ts';
import { openRoute } from '../state/navigation.ts';
import { formatRoute, NO_TRACE_FILTERS } from '../state/routes.ts';
import { CallFigures } from './call-figures.tsx';
import { callState, groupId } from './call-groups.ts';
import { STATE_TONES } from './call-table.tsx';
import { DecisionList } from './decision-list.tsx';
import { STATE_TEXTS } from './edge-label.ts';
import { PolicyTable } from './policy-table.tsx';

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
  return (
    <aside class="panel" aria-labelledby="call-title" tabindex={-1} ref={root}>
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
    </aside>
  );
}

interface CallDetailsProps {
  readonly graph: GraphView;
  readonly call: CallView;
  readonly field: string | null;
}

function CallDetails({ graph, call, field }: CallDetailsProps) {
  const state = callState(call);
  const siblings = graph.calls.filter((one) => groupId(one) === groupId(call));
  return (
    <div class="panel-body">
      <p class="route-line">
        <strong>{call.caller}</strong> <span aria-hidden="true">→</span>
        <span class="hidden">to</span> <strong>{call.callee}</strong>
        <Badge tone={STATE_TONES[state]}>{STATE_TEXTS[state]}</Badge>
        {call.layer && <span class="soft">enforced by the layer {call.layer}</span>}
      </p>
      {siblings.length > 1 && (
        <nav class="chips" aria-label={`Calls from ${call.caller} to ${call.callee}`}>
          {siblings.map(({ id, name }) => (
            <a
              key={id}
              class="chip"
              href={formatRoute({ view: 'graph', callId: id, field: null })}
              aria-current={id === call.id ? 'true' : undefined}
            >
              {name ?? 'undeclared'}
            </a>
          ))}
        </nav>
      )}
      <CallFigures call={call} windowSeconds={graph.windowSeconds} />
      <h3>Policy</h3>
      <PolicyTable call={call} field={field} />
      <h3>Decisions</h3>
      <DecisionList call={call} />
      {(call.breaker || call.ejectedEndpoints.length > 0) && <EndpointHealthState call={call} />}
      <h3>Methods</h3>
      <ul class="methods">
        {call.methods.map((method) => (
          <li key={method}>
            <a href={tracesOf(call.caller, method)} title={`Traces of ${method}`}>
              <code>{method}</code>
            </a>
          </li>
        ))}
      </ul>
      <p>
        <a class="button" href={tracesOf(call.caller, commonService(call.methods))}>
          <Icon name="traces" />
          Traces of this call
        </a>
      </p>
    </div>
  );
}

function EndpointHealthState({ call: { breaker, ejectedEndpoints } }: { readonly call: CallView }) {
  return (
    <>
      <h3>Endpoints</h3>
      {breaker && (
        <p>
          Circuit breaker:{' '}
          <Badge tone={breaker === 'closed' ? 'good' : breaker === 'open' ? 'bad' : 'warn'}>{breaker}</Badge>
        </p>
      )}
      {ejectedEndpoints.length > 0 && (
        <ul class="decisions">
          {ejectedEndpoints.map((endpoint) => (
            <li key={endpoint}>
              <Badge tone="warn">ejected</Badge>
              <code>{endpoint}</code>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function tracesOf(service: string, text: string): string {
  return formatRoute({ view: 'traces', filters: { ...NO_TRACE_FILTERS, service, text } });
}

/** Returns the gRPC service of methods, which the names of their spans contain. */
function commonService(methods: readonly string[]): string {
  const [first = ''] = methods;
  return methods.length === 1 ? first : (first.split('/')[0] ?? '');
}
