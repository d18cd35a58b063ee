import type { Service } from '../../../graph/service.ts';
import { quantile, share, sumRate } from '../../promql/expressions.ts';
import { processOf, type ServedRequests } from '../../promql/requests.ts';
import { selector } from '../../promql/selector.ts';
import { toRatio } from '../../rules/slo.ts';
import { type Panel, type PanelRow, RATE_WINDOW } from '../panel.ts';
import { latencyThreshold } from './served-row.ts';

/** Returns the versions of a service side by side, for a shift of its traffic. */
export function versionsRow(service: Service, requests: ServedRequests): PanelRow {
  const count = `${requests.metric}_count`;
  const rate = (matchers: ServedRequests['all']) => sumRate(count, matchers, RATE_WINDOW, ['version']);
  const legend = '{{version}}';
  return {
    title: 'Versions side by side',
    panels: [
      {
        kind: 'timeseries',
        title: 'Rate by version',
        description: `${requests.protocol} requests per second. During a shift, the shares follow the weights of the versions.`,
        unit: 'requests/s',
        isStacked: true,
        queries: [{ expr: rate(requests.all), legend }],
      },
      {
        kind: 'timeseries',
        title: 'Failures by version',
        description:
          'Share of the requests that failed. A new version should not exceed the version that it replaces.',
        unit: 'ratio',
        queries: [{ expr: share(rate(requests.failed), rate(requests.all)), legend }],
        threshold: {
          value: Number((1 - toRatio(service.serviceLevel.availabilityPercent)).toPrecision(6)),
          label: `objective ${service.serviceLevel.availabilityPercent} %`,
          breach: 'above',
        },
      },
      {
        kind: 'timeseries',
        title: 'p99 by version',
        description: '99th percentile of the latency, without streams.',
        unit: 'seconds',
        queries: [
          { expr: quantile(0.99, requests.metric, requests.timed, RATE_WINDOW, ['version']), legend },
        ],
        threshold: latencyThreshold(service),
      },
      podsPanel(service),
    ],
  };
}

function podsPanel(service: Service): Panel {
  return {
    kind: 'timeseries',
    title: 'Reachable pods by version',
    description: `Pods that Prometheus reaches. Each version should have at least ${service.size.minReplicas}.`,
    unit: 'count',
    queries: [{ expr: `sum by (version) (${selector('up', processOf(service))})`, legend: '{{version}}' }],
    threshold: {
      value: service.size.minReplicas,
      label: `declared minimum ${service.size.minReplicas}`,
      breach: 'below',
    },
  };
}
