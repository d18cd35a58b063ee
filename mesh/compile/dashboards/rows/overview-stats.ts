import type { Platform } from '../../../graph/platform.ts';
import type { Service } from '../../../graph/service.ts';
import { quantile, share, sum, sumRate } from '../../promql/expressions.ts';
import { SERVICES_JOB } from '../../promql/mesh-metrics.ts';
import { servedRequests, targetOf } from '../../promql/requests.ts';
import { oneOf, selector } from '../../promql/selector.ts';
import { MAX_OUTBOX_AGE_SECONDS } from '../../rules/platform-alerts.ts';
import { toRatio } from '../../rules/slo.ts';
import { capitalize } from '../capitalize.ts';
import { type Panel, type PanelRow, RANGE, RATE_WINDOW } from '../panel.ts';
import { latencyThreshold } from './served-row.ts';

/** Returns the few numbers that say whether a platform is well: at its edges, in its lifecycles and in its outboxes. */
export function overviewStatsRow(platform: Platform): PanelRow {
  const { services, namespace, topics } = platform;
  const lifecycles = services.filter(({ lifecycle }) => lifecycle);
  return {
    title: 'Now',
    panels: [
      ...services.filter(({ edge }) => edge).flatMap(edgePanels),
      ...lifecycles.map(succeededPanel),
      alertsPanel(namespace),
      ...(topics.length > 0 ? [outboxPanel(namespace)] : []),
      podsPanel(platform),
    ],
  };
}

function edgePanels(service: Service): readonly Panel[] {
  const [requests] = servedRequests(service);
  if (!requests) return [];
  const { metric, all, failed, timed } = requests;
  const rate = (matchers: typeof all) => sumRate(`${metric}_count`, matchers, RATE_WINDOW);
  const { availabilityPercent } = service.serviceLevel;
  return [
    {
      kind: 'stat',
      title: `Requests at ${service.name}`,
      description: 'HTTP requests per second from outside.',
      unit: 'requests/s',
      queries: [{ expr: rate(all), legend: service.name }],
    },
    {
      kind: 'stat',
      title: `Failures at ${service.name}`,
      description: 'Share of the HTTP requests that failed because of the platform (status 5xx).',
      unit: 'ratio',
      queries: [{ expr: share(rate(failed), rate(all)), legend: service.name }],
      threshold: {
        value: Number((1 - toRatio(availabilityPercent)).toPrecision(6)),
        label: `objective ${availabilityPercent} %`,
        breach: 'above',
      },
    },
    {
      kind: 'stat',
      title: `p99 at ${service.name}`,
      description: '99th percentile of the latency of HTTP requests, without streams.',
      unit: 'seconds',
      queries: [{ expr: quantile(0.99, metric, timed, RATE_WINDOW), legend: service.name }],
      threshold: latencyThreshold(service),
    },
  ];
}

function succeededPanel(service: Service): Panel {
  const { noun, metric, label, states } = service.lifecycle ?? {
    noun: '',
    metric: '',
    label: '',
    states: {},
  };
  const succeeded = Object.keys(states).filter((state) => states[state] === 'succeeded');
  const series = selector(metric, { ...targetOf(service), [label]: oneOf(succeeded) });
  return {
    kind: 'stat',
    title: `${capitalize(noun)} that succeeded`,
    description: `${capitalize(noun)} that reached their successful state in the time range.`,
    unit: 'count',
    queries: [{ expr: `${sum(`increase(${series}[${RANGE}])`)} or vector(0)`, legend: noun }],
  };
}

function alertsPanel(namespace: string): Panel {
  return {
    kind: 'stat',
    title: 'Firing alerts',
    description: 'Alerts of all services that fire now. The table below names them.',
    unit: 'count',
    queries: [
      {
        expr: `count(${selector('ALERTS', { namespace, alertstate: 'firing' })}) or vector(0)`,
        legend: 'alerts',
      },
    ],
    threshold: { value: 0, label: 'limit 0', breach: 'above' },
  };
}

function outboxPanel(namespace: string): Panel {
  return {
    kind: 'stat',
    title: 'Oldest event in an outbox',
    description: 'Age of the oldest event that waits for the broker, over all services.',
    unit: 'seconds',
    queries: [{ expr: `max(${selector('weft_outbox_oldest_seconds', { namespace })})`, legend: 'oldest' }],
    threshold: {
      value: MAX_OUTBOX_AGE_SECONDS,
      label: `limit ${MAX_OUTBOX_AGE_SECONDS} s (page)`,
      breach: 'above',
    },
  };
}

function podsPanel({ namespace, services }: Platform): Panel {
  const minimum = services.reduce(
    (total, { size, versions }) => total + size.minReplicas * versions.length,
    0,
  );
  return {
    kind: 'stat',
    title: 'Reachable pods',
    description: 'Pods of all services that Prometheus reaches.',
    unit: 'count',
    queries: [
      {
        expr: sum(
          selector('up', { namespace, job: SERVICES_JOB, service: oneOf(services.map(({ name }) => name)) }),
        ),
        legend: 'pods',
      },
    ],
    threshold: { value: minimum, label: `declared minimum ${minimum}`, breach: 'below' },
  };
}
