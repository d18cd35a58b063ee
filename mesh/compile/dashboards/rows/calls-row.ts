import type { Service } from '../../../graph/service.ts';
import { milliseconds } from '../../../policy/duration.ts';
import { quantile, share, sumRate } from '../../promql/expressions.ts';
import { GRPC_FAILURES, targetOf } from '../../promql/requests.ts';
import { type LabelMatch, selector } from '../../promql/selector.ts';
import { type Panel, type PanelRow, RATE_WINDOW } from '../panel.ts';

const METRIC = 'rpc_client_call_duration_seconds';
const BY_CALL = ['weft_call', 'weft_callee'];
const LEGEND = '{{weft_call}} → {{weft_callee}}';

/** Returns the declared calls that a service makes. */
export function callsRow(service: Service): PanelRow {
  return {
    title: 'Calls out',
    panels: [
      callRatePanel(service),
      callFailurePanel(service),
      callLatencyPanel(service),
      decisionsPanel(service),
      inFlightPanel(service),
    ],
  };
}

function callRatePanel(service: Service): Panel {
  return {
    kind: 'timeseries',
    title: 'Rate by call',
    description: 'Declared calls per second, by call and callee. A call counts once, with all its attempts.',
    unit: 'requests/s',
    queries: [{ expr: sumRate(`${METRIC}_count`, targetOf(service), RATE_WINDOW, BY_CALL), legend: LEGEND }],
  };
}

function callFailurePanel(service: Service): Panel {
  const all = targetOf(service);
  const rate = (matchers: typeof all) => sumRate(`${METRIC}_count`, matchers, RATE_WINDOW, BY_CALL);
  return {
    kind: 'timeseries',
    title: 'Failures by call',
    description: 'Share of the calls that failed after all attempts, by call and callee.',
    unit: 'ratio',
    queries: [{ expr: share(rate({ ...all, rpc_status_code: GRPC_FAILURES }), rate(all)), legend: LEGEND }],
  };
}

function callLatencyPanel(service: Service): Panel {
  const endless = service.outgoingCalls.filter(({ policy }) => policy.timeout === 'none');
  const timed: LabelMatch | undefined =
    endless.length === 0 ? undefined : { operator: '!~', value: endless.map(({ name }) => name).join('|') };
  const deadline = longestTimeout(service);
  return {
    kind: 'timeseries',
    title: 'p99 by call',
    description:
      'Time from the call to its result, with all attempts. Calls without a deadline are left out. The line is the longest deadline.',
    unit: 'seconds',
    queries: [
      {
        expr: quantile(
          0.99,
          METRIC,
          { ...targetOf(service), ...(timed && { weft_call: timed }) },
          RATE_WINDOW,
          BY_CALL,
        ),
        legend: LEGEND,
      },
    ],
    ...(deadline && {
      threshold: {
        value: milliseconds(deadline) / 1_000,
        label: `longest deadline ${deadline}`,
        breach: 'above' as const,
      },
    }),
  };
}

function decisionsPanel(service: Service): Panel {
  const by = ['weft_call', 'weft_decision', 'weft_policy_field'];
  return {
    kind: 'timeseries',
    title: 'Decisions of the policies',
    description:
      'Decisions of this process on its calls, such as retries, ejections and refusals, with the policy field that caused each. Where the mesh enforces a call, its sidecar decides instead.',
    unit: 'per second',
    queries: [
      {
        expr: sumRate('weft_call_policy_total', targetOf(service), RATE_WINDOW, by),
        legend: '{{weft_call}} {{weft_decision}} ({{weft_policy_field}})',
      },
    ],
  };
}

function inFlightPanel(service: Service): Panel {
  return {
    kind: 'timeseries',
    title: 'Calls in flight',
    description:
      'Calls that have not ended, over all pods. Growth at a constant rate means that the callee slows down.',
    unit: 'count',
    queries: [
      {
        expr: `sum by (${BY_CALL.join(', ')}) (${selector('weft_call_in_flight', targetOf(service))})`,
        legend: LEGEND,
      },
    ],
  };
}

function longestTimeout({ outgoingCalls }: Service) {
  return outgoingCalls
    .flatMap(({ policy: { timeout } }) => (timeout === undefined || timeout === 'none' ? [] : [timeout]))
    .reduce<`${number}${'ms' | 's' | 'm' | 'h'}` | undefined>(
      (longest, timeout) => (longest && milliseconds(longest) >= milliseconds(timeout) ? longest : timeout),
      undefined,
    );
}
