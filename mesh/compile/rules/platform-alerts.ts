import type { Platform } from '../../graph/platform.ts';
import type { Service } from '../../graph/service.ts';
import { EVENTS_ID, OVERVIEW_ID, serviceDashboardId } from '../dashboards/dashboard-ids.ts';
import { max } from '../promql/expressions.ts';
import { processOf, targetOf } from '../promql/requests.ts';
import { selector } from '../promql/selector.ts';
import type { AlertingRule } from './rule-file.ts';

/** Maximum age of the oldest event in an outbox, in seconds, before an alert fires. */
export const MAX_OUTBOX_AGE_SECONDS = 60;

/** Returns the alert for a service without a pod that Prometheus can reach. */
export function unreachableAlert(service: Service): AlertingRule {
  const { name } = service;
  const up = selector('up', processOf(service));
  return {
    alert: 'ServiceUnreachable',
    // `absent` covers a service without any target, of which `up` has no series.
    expr: `sum by (namespace, service) (${up}) == 0 or absent(${up})`,
    for: '2m',
    labels: { severity: 'page', namespace: service.platform.namespace, service: name },
    annotations: {
      summary: `no pod of ${name} is reachable`,
      description: `Prometheus has not reached the admin port of any pod of ${name} for 2 minutes. Look at the pods and their logs.`,
      dashboard: serviceDashboardId(service),
    },
  };
}

/** Returns the alert about differences to a provider's ledger, if the service compares it. */
export function reconciliationAlerts(service: Service): readonly AlertingRule[] {
  const metric = 'weft_reconciliation_findings_total';
  if (!service.ownMetrics.includes(metric)) return [];
  const findings = selector(metric, { ...targetOf(service), action: 'reported' });
  return [
    {
      alert: 'ReconciliationFinding',
      expr: `sum by (namespace, service, finding) (increase(${findings}[1h])) > 0`,
      labels: { severity: 'ticket' },
      annotations: {
        summary: "{{ $labels.service }} and the provider's ledger disagree: {{ $labels.finding }}",
        description:
          'Reconciliation cannot decide which side is right. The log line "reconciliation: {{ $labels.finding }}" has the key and both amounts.',
        dashboard: serviceDashboardId(service),
      },
    },
  ];
}

/** Returns the alerts about events, if the platform has topics. */
export function eventAlerts({ namespace, topics }: Platform): readonly AlertingRule[] {
  if (topics.length === 0) return [];
  const by = ['namespace', 'service', 'topic'];
  return [
    {
      alert: 'OutboxStalled',
      expr: `${max('weft_outbox_oldest_seconds', { namespace }, by)} > ${MAX_OUTBOX_AGE_SECONDS}`,
      for: '1m',
      labels: { severity: 'page' },
      annotations: {
        summary: 'the outbox of {{ $labels.service }} stalls for topic {{ $labels.topic }}',
        description:
          'The oldest event of the outbox is {{ $value | humanizeDuration }} old: the broker does not accept events. No event is lost; look at the broker.',
        dashboard: EVENTS_ID,
      },
    },
    {
      alert: 'DeadLetters',
      expr: `${max('weft_dead_letters', { namespace }, [...by, 'group'])} > 0`,
      labels: { severity: 'ticket' },
      annotations: {
        summary: '{{ $labels.group }} has {{ $value }} dead letters of topic {{ $labels.topic }}',
        description:
          'A consumer could not process these events. List them with npm run events, correct the cause, and replay them.',
        dashboard: EVENTS_ID,
      },
    },
  ];
}

/** Returns the alerts about telemetry that processes drop. */
export function telemetryAlerts({ namespace }: Platform): readonly AlertingRule[] {
  const increase = (metric: string) => `increase(${selector(metric, { namespace })}[15m])`;
  return [
    {
      alert: 'TelemetryDropped',
      expr: `sum by (namespace, service, weft_signal) (${increase('weft_telemetry_dropped_total')}) > 0`,
      for: '15m',
      labels: { severity: 'ticket' },
      annotations: {
        summary: '{{ $labels.service }} drops {{ $labels.weft_signal }}',
        description:
          'The collector is down, slow or refuses exports, so that traces or logs are incomplete. Requests are not affected.',
        dashboard: OVERVIEW_ID,
      },
    },
    {
      alert: 'MetricSeriesDropped',
      expr: `sum by (namespace, service, weft_metric) (${increase('weft_metric_series_dropped_total')}) > 0`,
      for: '15m',
      labels: { severity: 'ticket' },
      annotations: {
        summary: '{{ $labels.service }} has too many series of {{ $labels.weft_metric }}',
        description:
          'A label of the metric has more values than the cardinality cap. Values beyond it are counted in one series with the label value "other".',
        dashboard: OVERVIEW_ID,
      },
    },
  ];
}
