import type { Environment } from '../../graph/environment.ts';
import type { TelemetryPeer } from '../../graph/external-peers.ts';

/** OTLP over gRPC and over HTTP (https://opentelemetry.io/docs/specs/otlp/). */
const OTLP_PORTS = [4_317, 4_318] as const;

/** Name under which Istio's mesh configuration knows the collector of traces. */
export const TRACE_PROVIDER = 'weft-traces';

export function telemetryPorts({ ports = OTLP_PORTS }: TelemetryPeer): readonly number[] {
  return ports;
}

/** Returns the name of a collector's Service in the cluster's DNS. */
export function telemetryHost({ service, namespace }: TelemetryPeer): string {
  return `${service}.${namespace}.svc.cluster.local`;
}

/** Returns where sidecars send traces: the first collector; undefined where there is none. */
export function traceCollector({ telemetry = [] }: Environment) {
  const [first] = telemetry;
  const port = first && telemetryPorts(first)[0];
  return first && port !== undefined ? { host: telemetryHost(first), port } : undefined;
}
