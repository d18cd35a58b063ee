import type { Platform } from '../../graph/platform.ts';
import { max, rate, share, sum, sumRate } from '../promql/expressions.ts';
import { SERVICES_JOB } from '../promql/mesh-metrics.ts';
import { GRPC_FAILURES, servedRequests } from '../promql/requests.ts';
import { type Matchers, selector } from '../promql/selector.ts';
import { RECORDED } from '../rules/slo.ts';
import { capitalize } from './capitalize.ts';
import { OVERVIEW_ID } from './dashboard-ids.ts';
import { type Dashboard, type Panel, type PanelRow, RATE_WINDOW } from './panel.ts';
import { overviewStatsRow } from './rows/overview-stats.ts';
import { MAX_LOOP_UTILIZATION } from './rows/saturation-row.ts';

const BY_SERVICE = '{{service}}';

/** Returns the dashboard of all services of a platform together. */
export function overviewDashboard(platform: Platform): Dashboard {
  return {
    id: OVERVIEW_ID,
    title: `${capitalize(platform.node.id)} at a glance`,
    description: 'Do all services keep their objectives, and where should an operator look first?',
    rows: [
      overviewStatsRow(platform),
      objectivesRow(platform),
      trafficRow(platform),
      saturationRow(platform),
      telemetryRow(platform),
    ],
  };
}

function objectivesRow({ namespace }: Platform): PanelRow {
  return {
    title: 'Objectives',
    panels: [
      {
        kind: 'table',
        title: 'Firing alerts',
        description: 'Alerts that fire now. Empty is good.',
        unit: 'count',
        queries: [
          {
            expr: `sum by (alertname, service, slo, severity) (${selector('ALERTS', { namespace, alertstate: 'firing' })})`,
            legend: '{{severity}}: {{alertname}} {{service}} {{slo}}',
          },
        ],
      },
      {
        kind: 'table',
        title: 'Error budget left',
        description:
          'Share of the bad requests that each objective still allows in its window. Below 0 it is missed.',
        unit: 'ratio',
        queries: [{ expr: selector(RECORDED.remaining, { namespace }), legend: '{{service}} {{slo}}' }],
        threshold: { value: 0, label: 'limit 0 %', breach: 'below' },
      },
      {
        kind: 'timeseries',
        title: 'Burn rates',
        description:
          'Speed at which each error budget is spent, over one hour. At 1 it lasts exactly its window.',
        unit: 'multiple',
        queries: [{ expr: selector(RECORDED.burnRate, { namespace }), legend: '{{service}} {{slo}}' }],
        threshold: { value: 1, label: 'spends exactly the budget', breach: 'above' },
      },
    ],
  };
}

function trafficRow({ namespace, services }: Platform): PanelRow {
  const metrics = new Set(services.flatMap((service) => servedRequests(service).map(({ metric }) => metric)));
  const served = sum(
    [...metrics].map((metric) => rate(`${metric}_count`, { namespace }, RATE_WINDOW)).join(' or '),
    ['service'],
  );
  const calls = (matchers: Matchers = {}) =>
    sumRate('rpc_client_call_duration_seconds_count', { namespace, ...matchers }, RATE_WINDOW, [
      'service',
      'weft_callee',
    ]);
  const callLegend = '{{service}} → {{weft_callee}}';
  return {
    title: 'Traffic',
    panels: [
      {
        kind: 'timeseries',
        title: 'Requests by service',
        description: 'Requests per second that each service serves, over HTTP and gRPC.',
        unit: 'requests/s',
        queries: [{ expr: served, legend: BY_SERVICE }],
      },
      {
        kind: 'timeseries',
        title: 'Failures of calls',
        description:
          'Share of the declared calls that failed after all attempts, by caller and callee. Lines at 0 are good.',
        unit: 'ratio',
        queries: [{ expr: share(calls({ rpc_status_code: GRPC_FAILURES }), calls()), legend: callLegend }],
      },
      {
        kind: 'timeseries',
        title: 'Decisions of the policies',
        description:
          'Retries, ejections, refusals and other decisions that processes took on their calls, over all services.',
        unit: 'per second',
        queries: [
          {
            expr: sumRate('weft_call_policy_total', { namespace }, RATE_WINDOW, ['service', 'weft_decision']),
            legend: '{{service}} {{weft_decision}}',
          },
        ],
      },
    ],
  };
}

function saturationRow({ namespace }: Platform): PanelRow {
  const by = ['service'];
  return {
    title: 'Saturation of the busiest pod',
    panels: [
      {
        kind: 'timeseries',
        title: 'Event loop utilization',
        description: 'Share of time in which the event loop of the busiest pod was busy.',
        unit: 'ratio',
        queries: [{ expr: max('nodejs_eventloop_utilization_ratio', { namespace }, by), legend: BY_SERVICE }],
        threshold: { value: MAX_LOOP_UTILIZATION, label: 'requests queue above 80 %', breach: 'above' },
      },
      {
        kind: 'timeseries',
        title: 'CPU',
        description: 'CPU time per second of all pods of a service, without sidecars.',
        unit: 'cores',
        queries: [
          {
            expr: sumRate('process_cpu_seconds_total', { namespace, job: SERVICES_JOB }, RATE_WINDOW, by),
            legend: BY_SERVICE,
          },
        ],
      },
      {
        kind: 'timeseries',
        title: 'Memory',
        description: 'Resident memory of the largest pod of each service.',
        unit: 'bytes',
        queries: [
          {
            expr: max('process_resident_memory_bytes', { namespace, job: SERVICES_JOB }, by),
            legend: BY_SERVICE,
          },
        ],
      },
    ],
  };
}

function telemetryRow({ namespace }: Platform): PanelRow {
  const dropped = (metric: string, label: string): Panel['queries'] => [
    {
      expr: sumRate(metric, { namespace }, RATE_WINDOW, ['service', label]),
      legend: `{{service}} {{${label}}}`,
    },
  ];
  return {
    title: 'Telemetry itself',
    panels: [
      {
        kind: 'timeseries',
        title: 'Dropped telemetry',
        description:
          'Spans, log lines and exports that processes dropped because the collector is down, slow or refuses them.',
        unit: 'per second',
        queries: dropped('weft_telemetry_dropped_total', 'weft_signal'),
        threshold: { value: 0, label: 'limit 0 (ticket)', breach: 'above' },
      },
      {
        kind: 'timeseries',
        title: 'Values above the cardinality cap',
        description: 'Values of metrics with too many label values, which are counted in one series "other".',
        unit: 'per second',
        queries: dropped('weft_metric_series_dropped_total', 'weft_metric'),
        threshold: { value: 0, label: 'limit 0 (ticket)', breach: 'above' },
      },
    ],
  };
}
