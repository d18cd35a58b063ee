import type { ObservabilityPart, ObservabilitySettings } from './settings.ts';

/** A client outside of the stack: the services of the shop, or the ingress gateway. */
type OutsideClient = 'shop' | 'ingress';
export type PartClient = ObservabilityPart | OutsideClient;

/** A port of a part, and the only clients that may connect to it. */
export interface PartPort {
  /** Begins with the protocol, from which Istio derives how to handle the port. */
  readonly name: string;
  readonly port: number;
  readonly clients: readonly PartClient[];
}

/** Name of the ports that Prometheus scrapes in the namespace of the stack. */
export const METRICS_PORT = 'http-metrics';

/**
 * Returns the ports of each part. NetworkPolicies, AuthorizationPolicies and Services are derived from them. A port
 * without clients is reachable through `kubectl port-forward` only, which needs access to the Kubernetes API.
 */
export function partPorts({ hasOtlpMetrics = false }: Pick<ObservabilitySettings, 'hasOtlpMetrics'>) {
  return {
    collector: [
      { name: 'grpc-otlp', port: 4_317, clients: ['shop', 'ingress'] },
      { name: 'http-otlp', port: 4_318, clients: ['shop'] },
      { name: METRICS_PORT, port: 8_888, clients: ['prometheus'] },
    ],
    jaeger: [
      { name: 'grpc-otlp', port: 4_317, clients: ['collector'] },
      { name: 'http-query', port: 16_686, clients: ['grafana', 'kiali'] },
      { name: METRICS_PORT, port: 8_888, clients: ['prometheus'] },
    ],
    prometheus: [
      {
        name: 'http-prometheus',
        port: 9_090,
        clients: ['grafana', 'kiali', ...(hasOtlpMetrics ? ['collector' as const] : [])],
      },
    ],
    alertmanager: [{ name: METRICS_PORT, port: 9_093, clients: ['prometheus', 'grafana'] }],
    loki: [{ name: METRICS_PORT, port: 3_100, clients: ['collector', 'grafana', 'prometheus'] }],
    grafana: [{ name: METRICS_PORT, port: 3_000, clients: ['kiali', 'prometheus'] }],
    kiali: [
      { name: 'http-kiali', port: 20_001, clients: [] },
      { name: METRICS_PORT, port: 9_090, clients: ['prometheus'] },
    ],
  } as const satisfies Record<ObservabilityPart, readonly PartPort[]>;
}
