import type { CallView, GraphView } from '../../api/views.ts';
import { Icon } from '../controls/icon.tsx';
import { Badge } from '../controls/notes.tsx';
import { formatRoute, NO_TRACE_FILTERS } from '../state/routes.ts';
import { CallFigures } from './call-figures.tsx';
import { callState, groupId } from './call-groups.ts';
import { DecisionList } from './decision-list.tsx';
import { EdgeStateBadge } from './edge-state-badge.tsx';
import { PolicyTable } from './policy-table.tsx';

interface CallDetailsProps {
  readonly graph: GraphView;
  readonly call: CallView;
  readonly field: string | null;
}

/** Shows everything about a call: numbers, policy, decisions, endpoints and methods. */
export function CallDetails({ graph, call, field }: CallDetailsProps) {
  const siblings = graph.calls.filter((one) => groupId(one) === groupId(call));
  return (
    <div class="panel-body">
      <p class="route-line">
        <strong>{call.caller}</strong> <span aria-hidden="true">→</span>
        <span class="hidden">to</span> <strong>{call.callee}</strong>
        <EdgeStateBadge state={callState(call)} />
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
