import type { Platform } from '../../graph/platform.ts';
import type { Service } from '../../graph/service.ts';
import { quantile, share, sumRate } from '../promql/expressions.ts';
import { GRPC_FAILURES, targetOf } from '../promql/requests.ts';
import type { Matchers } from '../promql/selector.ts';
import { LAYERS_ID } from './dashboard-ids.ts';
import { type Dashboard, type PanelRow, RATE_WINDOW } from './panel.ts';

/** Numbers of the statuses in `FAILURE_STATUSES`, which Istio reports. */
const ISTIO_FAILURES = { operator: '=~', value: '2|4|8|12|13|14|15' } as const;

/** Returns the dashboard that compares what processes and sidecars measure of the same calls. */
export function layersDashboard(platform: Platform): Dashboard {
  return {
    id: LAYERS_ID,
    title: 'Mesh against app',
    description:
      'What do the calling process and its sidecar measure of the same calls? They differ by the attempts that one of them adds.',
    rows: platform.services.flatMap((caller) =>
      [...new Set(caller.outgoingCalls.map(({ callee }) => callee.name))].map((callee) =>
        pairRow(caller, callee),
      ),
    ),
  };
}

function pairRow(caller: Service, callee: string): PanelRow {
  const app: Matchers = { ...targetOf(caller), weft_callee: callee };
  const { namespace } = caller.platform;
  const mesh: Matchers = {
    reporter: 'source',
    source_workload_namespace: namespace,
    source_canonical_service: caller.name,
    destination_service_name: callee,
  };
  const appRate = (matchers: Matchers) =>
    sumRate('rpc_client_call_duration_seconds_count', matchers, RATE_WINDOW);
  const meshRate = (matchers: Matchers) => sumRate('istio_requests_total', matchers, RATE_WINDOW);
  return {
    title: `${caller.name} → ${callee}`,
    panels: [
      {
        kind: 'timeseries',
        title: `Rate to ${callee}`,
        description:
          'Calls of the process, and requests that its sidecar sent. More requests than calls are attempts of the process; the sidecar counts its own retries as one request.',
        unit: 'requests/s',
        queries: [
          { expr: appRate(app), legend: 'app' },
          { expr: meshRate(mesh), legend: 'mesh' },
        ],
      },
      {
        kind: 'timeseries',
        title: `Failures to ${callee}`,
        description:
          'Share of the calls that failed for the process, and of the requests that failed for its sidecar. A lower share in the app is what its retries repaired.',
        unit: 'ratio',
        queries: [
          { expr: share(appRate({ ...app, rpc_status_code: GRPC_FAILURES }), appRate(app)), legend: 'app' },
          {
            expr: share(meshRate({ ...mesh, grpc_response_status: ISTIO_FAILURES }), meshRate(mesh)),
            legend: 'mesh',
          },
        ],
      },
      {
        kind: 'timeseries',
        title: `p99 to ${callee}`,
        description:
          'Latency of calls for the process, and of requests for its sidecar, streams included. The difference is the time in the process and its retries.',
        unit: 'seconds',
        queries: [
          { expr: quantile(0.99, 'rpc_client_call_duration_seconds', app, RATE_WINDOW), legend: 'app' },
          {
            expr: `${quantile(0.99, 'istio_request_duration_milliseconds', mesh, RATE_WINDOW)} / 1000`,
            legend: 'mesh',
          },
        ],
      },
    ],
  };
}
