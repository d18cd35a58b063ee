import type { Service } from '../../../graph/service.ts';
import { quantile, share, sumRate } from '../../promql/expressions.ts';
import type { ServedRequests } from '../../promql/requests.ts';
import { latencyThresholdSeconds, toRatio } from '../../rules/slo.ts';
import { type Panel, type PanelRow, RATE_WINDOW } from '../panel.ts';

/** Returns the rate, errors and latency of the requests that a service serves over one protocol. */
export function servedRow(service: Service, requests: ServedRequests): PanelRow {
  return {
    title: `Calls in over ${requests.protocol}`,
    panels: [
      ratePanel(requests),
      failurePanel(service, requests),
      latencyPanel(service, requests),
      slowestPanel(service, requests),
      statusPanel(requests),
      heatmapPanel(service, requests),
    ],
  };
}

function ratePanel({ protocol, metric, all, operation }: ServedRequests): Panel {
  const by = protocol === 'HTTP' ? ['http_request_method', operation] : ['weft_caller', operation];
  return {
    kind: 'timeseries',
    title: 'Rate',
    description:
      protocol === 'HTTP'
        ? 'Requests per second by route, as the service counts them. Requests without a route have an empty one.'
        : 'Calls per second by caller and method, as the service counts them. Retries count as calls.',
    unit: 'requests/s',
    queries: [
      {
        expr: sumRate(`${metric}_count`, all, RATE_WINDOW, by),
        legend: by.map((label) => `{{${label}}}`).join(' '),
      },
    ],
  };
}

function failurePanel(
  { serviceLevel }: Service,
  { protocol, metric, all, failed, operation }: ServedRequests,
): Panel {
  const count = `${metric}_count`;
  return {
    kind: 'timeseries',
    title: 'Failures',
    description: `Share of the requests that failed because of the service, by ${protocol === 'HTTP' ? 'route (status 5xx)' : 'method'}. The line is the error budget: above it, the objective is being missed.`,
    unit: 'ratio',
    queries: [
      { expr: share(sumRate(count, failed, RATE_WINDOW), sumRate(count, all, RATE_WINDOW)), legend: 'all' },
      {
        expr: `${share(sumRate(count, failed, RATE_WINDOW, [operation]), sumRate(count, all, RATE_WINDOW, [operation]))} > 0`,
        legend: `{{${operation}}}`,
      },
    ],
    threshold: {
      value: Number((1 - toRatio(serviceLevel.availabilityPercent)).toPrecision(6)),
      label: `objective ${serviceLevel.availabilityPercent} %`,
      breach: 'above',
    },
  };
}

function latencyPanel(service: Service, { metric, timed }: ServedRequests): Panel {
  return {
    kind: 'timeseries',
    title: 'Latency',
    description: `Time to the end of the response, without streams. The objective: ${service.serviceLevel.latencyPercent} % within the line.`,
    unit: 'seconds',
    queries: [
      { expr: quantile(0.5, metric, timed, RATE_WINDOW), legend: 'p50' },
      { expr: quantile(0.95, metric, timed, RATE_WINDOW), legend: 'p95' },
      { expr: quantile(0.99, metric, timed, RATE_WINDOW), legend: 'p99' },
    ],
    threshold: latencyThreshold(service),
  };
}

function slowestPanel(service: Service, { protocol, metric, timed, operation }: ServedRequests): Panel {
  const name = protocol === 'HTTP' ? 'route' : 'method';
  return {
    kind: 'timeseries',
    title: `p99 by ${name}`,
    description: `99th percentile of each ${name}, without streams. Shows which one is slow.`,
    unit: 'seconds',
    queries: [{ expr: quantile(0.99, metric, timed, RATE_WINDOW, [operation]), legend: `{{${operation}}}` }],
    threshold: latencyThreshold(service),
  };
}

function statusPanel({ metric, all, status }: ServedRequests): Panel {
  return {
    kind: 'timeseries',
    title: 'Statuses',
    description:
      'Requests per second by status. Shows client errors too, which the objective does not count.',
    unit: 'requests/s',
    isStacked: true,
    queries: [{ expr: sumRate(`${metric}_count`, all, RATE_WINDOW, [status]), legend: `{{${status}}}` }],
  };
}

function heatmapPanel(service: Service, { metric, timed }: ServedRequests): Panel {
  return {
    kind: 'heatmap',
    title: 'Distribution of latency',
    description:
      'Requests per second by bucket of latency, without streams. Two bands mean two kinds of requests, or one slow pod.',
    unit: 'seconds',
    queries: [{ expr: sumRate(`${metric}_bucket`, timed, RATE_WINDOW, ['le']), legend: '{{le}}' }],
    threshold: latencyThreshold(service),
  };
}

/** Returns the latency objective as the limit of a panel in seconds. */
export function latencyThreshold(service: Service): NonNullable<Panel['threshold']> {
  const { latencyPercent, latencyThreshold: threshold } = service.serviceLevel;
  return {
    value: latencyThresholdSeconds(service),
    label: `objective: ${latencyPercent} % within ${threshold}`,
    breach: 'above',
  };
}
