import type { MonitoringPeer, TelemetryPeer } from '../../mesh/graph/external-peers.ts';
import type { ObservabilityPart } from './settings.ts';

/** Namespace of the observability stack. */
export const MONITORING_NAMESPACE = 'monitoring';

/** Names of the Service, the ServiceAccount and the workload of each part, as in the community's Helm charts. */
export const PART_NAMES = {
  collector: 'opentelemetry-collector',
  jaeger: 'jaeger',
  prometheus: 'prometheus',
  alertmanager: 'alertmanager',
  loki: 'loki',
  grafana: 'grafana',
  kiali: 'kiali',
} as const satisfies Record<ObservabilityPart, string>;

/** Images of the parts, each with the exact version. */
export const PART_IMAGES = {
  collector: 'otel/opentelemetry-collector-contrib:0.155.0',
  jaeger: 'jaegertracing/jaeger:2.13.0',
  prometheus: 'prom/prometheus:v3.15.0',
  alertmanager: 'prom/alertmanager:v0.35.0',
  loki: 'grafana/loki:3.7.8',
  grafana: 'grafana/grafana:13.1.1',
  kiali: 'quay.io/kiali/kiali:v2.24.0',
} as const satisfies Record<ObservabilityPart, string>;

/** The Prometheus that may scrape the shop. Its labels are also those of the community's Helm charts. */
export const PROMETHEUS: MonitoringPeer = {
  namespace: MONITORING_NAMESPACE,
  labels: { 'app.kubernetes.io/name': PART_NAMES.prometheus },
  serviceAccount: PART_NAMES.prometheus,
};

/** The collector of traces and logs. Its labels are also those of the community's Helm charts. */
export const COLLECTOR: TelemetryPeer = {
  namespace: MONITORING_NAMESPACE,
  labels: { 'app.kubernetes.io/name': PART_NAMES.collector },
  service: PART_NAMES.collector,
};

/** Returns the DNS name of a part's Service. */
export function partHost(part: ObservabilityPart): string {
  return `${PART_NAMES[part]}.${MONITORING_NAMESPACE}.svc.cluster.local`;
}

/** Returns the labels of every object of a part. */
export function partLabels(part: ObservabilityPart): Readonly<Record<string, string>> {
  const name = PART_NAMES[part];
  return {
    app: name,
    'app.kubernetes.io/name': name,
    'app.kubernetes.io/part-of': 'observability',
    'app.kubernetes.io/managed-by': 'weft',
  };
}
