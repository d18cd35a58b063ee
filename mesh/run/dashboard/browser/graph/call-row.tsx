import type { CallView } from '../../api/views.ts';
import { memo } from '../controls/memo.tsx';
import { formatCount, formatMs, formatPercent, formatRate, NO_VALUE } from '../format/figures.ts';
import { formatRoute } from '../state/routes.ts';
import { callState, type EdgeState, retryRatio } from './call-groups.ts';
import { EdgeStateBadge } from './edge-state-badge.tsx';

interface CallCells {
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
}

/** Returns the texts of a row, which change less often than the numbers that they show. */
export function cellsOf(call: CallView, windowSeconds: number): CallCells {
  const { id, caller, callee, name, ratePerSecond, errorRatio, p50Ms, p99Ms, recentRetries, requests } = call;
  return {
    id,
    caller,
    callee,
    name,
    state: callState(call),
    rate: ratePerSecond > 0 ? formatRate(ratePerSecond) : NO_VALUE,
    errors: errorRatio > 0 ? formatPercent(errorRatio) : NO_VALUE,
    p50: formatMs(p50Ms),
    p99: formatMs(p99Ms),
    retries: recentRetries > 0 ? formatPercent(retryRatio(call, windowSeconds)) : NO_VALUE,
    requests: formatCount(requests),
  };
}

/** Shows a call as a row of the table. */
export const CallRow = memo<CallCells & { readonly isCurrent: boolean }>((call) => (
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
      <EdgeStateBadge state={call.state} />
    </td>
    <td class="number">{call.rate}</td>
    <td class={call.state === 'failing' ? 'number bad-ink' : 'number'}>{call.errors}</td>
    <td class="number">{call.p50}</td>
    <td class="number">{call.p99}</td>
    <td class={call.state === 'over-retrying' ? 'number warn-ink' : 'number'}>{call.retries}</td>
    <td class="number">{call.requests}</td>
  </tr>
));
