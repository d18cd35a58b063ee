import type { EnvVar } from '../../../imports/kubernetes.ts';
import type { Service } from '../../graph/service.ts';
import type { Version } from '../../graph/version.ts';
import { processCollector } from '../peers/telemetry-peers.ts';

/**
 * Returns the environment variables that make a process export traces and logs by OTLP. Empty if the environment has no
 * collector that receives from processes. Metrics are not exported: monitoring scrapes them.
 *
 * The names are those of OpenTelemetry. Kubernetes expands the name of the pod in the resource attributes.
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
export function telemetryVariables(service: Service, version: Version): readonly EnvVar[] {
  const { environment } = service.platform;
  const endpoint = processCollector(environment);
  if (endpoint === undefined) return [];
  const attributes = {
    'service.version': version.name,
    'service.namespace': service.platform.namespace,
    'service.instance.id': `$(${POD_NAME})`,
    'k8s.pod.name': `$(${POD_NAME})`,
    'k8s.namespace.name': service.platform.namespace,
    'deployment.environment.name': environment.name,
  };
  const variables = {
    OTEL_SERVICE_NAME: service.name,
    OTEL_RESOURCE_ATTRIBUTES: Object.entries(attributes)
      .map(([name, value]) => `${name}=${value}`)
      .join(),
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_LOGS_EXPORTER: 'otlp',
    OTEL_METRICS_EXPORTER: 'none',
    // Applies to requests without a sampling decision, which the sidecars make otherwise.
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: String(environment.traceSamplingPercent / 100),
  };
  return [
    { name: POD_NAME, valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    ...Object.entries(variables).map(([name, value]) => ({ name, value })),
  ];
}

/** Must precede the variables that refer to it. */
const POD_NAME = 'WEFT_TELEMETRY_POD';
