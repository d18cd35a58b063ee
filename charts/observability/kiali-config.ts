import { status } from '@grpc/grpc-js';
import { FAILURE_STATUSES } from '../../mesh/policy/service-level-objective.ts';
import { MONITORING_NAMESPACE, PART_NAMES, partHost } from './names.ts';
import type { ObservabilityPart, ObservabilitySettings } from './settings.ts';

/**
 * Validations that are wrong about valid objects:
 *
 * - KIA0201, more than one DestinationRule for a host: Kiali does not compare their `workloadSelector`, by which each
 *   caller has its own rule.
 * - KIA1007, a Sidecar with an ambiguous mode of outbound traffic: Kiali cannot distinguish `REGISTRY_ONLY` from no mode.
 */
const IGNORED_VALIDATIONS = ['KIA0201', 'KIA1007'];

/**
 * The gRPC statuses that Kiali shows as failures are those of the objectives. By default it shows every call without `OK`:
 * a client that stops to watch, and every product that does not exist.
 */
const HEALTH = {
  rate: [
    {
      namespace: '.*',
      kind: '.*',
      name: '.*',
      tolerance: [
        {
          protocol: 'grpc',
          direction: '.*',
          code: `^(${FAILURE_STATUSES.map((name) => status[name]).join('|')})$`,
          degraded: 0,
          failure: 10,
        },
        { protocol: 'http', direction: '.*', code: '^5\\d\\d$', degraded: 0, failure: 10 },
      ],
    },
  ],
};

/**
 * Returns the configuration of Kiali. It reads the mesh and changes nothing, and trusts every visitor, because it is
 * reachable through `kubectl port-forward` only.
 *
 * Kiali 2 renamed `in_cluster_url` to `internal_url`. Both names are set, so that the same file works with Kiali 1.
 * @see https://kiali.io/docs/configuration/kialis.kiali.io/
 */
export function kialiConfig(
  settings: ObservabilitySettings,
  parts: ReadonlySet<ObservabilityPart>,
  istioNamespace: string,
): object {
  return {
    auth: { strategy: 'anonymous' },
    deployment: {
      instance_name: PART_NAMES.kiali,
      namespace: MONITORING_NAMESPACE,
      cluster_wide_access: true,
      view_only_mode: true,
    },
    health_config: HEALTH,
    istio_namespace: istioNamespace,
    istio_labels: { app_label_name: 'app', version_label_name: 'version' },
    external_services: {
      prometheus: {
        url: `http://${partHost('prometheus')}:9090`,
        // Half of the scrape interval, as recommended for this cache.
        cache_duration: Math.max(1, Math.round(settings.scrapeSeconds / 2)),
      },
      tracing: external('jaeger', 16_686, parts, { provider: 'jaeger', use_grpc: false }),
      grafana: external('grafana', 3_000, parts),
      istio: { root_namespace: istioNamespace },
    },
    kiali_feature_flags: { validations: { ignore: IGNORED_VALIDATIONS } },
    server: { port: 20_001, web_root: '/', observability: { metrics: { enabled: true, port: 9_090 } } },
  };
}

function external(
  part: ObservabilityPart,
  port: number,
  parts: ReadonlySet<ObservabilityPart>,
  others: object = {},
): object {
  if (!parts.has(part)) return { enabled: false };
  const url = `http://${partHost(part)}:${port}`;
  return { enabled: true, in_cluster_url: url, internal_url: url, ...others };
}
